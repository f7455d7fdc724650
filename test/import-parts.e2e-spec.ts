import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Importer } from './support/importer.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { rows } from './support/rows.js';
import { type Body, Shop } from './support/shop.js';

/** The hash of `Grüße, Ada`; from `src/passwords/password-formats.spec.ts`. */
const passwordHash = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq';
const password = 'Grüße, Ada';

interface Address {
  id: string;
  contactName: string;
  city: string;
  isDefault: boolean;
}

describe('the import of a file', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  let importer: Importer;
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    const common = { clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
    shop = await Shop.open({
      activation: 'employee',
      identityProviders: [
        { name: 'google', issuer, ...common },
        { name: 'auth0', domain: 'acme.eu.auth0.com', ...common },
      ],
    });
    importer = new Importer(shop);
  });
  afterAll(async () => {
    importer.close();
    await shop.close();
    await provider.close();
  });

  const staff = () => shop.serviceClient();
  const customer = async (id: string): Promise<Body> => (await staff()).get(`/customers/${id}`);
  const addressesOf = async (id: string): Promise<Address[]> =>
    (await staff()).get<Address[]>(`/customers/${id}/addresses`);
  const flagsOf = (id: string): Promise<Body[]> =>
    rows(
      shop,
      `select city, is_default, is_default_shipping, is_default_billing from addresses where customer_id = $1
        order by created_at`,
      [id],
    );

  describe('with addresses', () => {
    const berlin = { contactName: 'Ada Lovelace', street: 'Platz', city: 'Berlin', country: 'DE' };

    it('stores several of a customer in their order, with defaults', async () => {
      const path = importer.file('people.ndjson', [
        {
          id: 'C-two',
          account: { email: 'two@example.com', passwordHash },
          addresses: [
            { ...berlin, id: 'A-berlin', tags: ['BILLING'], mixins: { a: { floor: 3 } } },
            { firstName: 'Ada', lastName: 'Lovelace', city: 'Paris', country: 'fr', isDefaultShipping: true },
            { ...berlin, city: 'Rome' },
          ],
        },
      ]);
      expect(await importer.run(path)).toMatchObject({ code: 0, imported: 1 });
      expect(await addressesOf('C-two')).toMatchObject([
        { ...berlin, id: 'A-berlin', isDefault: true, tags: ['BILLING'], mixins: { a: { floor: 3 } } },
        { contactName: 'Ada Lovelace', city: 'Paris', country: 'FR', isDefault: false },
        { city: 'Rome', isDefault: false },
      ]);
      expect(await flagsOf('C-two')).toEqual([
        { city: 'Berlin', is_default: true, is_default_shipping: false, is_default_billing: true },
        { city: 'Paris', is_default: false, is_default_shipping: true, is_default_billing: false },
        { city: 'Rome', is_default: false, is_default_shipping: false, is_default_billing: false },
      ]);
      const ada = await shop.logIn({ id: 'C-two', email: 'two@example.com', password });
      expect(await ada.get<Address[]>('/me/addresses')).toHaveLength(3);
    });

    it('reads them from the columns of a CSV', async () => {
      const path = importer.file('people.csv', [
        'id,email,passwordHash,addresses.0.contactName,addresses.0.city,addresses.1.contactName,addresses.1.city,addresses.1.isDefault',
        `C-csv,csv@example.com,${passwordHash},Ada,Berlin,Ada,Paris,true`,
        `C-none,none@example.com,${passwordHash},,,,,`,
      ]);
      expect(await importer.run(path)).toMatchObject({ code: 0, imported: 2 });
      expect(await addressesOf('C-csv')).toMatchObject([
        { city: 'Berlin', isDefault: false },
        { city: 'Paris', isDefault: true },
      ]);
      expect(await addressesOf('C-none')).toEqual([]);
    });

    it('stores an address without a name as it is, also in an update, and once', async () => {
      const item = {
        id: 'C-nameless',
        firstName: 'Ada',
        account: { email: 'nameless@example.com', passwordHash },
        addresses: [
          { id: 'A-nameless', street: 'Platz', city: 'Berlin', country: 'de' },
          { contactName: '', city: 'Paris' },
        ],
      };
      const path = importer.file('people.ndjson', [item]);
      expect(await importer.run(path)).toMatchObject({ code: 0, imported: 1 });
      const [nameless, paris] = await addressesOf('C-nameless');
      expect(nameless).toMatchObject({ id: 'A-nameless', street: 'Platz', country: 'DE', isDefault: true });
      expect(nameless).not.toHaveProperty('contactName');
      expect(paris).toMatchObject({ contactName: '', city: 'Paris' });
      expect(await importer.run(path, '--update')).toMatchObject({ code: 0, updated: 0, present: 1 });

      const more = importer.file('more.ndjson', [
        {
          id: 'C-nameless',
          addresses: [
            { id: 'A-nameless', city: 'Bonn' },
            { id: 'A-more', city: 'Rome' },
          ],
        },
      ]);
      expect(await importer.run(more, '--update')).toMatchObject({ code: 0, updated: 1 });
      expect(await importer.run(more, '--update')).toMatchObject({ code: 0, updated: 0, present: 1 });
      expect(await addressesOf('C-nameless')).toMatchObject([
        { id: 'A-nameless', street: 'Platz', city: 'Bonn' },
        { city: 'Paris' },
        { id: 'A-more', city: 'Rome' },
      ]);
    });

    it('ignores an address without any value besides its flags', async () => {
      const path = importer.file('people.csv', [
        'id,email,passwordHash,addresses.0.city,addresses.0.isDefault,addresses.1.city,addresses.1.isDefault',
        `C-flags,flags@example.com,${passwordHash},,true,Paris,false`,
      ]);
      expect(await importer.run(path)).toMatchObject({ code: 0, imported: 1 });
      expect(await addressesOf('C-flags')).toMatchObject([{ city: 'Paris', isDefault: true }]);
    });

    it('rejects a row with an invalid address, and names the field', async () => {
      const account = (name: string): object => ({ account: { email: `${name}@example.com`, passwordHash } });
      const path = importer.file('people.ndjson', [
        { ...account('wrong.1'), addresses: [berlin, { ...berlin, country: 'Germany' }] },
        { ...account('wrong.2'), addresses: [{ city: 'x'.repeat(256) }] },
        {
          ...account('wrong.3'),
          addresses: [
            { ...berlin, isDefault: true },
            { ...berlin, isDefault: true },
          ],
        },
        { ...account('wrong.4'), addresses: [{ ...berlin, id: 'A-once' }] },
        { ...account('wrong.5'), addresses: [{ ...berlin, id: 'A-once' }] },
        { ...account('wrong.6'), addresses: Array.from({ length: 101 }, () => berlin) },
      ]);
      expect(await importer.run(path)).toMatchObject({ code: 1, imported: 1, rejected: 5 });
      expect(importer.rejections(path)).toMatchObject([
        { line: 1, message: expect.stringContaining('addresses.1.country') },
        { line: 2, message: expect.stringContaining('addresses.0.city') },
        { line: 3, message: 'addresses must contain at most one item with isDefault' },
        { line: 5, code: 409 },
        { line: 6, message: expect.stringContaining('addresses must be a list of at most 100 objects') },
      ]);
    });
  });

  it('rejects an item with a reserved name at any depth, and names the field', async () => {
    const account = `"account":{"email":"reserved@example.com","passwordHash":"${passwordHash}"}`;
    const path = importer.file('people.ndjson', [
      `{${account},"mixins":{"__proto__":{"a":1}}}`,
      `{${account},"addresses":[{"contactName":"Ada","mixins":{"a":{"constructor":1}}}]}`,
      `{${account},"metadata":{"mixins":{"prototype":"https://a.example"}}}`,
      `{${account},"constructor":1}`,
    ]);
    expect(await importer.run(path)).toMatchObject({ code: 1, imported: 0, rejected: 4 });
    const reserved = 'must have another name: __proto__, constructor and prototype are reserved';
    expect(importer.rejections(path)).toMatchObject([
      { line: 1, message: `mixins.__proto__ ${reserved}` },
      { line: 2, message: `addresses.0.mixins.a.constructor ${reserved}` },
      { line: 3, message: `metadata.mixins.prototype ${reserved}` },
      { line: 4, message: `constructor ${reserved}` },
    ]);
  });

  it('stores whether a customer is active and on hold', async () => {
    const path = importer.file('people.csv', [
      'id,email,passwordHash,active,onHold',
      `C-active,active@example.com,${passwordHash},true,false`,
      `C-waits,waits@example.com,${passwordHash},false,`,
      `C-holds,holds@example.com,${passwordHash},,true`,
      `C-wrong,wrong@example.com,${passwordHash},perhaps,`,
    ]);
    expect(await importer.run(path)).toMatchObject({ code: 1, imported: 3, rejected: 1 });
    expect(importer.rejections(path)).toMatchObject([{ line: 5, message: 'active must be a boolean value' }]);
    expect(await customer('C-active')).toMatchObject({ active: true, onHold: false });
    expect(await customer('C-waits')).toMatchObject({ active: false, onHold: false });
    expect(await customer('C-holds')).toMatchObject({ active: true, onHold: true });
  });

  it('stores consents with their time, and the creation date', async () => {
    const path = importer.file('people.ndjson', [
      {
        id: 'C-old',
        account: { email: 'old@example.com', passwordHash },
        createdAt: '2019-05-31 12:30:00',
        consents: [
          { id: 'terms', version: '2019', accepted: true, at: '2019-05-31T14:30:00+02:00' },
          { id: 'newsletter', version: '1', accepted: false },
        ],
      },
      { account: { email: 'wrong@example.com', passwordHash }, createdAt: '31.05.2019' },
      { account: { email: 'wrong@example.com', passwordHash }, createdAt: '2019-02-31' },
      { account: { email: 'wrong@example.com', passwordHash }, createdAt: '2999-01-01' },
      { account: { email: 'wrong@example.com', passwordHash }, consents: [{ id: 'terms', accepted: true }] },
    ]);
    expect(await importer.run(path)).toMatchObject({ imported: 1, rejected: 4 });
    expect(importer.rejections(path)).toMatchObject([
      { line: 2, message: 'createdAt must be a time that exists, such as 2024-05-31T12:00:00Z (ISO 8601)' },
      { line: 3, message: 'createdAt must be a time that exists, such as 2024-05-31T12:00:00Z (ISO 8601)' },
      { line: 4, message: 'createdAt must not be in the future' },
      { line: 5, message: 'consents.0.version is required' },
    ]);
    expect(await customer('C-old')).toMatchObject({ metadataCreatedAt: '2019-05-31T12:30:00.000Z' });
    const { consents } = await (await staff()).get<{ consents: Body[] }>('/customers/C-old/consents');
    expect(consents).toMatchObject([
      { id: 'newsletter', accepted: false },
      { id: 'terms', version: '2019', accepted: true, at: '2019-05-31T12:30:00.000Z', address: null },
    ]);
  });

  it('rejects a time that cannot be stored or is in the future, and imports the other rows', async () => {
    const consentAt = (at: string): object => ({ consents: [{ id: 'terms', version: '1', accepted: true, at }] });
    const items = [
      { createdAt: '0000-01-01' },
      { createdAt: '0001-01-01T00:00:00+14:00' },
      consentAt('0000-01-01'),
      consentAt('9999-12-31T23:00:00-12:00'),
      consentAt('2999-01-01'),
      { createdAt: '0001-01-01', ...consentAt('0001-01-01') },
    ].map((item, i) => ({ account: { email: `time.${i}@example.com`, passwordHash }, ...item }));
    const path = importer.file('people.ndjson', items);
    expect(await importer.run(path)).toMatchObject({ code: 1, imported: 1, rejected: 5 });
    const form = 'must be a time that exists, such as 2024-05-31T12:00:00Z (ISO 8601)';
    expect(importer.rejections(path).map(({ message }) => message)).toEqual([
      ...[`createdAt ${form}`, `createdAt ${form}`, `consents.0.at ${form}`, `consents.0.at ${form}`],
      'consents.0.at must not be in the future',
    ]);
  });

  it('stores identities, with which customers log in', async () => {
    const subject = provider.addUser({ email: 'linked@example.com', email_verified: true });
    const path = importer.file('people.ndjson', [
      { id: 'C-linked', account: { email: 'linked@example.com' }, identities: [{ provider: 'google', subject }] },
      { account: { email: 'other@example.com' }, identities: [{ provider: 'google', subject }] },
      { account: { email: 'other@example.com' }, identities: [{ provider: 'github', subject: '1' }] },
      { account: { email: 'other@example.com' }, identities: [{ provider: 'auth0', subject: '1' }] },
      {
        account: { email: 'auth0@example.com' },
        identities: [{ provider: 'auth0', subject: '1', issuer: 'https://acme.eu.auth0.com/' }],
      },
    ]);
    expect(await importer.run(path)).toMatchObject({ imported: 2, rejected: 3 });
    expect(importer.rejections(path)).toMatchObject([
      { line: 2, code: 409 },
      { line: 3, message: 'identities.0.provider must be the name of an identity provider of the tenant' },
      { line: 4, message: 'identities.0.issuer is required, because the setting of auth0 has a domain' },
    ]);
    const query = new URLSearchParams({ ...(await provider.logIn(subject)) });
    const { status, text } = await (await shop.visitor()).send('POST', `/socialLogin?${query.toString()}`);
    expect({ status, text }).toMatchObject({ status: 200 });
    expect(await importer.run(path)).toMatchObject({ imported: 0, present: 2, rejected: 3 });
  });

  describe('with customers without a hash', () => {
    const lines = ['id,email,active', 'C-cat,cat@example.com,', 'C-dog,dog@example.com,false'];

    it('rejects them by default', async () => {
      const path = importer.file('people.csv', lines);
      expect(await importer.run(path)).toMatchObject({ imported: 0, rejected: 2 });
      expect(importer.rejections(path)[0]?.message).toMatch('Exactly one of');
    });

    it('stores them without a mail with --invite none', async () => {
      expect(await importer.run(importer.file('people.csv', lines), '--invite', 'none')).toMatchObject({ imported: 2 });
      expect(await shop.mailsTo('cat@example.com')).toEqual([]);
    });

    it('with --invite now, mails each customer who may log in a link to set a password, once', async () => {
      const path = importer.file(
        'people.csv',
        lines.map((line) => line.replaceAll('cat', 'fox').replaceAll('dog', 'hen')),
      );
      expect(await importer.run(path, '--invite', 'now')).toMatchObject({ code: 0, imported: 2 });
      expect(await importer.run(path, '--invite', 'now')).toMatchObject({ present: 2 });
      const mails = await shop.mailsTo('fox@example.com');
      expect(mails.map(({ kind }) => kind)).toEqual(['initial-password']);
      expect(await shop.mailsTo('hen@example.com')).toEqual([]);
      const [{ token = '' } = {}] = mails;
      await (await shop.visitor()).post('/password/reset/update', 204, { token, password: 'the words I typed' });
      await shop.logIn({ id: 'C-fox', email: 'fox@example.com', password: 'the words I typed' });
    });
  });

  it('rejects a known hash that is too costly, with that reason', async () => {
    const path = importer.file('people.csv', [
      'email,passwordHash',
      `ada@example.com,${passwordHash.replace('$2b$05$', '$2y$14$')}`,
    ]);
    await importer.run(path);
    expect(importer.rejections(path)).toMatchObject([
      { message: 'account.passwordHash takes too long to compare: bcrypt with a cost of 14; the maximum is 13' },
    ]);
  });

  describe('in another encoding', () => {
    it('is rejected as a whole, with the line number, before a row is imported', async () => {
      const path = join(importer.folder, 'people.csv');
      writeFileSync(
        path,
        `email,passwordHash,firstName\nfirst@x.example,${passwordHash},\nj@x.example,,Jörg`,
        'latin1',
      );
      expect(await importer.rejected(path)).toContain('Line 3 is not valid utf-8. Use --encoding');
      expect(await rows(shop, 'select from accounts where email = $1', ['first@x.example'])).toEqual([]);
    });

    it('is read with that encoding and delimiter', async () => {
      const path = join(importer.folder, 'people.CSV');
      writeFileSync(path, `email;passwordHash;firstName\nj@x.example;${passwordHash};Jörg`, 'latin1');
      expect(await importer.run(path, '--encoding', 'latin1', '--delimiter', ';')).toMatchObject({ imported: 1 });
      const found = await rows(shop, `select first_name from customers where contact_email = 'j@x.example'`);
      expect(found).toEqual([{ first_name: 'Jörg' }]);
    });
  });

  describe('with a report', () => {
    const lines = ['email,passwordHash', 'report@example.com,'];

    it('that cannot be written, fails before a row is imported', async () => {
      const path = importer.file('people.csv', ['email,passwordHash', `report@example.com,${passwordHash}`]);
      const error = await importer.rejected(path, '--report', join(importer.folder, 'none', 'report.ndjson'));
      expect(error).toMatch(/^The report .* cannot be written: ENOENT/);
      expect(await rows(shop, 'select from accounts where email = $1', ['report@example.com'])).toEqual([]);
    });

    it('that becomes full, ends the import with one line', async () => {
      const path = importer.file('people.csv', ['email,passwordHash', `wrong,${passwordHash}`]);
      expect(await importer.rejected(path, '--report', '/dev/full')).toContain(
        'The report /dev/full cannot be written: ENOSPC: no space left on device, write\n',
      );
    });

    it('does not overwrite the file to import', async () => {
      const path = importer.file('people.csv', lines);
      expect(await importer.rejected(path, '--report', path)).toContain('is the file to import');
      expect(readFileSync(path, 'utf8')).toBe(lines.join('\n'));
    });

    it('is replaced, readable only by its owner, and absent without rejected rows', async () => {
      const path = importer.file('people.csv', lines);
      const report = join(importer.folder, 'report.ndjson');
      writeFileSync(report, 'of an earlier run');
      chmodSync(report, 0o666);
      await importer.run(path, '--report', report);
      expect(readFileSync(report, 'utf8')).toMatch(/^{"line":2/);
      expect(statSync(report).mode & 0o777).toBe(0o600);
      await importer.run(path, '--report', report, '--invite', 'none');
      expect(existsSync(report)).toBe(false);
    });

    it('contains no hash, regardless of its field or column in the file', async () => {
      const secrets = { user_pass: passwordHash, firstName: passwordHash, note: 'efa5a0512742b08575b848a76f4de411' };
      const path = importer.file('people.ndjson', [
        { account: { email: 'ada@example.com', password_hash: 'abc', ...secrets }, lastName: 'Lovelace', id: 'x y' },
      ]);
      await importer.run(path);
      expect(importer.rejections(path)[0]?.item).toEqual({
        account: { email: 'ada@example.com' },
        lastName: 'Lovelace',
        id: 'x y',
      });
      const csv = importer.file('people.csv', [
        'email,firstName,passwordHash',
        `ada@example.com,"A"da,${passwordHash}`,
        `eve@example.com,E"ve,"${passwordHash}"`,
        `bob@example.com,Bob,${passwordHash},x`,
        `cleo@example.com,"Cleo,${passwordHash}`,
      ]);
      expect(await importer.run(csv)).toMatchObject({ rejected: 4, imported: 0 });
      expect(readFileSync(`${csv}.rejected.ndjson`, 'utf8')).not.toContain('CCCC');
    });
  });
});
