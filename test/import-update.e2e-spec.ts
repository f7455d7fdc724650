import { Importer } from './support/importer.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { rows } from './support/rows.js';
import { type Body, Shop } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';
import { staffActions } from './support/timeline.js';

/** The hash of `Grüße, Ada`; from `src/passwords/password-formats.spec.ts`. */
const passwordHash = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq';
const password = 'Grüße, Ada';
/** The hash of `12345`, which no password policy accepts. */
const newHash = '$2y$05$WzpdnDbmoSNfhD5nhIV9V.oiqxHskpM/EEmS0D8b1AbPgOuFrt/bK';

describe('an import that updates', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  let importer: Importer;
  let id: string;
  let email: string;
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    const google = { name: 'google', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
    shop = await Shop.open({ identityProviders: [google] });
    importer = new Importer(shop);
  });
  afterAll(async () => {
    importer.close();
    await shop.close();
    await provider.close();
  });
  beforeEach(async () => {
    email = shop.person().email;
    id = `C-${email.replace(/\W/g, '-')}`;
    const item = {
      ...{ id, account: { email, passwordHash }, firstName: 'Ada', lastName: 'Lovelace', contactPhone: '1' },
      mixins: { loyalty: { level: 'gold', points: 20 } },
      addresses: [{ id: `${id}-1`, contactName: 'Ada', city: 'Berlin' }],
      consents: [{ id: 'newsletter', version: '1', accepted: true }],
    };
    await importer.run(importer.file('people.ndjson', [item]));
  });

  const staff = () => shop.serviceClient();
  const stored = async (): Promise<Body> => (await staff()).get(`/customers/${id}?expand=addresses,mixin:*`);
  const update = (...lines: (string | object)[]) =>
    importer.run(importer.file(typeof lines[0] === 'string' ? 'more.csv' : 'more.ndjson', lines), '--update');

  it('changes only the columns of the file, by e-mail or by number, and nothing when it is repeated', async () => {
    const before = await stored();
    const lines = ['email,contactPhone,mixins.loyalty.points', `${email},2,30`];
    expect(await update(...lines)).toMatchObject({ code: 0, imported: 0, updated: 1, present: 0, rejected: 0 });
    expect(await stored()).toMatchObject({
      ...{ firstName: 'Ada', lastName: 'Lovelace', contactPhone: '2' },
      mixins: { loyalty: { level: 'gold', points: 30 } },
    });
    expect((await stored()).addresses).toEqual(before.addresses);
    const fingerprint = await databaseFingerprint(shop);
    expect(await update(...lines)).toMatchObject({ code: 0, updated: 0, present: 1 });
    expect(await databaseFingerprint(shop)).toEqual(fingerprint);

    expect(await update('id,lastName', `${id},\\N`)).toMatchObject({ updated: 1 });
    expect((await stored()).lastName).toBeUndefined();
    const history = await staffActions(await staff(), id);
    expect(history.map(({ action }) => action)).toEqual(['customer_changed', 'customer_changed', 'customer_imported']);
  });

  it('leaves customers who exist unchanged without the option', async () => {
    const path = importer.file('more.csv', ['email,contactPhone,passwordHash', `${email},2,${passwordHash}`]);
    expect(await importer.run(path)).toMatchObject({ imported: 0, present: 1 });
    expect(await stored()).toMatchObject({ contactPhone: '1' });
  });

  it('creates customers who do not exist, if the row has what they require', async () => {
    const { email: eve } = shop.person();
    const path = ['email,firstName,passwordHash', `${eve},Eve,${passwordHash}`, `${email},Adele,`, 'x@example.com,X,'];
    expect(await update(...path)).toMatchObject({ code: 1, imported: 1, updated: 1, rejected: 1 });
    expect(importer.rejections(`${importer.folder}/more.csv`)).toMatchObject([
      { line: 4, message: expect.stringContaining('because the customer does not exist') },
    ]);
    expect(await stored()).toMatchObject({ firstName: 'Adele' });
  });

  it('applies the rows of one file in their order', async () => {
    const { email: eve } = shop.person();
    const rowsOfFile = ['email,firstName,passwordHash', `${eve},One,${passwordHash}`, `${eve},Two,`, `${email},Three,`];
    expect(await update(...rowsOfFile, `${email},Four,`)).toMatchObject({ imported: 1, updated: 3 });
    expect(await stored()).toMatchObject({ firstName: 'Four' });
    const found = await rows(shop, 'select first_name from customers where contact_email = $1', [eve]);
    expect(found).toEqual([{ first_name: 'Two' }]);
  });

  it('stores no value of a rejected row, and names the field', async () => {
    const before = await databaseFingerprint(shop);
    const other = shop.person().email;
    const result = await update(
      { id, account: { email: other } },
      { account: { email }, firstName: 7 },
      { account: { email }, firstName: 'Eve', restriction: 'XX' },
      { account: { email }, firstName: 'Eve', addresses: [{ contactName: 'Eve', country: 'Germany' }] },
      { account: { email }, firstName: 'Eve', companyUsers: [{ legalEntity: 'none' }] },
      { account: { email, passwordHash: 'open sesame' } },
      { firstName: 'Eve' },
    );
    expect(result).toMatchObject({ code: 1, updated: 0, rejected: 7 });
    const messages = importer.rejections(`${importer.folder}/more.ndjson`).map(({ message }) => message);
    expect(messages).toEqual([
      'account.email must equal the current login e-mail',
      expect.stringContaining('firstName'),
      expect.stringContaining('restriction must be one of'),
      expect.stringContaining('addresses.0.country'),
      'companyUsers.0.legalEntity must be the id of a legal entity',
      'account.passwordHash has an unknown format',
      'account.email is required',
    ]);
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it('updates a reference only by the number: a row with another reference may be another customer', async () => {
    const before = await stored();
    const reference = 'AT--123';
    expect(await update({ account: { email }, reference, firstName: 'Eve' })).toMatchObject({ code: 1, rejected: 1 });
    expect(await stored()).toEqual(before);
    expect(await update({ id, reference })).toMatchObject({ code: 0, updated: 1 });
    expect(await update({ account: { email }, reference, firstName: 'Eve' })).toMatchObject({ code: 0, updated: 1 });
    expect(await stored()).toMatchObject({ firstName: 'Eve', reference });
  });

  it('stores no value of a rejected row, and updates the customers of the rows after it', async () => {
    const newItem = () => ({ account: { email: shop.person().email, passwordHash } });
    const [other, reference] = [`${id}-other`, 'SHOP--990001'];
    await importer.run(
      importer.file('people.ndjson', [
        { ...newItem(), id: other },
        { ...newItem(), reference },
      ]),
    );
    const before = await stored();
    for (const wrong of [{ restriction: 'none' }, { reference }]) {
      const contactPhone = JSON.stringify(wrong);
      const result = await update({ id, firstName: 'Rejected', ...wrong }, { id: other, contactPhone });
      expect(result).toMatchObject({ code: 1, updated: 1, rejected: 1 });
      expect(await stored()).toEqual(before);
      expect(await (await staff()).get<Body>(`/customers/${other}`)).toMatchObject({ contactPhone });
    }
  });

  it('does not remove the flags of a default address with false, so that a second run changes nothing', async () => {
    const flags = { isDefault: false, isDefaultShipping: false, isDefaultBilling: false };
    const item = {
      id: `${id}-flags`,
      account: { email: shop.person().email, passwordHash },
      addresses: [{ id: `${id}-flags-1`, contactName: 'Ada', city: 'Berlin', ...flags }],
    };
    const flagsOf = () =>
      rows(shop, 'select is_default, is_default_shipping, is_default_billing from addresses where customer_id = $1', [
        item.id,
      ]);
    const all = [{ is_default: true, is_default_shipping: true, is_default_billing: true }];
    expect(await update(item)).toMatchObject({ imported: 1 });
    expect(await flagsOf()).toEqual(all);
    expect(await update(item)).toMatchObject({ updated: 0, present: 1 });
    expect(await flagsOf()).toEqual(all);
  });

  it('updates an address by its id, adds others, and adds none twice', async () => {
    const addresses = [
      { id: `${id}-1`, contactName: 'Ada', city: 'Bonn' },
      { contactName: 'Ada', city: 'Paris', country: 'fr' },
    ];
    expect(await update({ account: { email }, addresses })).toMatchObject({ updated: 1 });
    expect(await update({ account: { email }, addresses })).toMatchObject({ updated: 0, present: 1 });
    expect((await stored()).addresses).toMatchObject([{ city: 'Bonn', isDefault: true }, { city: 'Paris' }]);
  });

  it('replaces the hash until the first login, and never the password of the customer', async () => {
    expect(await update('email,passwordHash', `${email},${newHash}`)).toMatchObject({ updated: 1 });
    await shop.logIn({ id, email, password: '12345' });
    expect(await update('email,passwordHash', `${email},${passwordHash}`)).toMatchObject({ updated: 0, present: 1 });
    await shop.logIn({ id, email, password: '12345' });
  });

  it('keeps a consent that the customer has withdrawn here', async () => {
    const ada = await shop.logIn({ id, email, password });
    await ada.put('/me/consents', 204, { consents: [{ id: 'newsletter', version: '1', accepted: false }] });
    const consents = [
      { id: 'newsletter', version: '2', accepted: true },
      { id: 'terms', version: '1', accepted: true },
    ];
    expect(await update({ account: { email }, consents })).toMatchObject({ updated: 1 });
    const found = await ada.get<{ consents: Body[] }>('/me/consents');
    expect(found.consents).toMatchObject([
      { id: 'newsletter', version: '1', accepted: false },
      { id: 'terms', accepted: true },
    ]);
  });

  it('ends the sessions of a customer who may no longer log in, and sends no mail', async () => {
    const ada = await shop.logIn({ id, email, password });
    expect(await update('email,onHold', `${email},1`)).toMatchObject({ updated: 1 });
    await ada.get('/me', 401);
    expect(await update('email,onHold', `${email},0`)).toMatchObject({ updated: 1 });
    expect(await shop.mailsTo(email)).toEqual([]);
  });

  it('adds identities and the creation date, and rejects the identity of another customer', async () => {
    const subject = provider.addUser({ email, email_verified: true });
    const identities = [{ provider: 'google', subject }];
    expect(await update({ id, createdAt: '2020-01-31', identities })).toMatchObject({ updated: 1 });
    expect(await update({ id, createdAt: '2020-01-31', identities })).toMatchObject({ present: 1 });
    expect(await stored()).toMatchObject({ metadataCreatedAt: '2020-01-31T00:00:00.000Z' });
    const eve = await shop.signUp();
    expect(await update({ account: { email: eve.email }, identities })).toMatchObject({ rejected: 1 });
  });

  it('stores nothing in a dry run, and counts what would change', async () => {
    const before = await databaseFingerprint(shop);
    const path = importer.file('more.csv', ['email,contactPhone', `${email},2`, `${email},1`]);
    expect(await importer.run(path, '--update', '--dry-run')).toMatchObject({ updated: 1, present: 1, imported: 0 });
    expect(await databaseFingerprint(shop)).toEqual(before);
  });
});
