import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { importCommand } from '../src/cli/import.command.js';
import { sources } from '../src/import/sources/sources.js';
import { Importer } from './support/importer.js';
import { rows } from './support/rows.js';
import { type Body, Shop } from './support/shop.js';

/** The password of the customers in the files of `test/imports`. */
const password = 'Grüße, Ada';

describe('the export of', () => {
  let shop: Shop;
  let importer: Importer;
  beforeAll(async () => {
    const provider = { clientId: 'shop', redirectUris: ['https://shop.test/callback'] };
    shop = await Shop.open({
      identityProviders: [{ name: 'google', issuer: 'https://accounts.google.com', ...provider }],
    });
    await rows(shop, `insert into password_migrations values ('shop', current_date + 30, current_date + 20, true)`);
    importer = new Importer(shop);
  });
  afterAll(async () => {
    importer.close();
    await shop.close();
  });

  const exportPath = (name: string): string => fileURLToPath(new URL(`imports/${name}`, import.meta.url));
  const report = (): string[] => ['--report', `${importer.folder}/report.ndjson`];
  const runImport = (name: string, system: string, ...options: string[]) =>
    importer.run(exportPath(name), '--from', system, ...report(), ...options);

  /** The customer with that login e-mail, as employees see it, with its addresses and mixins. */
  async function customer(email: string): Promise<Body & { id: string }> {
    const service = await shop.serviceClient();
    const [found] = await service.get<{ id: string }[]>(`/customers?q=email:${email}&expand=addresses,mixin:*`);
    if (!found) throw new Error(`No customer has ${email}`);
    const [more] = await rows(shop, 'select gender, date_of_birth::text, must_confirm from customers where id = $1', [
      found.id,
    ]);
    return { ...found, ...more };
  }

  const logIn = async (email: string) => shop.logIn({ id: (await customer(email)).id, email, password });

  it('Emporix is imported: the same requests return the same values', async () => {
    const options = ['--invite', 'none'];
    expect(await runImport('emporix.json', 'emporix', ...options)).toMatchObject({ code: 0, imported: 2, rejected: 0 });
    expect(await runImport('emporix.json', 'emporix', ...options)).toMatchObject({ code: 0, imported: 0, present: 2 });
    const update = await runImport('emporix.json', 'emporix', ...options, '--update');
    expect(update).toMatchObject({ code: 0, updated: 0, present: 2 });

    interface Exported extends Body {
      id: string;
      metadata: { mixins: object };
      addresses: { metadata: { mixins: object } }[];
    }
    const [ada, eve] = JSON.parse(readFileSync(exportPath('emporix.json'), 'utf8')) as [Exported, Exported];
    // A hash is not returned. Foyer counts versions and logins itself.
    const { account: _account, lastLogin: _lastLogin, defaultAddress: _default, ...returned } = ada;
    const service = await shop.serviceClient();
    expect(await service.get(`/customers/${ada.id}?expand=addresses,accounts,mixin:*`)).toMatchObject({
      ...returned,
      accounts: [{ id: 'ada@emporix.example' }],
      metadata: { mixins: ada.metadata.mixins },
      addresses: ada.addresses.map((one) => ({ ...one, metadata: { mixins: one.metadata.mixins } })),
    });
    expect(await service.get(`/customers/${eve.id}`)).toMatchObject({
      type: 'CONTACT',
      contactEmail: eve.contactEmail,
    });

    const login = await logIn('ada@emporix.example');
    expect(await login.get('/me/addresses')).toMatchObject([{ id: '66f1' }, { id: '66f2', isDefault: true }]);
  });

  it('Emporix is imported with empty values of fields that require a value', async () => {
    const empty = { contactEmail: '', restriction: '', active: null, onHold: null, metadataCreatedAt: null };
    const preferences = { preferredLanguage: '', preferredCurrency: '', preferredSite: null };
    const accounts = [{ id: 'empty@emporix.example', providerId: 'internal' }];
    const path = importer.file('empty.ndjson', [{ id: '13869002', ...empty, ...preferences, company: '', accounts }]);
    const options = ['--from', 'emporix', '--invite', 'none'];
    expect(await importer.run(path, ...options)).toMatchObject({ code: 0, imported: 1 });
    expect(await importer.run(path, ...options, '--update')).toMatchObject({ code: 0, updated: 0, present: 1 });
    expect(await customer('empty@emporix.example')).toMatchObject({ contactEmail: accounts[0]?.id, company: '' });
  });

  it('Magento 2 is imported, with the file of its addresses', async () => {
    expect(await runImport('magento2.csv', 'magento2')).toMatchObject({ code: 0, imported: 3, rejected: 0 });
    expect(await runImport('magento2-addresses.csv', 'magento2', '--update')).toMatchObject({ code: 0, updated: 2 });
    expect(await runImport('magento2-addresses.csv', 'magento2', '--update')).toMatchObject({ updated: 0, present: 2 });
    expect(await customer('ada@magento.example')).toMatchObject({
      ...{ firstName: 'Ada', middleName: 'Augusta', lastName: 'Lovelace', title: 'Mrs' },
      ...{ gender: 'Female', date_of_birth: '1990-12-10', must_confirm: false },
      metadataCreatedAt: '2019-05-31T12:30:00.000Z',
      addresses: [
        {
          ...{ id: '7', contactName: 'Ada Lovelace', companyName: 'Engines', street: 'Platz der Republik 1' },
          ...{ extraLine1: 'Second floor', zipCode: '10557', city: 'Berlin', country: 'DE', contactPhone: '030123' },
        },
        { id: '8', city: 'Paris', street: 'Rue de Rivoli 1' },
      ],
    });
    expect(await customer('eve@magento.example')).toMatchObject({
      ...{ gender: null, date_of_birth: '2010-05-06', metadataCreatedAt: '2012-05-06T15:53:00.000Z' },
    });
    expect(await customer('bob@magento.example')).toMatchObject({ must_confirm: true });
    await logIn('ada@magento.example');
    await logIn('eve@magento.example');
  });

  it('Magento 2 is imported with every line of a street', async () => {
    const path = importer.file('streets.csv', [
      '_email,_entity_id,firstname,lastname,street,city',
      'bob@magento.example,20,Bob,B,"Hof 1\nA\nB\nC\nD\nE",Bonn',
    ]);
    expect(await importer.run(path, '--from', 'magento2', '--update')).toMatchObject({ code: 0, updated: 1 });
    const { addresses } = await customer('bob@magento.example');
    expect(addresses).toMatchObject([
      { street: 'Hof 1', extraLine1: 'A', extraLine2: 'B', extraLine3: 'C', extraLine4: 'D, E' },
    ]);
  });

  it('Shopware 6 is imported, without its guests', async () => {
    const options = ['--delimiter', ';'];
    expect(await runImport('shopware6.csv', 'shopware6', ...options)).toMatchObject({ imported: 2, skipped: 1 });
    expect(await customer('ada@shopware.example')).toMatchObject({
      ...{ id: 'SW10001', firstName: 'Ada', title: 'MRS', preferredLanguage: 'de-DE', active: true },
      ...{ date_of_birth: '1990-12-10', metadataCreatedAt: '2019-05-31T12:30:00.000Z' },
      addresses: [{ id: '0190a1b2c3d4e5f60718293a4b5c6d01', street: 'Platz der Republik 1', zipCode: '10557' }],
    });
    expect(await customer('eve@shopware.example')).toMatchObject({
      ...{ id: 'SW10002', active: false },
      addresses: [{ city: 'Paris' }, { city: 'Berlin', companyName: 'Engines' }],
    });
    await logIn('ada@shopware.example');
    expect(await runImport('shopware6.csv', 'shopware6', ...options)).toMatchObject({ present: 2, skipped: 1 });
  });

  it('WooCommerce is imported', async () => {
    expect(await runImport('woocommerce.csv', 'woocommerce')).toMatchObject({ code: 0, imported: 2 });
    expect(await customer('ada@woo.example')).toMatchObject({
      ...{ id: '7', firstName: 'Ada', company: 'Engines', contactPhone: '030123', preferredLanguage: 'de_DE' },
      metadataCreatedAt: '2019-05-31T12:30:00.000Z',
      addresses: [
        { street: '5th Avenue 1', city: 'New York', state: 'NY', country: 'US' },
        { street: 'Platz der Republik 1', extraLine1: 'Second floor', companyName: 'Engines' },
      ],
    });
    await logIn('ada@woo.example');
    await logIn('eve@woo.example');
  });

  it('Spryker is imported, with the references of its customers', async () => {
    expect(await runImport('spryker.csv', 'spryker')).toMatchObject({ code: 0, imported: 3 });
    expect(await customer('ada@spryker.example')).toMatchObject({
      ...{ reference: 'DE--9001', title: 'MS', firstName: 'Ada', company: 'Engines', gender: 'Female' },
      ...{
        date_of_birth: '1990-12-10',
        must_confirm: false,
        contactPhone: '030-123-45-67',
        preferredLanguage: 'de_DE',
      },
      metadataCreatedAt: '2020-06-24T00:00:00.000Z',
    });
    expect(await customer('eve@spryker.example')).toMatchObject({ reference: 'DE--9002', must_confirm: true });
    // MySQL's empty date
    const bob = await customer('bob@spryker.example');
    expect(bob).toMatchObject({ reference: 'DE--9003', date_of_birth: null, must_confirm: true });
    await logIn('ada@spryker.example');
  });

  it('Spryker is imported with a file of addresses, which the Glue API returns under the same ids', async () => {
    await runImport('spryker.csv', 'spryker');
    const path = exportPath('spryker-addresses.csv');
    expect(await importer.run(path, '--update')).toMatchObject({ code: 0, updated: 2 });
    expect(await importer.run(path, '--update')).toMatchObject({ code: 0, updated: 0, present: 2 });
    const { access_token: token } = (await logIn('ada@spryker.example')).login;
    const { body } = await shop.send<{ data: Body[] }>('GET', '/customers/DE--9001/addresses', {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(body.data).toMatchObject([
      {
        id: '3a2f1b5e-8f6b-5c1d-9b1a-1f2e3d4c5b6a',
        attributes: { salutation: 'Ms', lastName: 'Lovelace', address1: 'Platz', iso2Code: 'DE', country: 'Germany' },
      },
      {
        id: '4b3f1b5e-8f6b-5c1d-9b1a-1f2e3d4c5b6a',
        attributes: { firstName: 'Bob', isDefaultShipping: true, isDefaultBilling: false },
      },
    ]);
  });

  it('Shopify is imported, with invitations and consents', async () => {
    const result = await runImport('shopify.csv', 'shopify', '--invite', 'now');
    expect(result).toMatchObject({ code: 0, imported: 2, skipped: 1 });
    const ada = await customer('ada@shopify.example');
    expect(ada).toMatchObject({
      ...{ id: '6940095564001', firstName: 'Ada', contactPhone: '+12125550002', company: 'Engines' },
      mixins: { shopify: { note: 'Prefers mail', tags: 'vip, wholesale' } },
      addresses: [{ street: '5th Avenue 1', zipCode: '10001', state: 'NY', country: 'US', isDefault: true }],
    });
    expect(await customer('eve@shopify.example')).toMatchObject({ addresses: [] });
    const { consents } = await (await shop.serviceClient()).get<{ consents: Body[] }>(`/customers/${ada.id}/consents`);
    expect(consents).toMatchObject([{ id: 'email-marketing', version: 'shopify', accepted: true }]);
    await shop.mailTo('ada@shopify.example', 'initial-password');
  });

  it('Keycloak is imported, with identities', async () => {
    expect(await runImport('keycloak.json', 'keycloak')).toMatchObject({ code: 0, imported: 2, skipped: 1 });
    const ada = await customer('ada@keycloak.example');
    expect(ada).toMatchObject({
      ...{ id: '5f0c2a9e-3c1d-4b57-8a3e-0f6f1d2b7a01', firstName: 'Ada', preferredLanguage: 'de' },
      ...{ contactPhone: '030123', metadataCreatedAt: '2019-05-31T12:30:00.000Z', must_confirm: false },
    });
    expect(await rows(shop, 'select issuer, subject from identities where customer_id = $1', [ada.id])).toEqual([
      { issuer: 'https://accounts.google.com', subject: 'google-7' },
    ]);
    expect(await customer('eve@keycloak.example')).toMatchObject({ active: false });
    await logIn('ada@keycloak.example');
  });

  it('Keycloak is imported except users with an impossible time', async () => {
    const created = [1e300, -1e15, -62_200_000_000_000];
    const users = created.map((createdTimestamp, i) => ({ email: `k${i}@keycloak.example`, createdTimestamp }));
    const path = importer.file('users.json', [
      { users: [...users, { email: 'k9@keycloak.example', enabled: 'false' }] },
    ]);
    expect(await importer.run(path, '--from', 'keycloak', '--invite', 'none')).toMatchObject({
      ...{ code: 1, imported: 1, rejected: 3 },
    });
    for (const { message } of importer.rejections(path)) expect(message).toMatch(/^createdAt must be a time/);
    expect(await customer('k9@keycloak.example')).toMatchObject({ active: false });
  });

  it('Auth0 is imported with the exact subject of an identity', async () => {
    const identity = '{"connection":"google","user_id":12345678901234567}';
    const path = importer.file('users.ndjson', [`{"email":"long@auth0.example","identities":[${identity}]}`]);
    expect(await importer.run(path, '--from', 'auth0')).toMatchObject({ code: 0, imported: 1 });
    const { id } = await customer('long@auth0.example');
    expect(await rows(shop, 'select subject from identities where customer_id = $1', [id])).toEqual([
      { subject: '12345678901234567' },
    ]);
  });

  it('Auth0 is imported, and then the hashes that its support exports', async () => {
    expect(await runImport('auth0.ndjson', 'auth0', '--invite', 'none')).toMatchObject({ code: 0, imported: 2 });
    expect(await runImport('auth0-hashes.ndjson', 'auth0', '--update')).toMatchObject({ code: 0, updated: 1 });
    expect(await customer('ada@auth0.example')).toMatchObject({
      ...{ firstName: 'Ada', lastName: 'Lovelace', contactPhone: '+4930123', onHold: false },
      ...{ mixins: { auth0: { size: 'M' } }, metadataCreatedAt: '2019-05-31T12:30:00.000Z' },
    });
    const eve = await customer('eve@auth0.example');
    expect(eve).toMatchObject({ onHold: true });
    expect(await rows(shop, 'select subject from identities where customer_id = $1', [eve.id])).toEqual([
      { subject: '117' },
    ]);
    await logIn('ada@auth0.example');
  });

  it('each system is a choice of the option --from', () => {
    const option = importCommand().options.find(({ long }) => long === '--from');
    expect(option?.argChoices).toEqual(Object.keys(sources));
  });

  describe('another system', () => {
    it.each([
      ['magento2', 'shopify.csv', "neither the columns 'email' and 'password_hash'"],
      ['shopware6', 'magento2.csv', "no column 'customer_number'"],
      ['woocommerce', 'shopify.csv', "no column 'user_email'"],
      ['spryker', 'shopify.csv', "no column 'customer_reference'"],
      ['shopify', 'spryker.csv', "no column 'First Name'"],
      ['keycloak', 'spryker.csv', 'must be a .json file'],
      ['emporix', 'spryker.csv', 'must be an .ndjson or .json file'],
      ['auth0', 'shopify.csv', "no column 'email'"],
    ])('is rejected by --from %s', async (system, name, reason) => {
      expect(await importer.rejected(exportPath(name), '--from', system, ...report())).toContain(reason);
    });

    it('is imported with a map', async () => {
      const map = importer.file('map.json', [
        { Mail: 'email', Hash: 'passwordHash', Ort: 'addresses.0.city', Info: null },
      ]);
      const path = importer.file('people.csv', [
        'Mail,Hash,Ort,addresses.0.contactName,Info',
        'map@example.com,$2y$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq,Berlin,Ada,x',
      ]);
      expect(await importer.run(path, '--map', map)).toMatchObject({ code: 0, imported: 1 });
      expect(await customer('map@example.com')).toMatchObject({ addresses: [{ city: 'Berlin' }] });
    });

    it.each([
      ['an unknown column', '{"Mail": "e-mail"}', "The column 'e-mail' is not known"],
      ['another value', '{"Mail": 5}', 'must be a JSON object of column names'],
      ['a repeated column', '{"Mail": "email", "E-Mail": "email"}', "maps two columns to 'email'"],
      ['invalid JSON', '{"Mail"', 'must be a JSON object of column names'],
    ])('is rejected with a map that has %s', async (_what, text, reason) => {
      const map = importer.file('map.json', [text]);
      const path = importer.file('people.csv', ['Mail', 'x@example.com']);
      expect(await importer.rejected(path, '--map', map)).toContain(reason);
    });

    it('adds the columns of a map to those of the system', async () => {
      const map = importer.file('map.json', [{ emailVerified: 'confirmed' }]);
      const users = [{ id: 'K-1', email: 'k1@example.com', emailVerified: false, enabled: true }];
      const path = importer.file('realm.json', [{ realm: 'shop', users }]);
      const result = await importer.run(path, '--from', 'keycloak', '--map', map, '--invite', 'none');
      expect(result).toMatchObject({ code: 0, imported: 1 });
      expect(await customer('k1@example.com')).toMatchObject({ must_confirm: true });
    });
  });
});
