import { randomUUID } from 'node:crypto';
import { assignedLegalEntity, validationError, duplicateAccount } from './support/responses.js';
import { type Body, Shop } from './support/shop.js';
import { countByEmail, rows } from './support/rows.js';

const password = 'old secret words';
/** As a domain, 120 octets in UTF-8 and not much less in ASCII. */
const chinese = String.fromCharCode(...Array.from({ length: 40 }, (_, index) => 0x4e00 + 97 * index));
const company = { b2b: { companyRegistrationId: '123-456-789' } };

describe('a sign-up', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  const signUp = async (body: unknown) => (await shop.visitor()).send('POST', '/signup', { body });
  const customer = async (id: unknown) => (await shop.serviceClient()).get(`/customers/${String(id)}?expand=addresses`);

  it('accepts the full body of the tutorial and ignores its legal entities', async () => {
    const { email } = shop.person();
    const details = {
      title: 'MR',
      firstName: 'John',
      middleName: '',
      lastName: 'Doe',
      contactEmail: email,
      contactPhone: '123456789',
      company: 'Emporix',
      preferredLanguage: 'en_US',
      preferredCurrency: 'EUR',
      preferredSite: 'main',
    };
    const address = {
      contactName: 'John Doe',
      companyName: 'Emporix',
      street: 'Platz der Republik',
      streetNumber: '1',
      streetAppendix: '',
      extraLine1: '',
      extraLine2: '',
      zipCode: '11011',
      city: 'Berlin',
      country: 'DE',
      state: 'Berlin',
      contactPhone: '123456789',
      tags: ['BILLING', 'SHIPPING'],
    };
    const legalEntities = [{ id: '65fc1e', name: 'Emporix', contactAssignmentId: '65fc1f' }];
    const { status, body } = await signUp({
      email,
      password,
      customerDetails: { ...details, b2b: { ...company.b2b, legalEntities } },
      customerAddress: address,
    });
    expect([status, body]).toEqual([201, { id: expect.any(String) }]);
    const found = await customer(body.id);
    expect(found).toMatchObject({ ...details, id: body.id, customerNumber: body.id, accounts: [{ id: email }] });
    expect(found.b2b).toEqual({ ...company.b2b, legalEntities: [assignedLegalEntity('Emporix')] });
    expect(found.b2b).not.toMatchObject({ legalEntities });
    expect(found.defaultAddress).toMatchObject({ ...address, isDefault: true });
    expect(found.addresses).toEqual([found.defaultAddress]);
  });

  it('requires only an e-mail and a password and uses defaults for the rest', async () => {
    const { id, email } = await shop.signUp();
    const found = await customer(id);
    expect(found).toEqual({
      id,
      customerNumber: id,
      email,
      reference: expect.stringMatching(/^[A-Z]+--\d+$/) as string,
      contactEmail: email,
      type: 'CUSTOMER',
      preferredLanguage: 'en_US',
      preferredCurrency: 'USD',
      preferredSite: 'main',
      accounts: [{ id: email }],
      addresses: [],
      businessModel: 'B2C',
      metadata: { mixins: {}, version: 1 },
      lastLogin: null,
      active: true,
      onHold: false,
      restriction: null,
      standing: 'active',
      standingSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      emailConfirmed: false,
      lockedUntil: null,
      metadataCreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    });
  });

  it('accepts a login e-mail that differs from the contact e-mail', async () => {
    const [contact, login] = [shop.person(), shop.person({ password: 'other secret words' })];
    const { body } = await signUp({ ...contact, signup: login });
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, contact);
    const { access_token } = await visitor.post<{ access_token: string }>('/login', 200, login);
    const me = await shop.unauthenticated.send('GET', '/me', { headers: { authorization: `Bearer ${access_token}` } });
    expect(me.body).toMatchObject({ id: body.id, contactEmail: contact.email, accounts: [{ id: login.email }] });
  });

  it('requires contactEmail to equal email, ignoring letter case', async () => {
    const { email } = shop.person();
    const other = await signUp({ email, password, customerDetails: { contactEmail: 'other@example.com' } });
    expect([other.status, other.body]).toEqual([400, validationError('customerDetails.contactEmail')]);
    expect(await countByEmail(shop, email)).toEqual({ customers: 0, accounts: 0 });
    const same = await signUp({ email, password, customerDetails: { contactEmail: email.toUpperCase() } });
    expect(same.status).toBe(201);
  });

  it.each(['firstName', 'lastName', 'company'])('requires %s with a companyRegistrationId', async (field) => {
    const details = { firstName: 'John', lastName: 'Doe', company: 'Emporix', ...company };
    const { email } = shop.person();
    for (const missing of [undefined, null, ' ']) {
      const { status, body } = await signUp({ email, password, customerDetails: { ...details, [field]: missing } });
      expect([status, body]).toEqual([400, validationError(`customerDetails.${field}`)]);
    }
    expect((await signUp({ email, password, customerDetails: details })).status).toBe(201);
  });

  it('for a company names all missing fields at once', async () => {
    const { email } = shop.person();
    const { status, body } = await signUp({ email, password, customerDetails: { lastName: ' ', ...company } });
    const fields = ['firstName', 'lastName', 'company'].map((field) => `customerDetails.${field}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ details: fields.map((field) => ({ field })) });
    expect(await countByEmail(shop, email)).toEqual({ customers: 0, accounts: 0 });
  });

  it('requires a country code in the address, and stores it in capitals', async () => {
    const { email } = shop.person();
    for (const country of ['Germany', 'main', 'XX', 'D']) {
      const { status, body } = await signUp({ email, password, customerAddress: { contactName: 'Ada', country } });
      expect([status, body]).toEqual([400, validationError('customerAddress.country')]);
    }
    const { body } = await signUp({ email, password, customerAddress: { contactName: 'Ada', country: 'at' } });
    expect(await customer(body.id)).toMatchObject({ defaultAddress: { country: 'AT' } });
  });

  it('requires a contactName with an address', async () => {
    const { email } = shop.person();
    for (const contactName of ['', null, undefined]) {
      const { status, body } = await signUp({ email, password, customerAddress: { contactName, city: 'Berlin' } });
      expect([status, body]).toEqual([400, validationError('customerAddress.contactName')]);
    }
    expect(await countByEmail(shop, email)).toEqual({ customers: 0, accounts: 0 });
  });

  it.each(['email', 'password'])('requires %s', async (field) => {
    const { status, body } = await signUp({ ...shop.person(), [field]: undefined });
    expect([status, body]).toEqual([400, validationError(field, `${field} is required`)]);
  });

  it.each([
    ['5 characters', 'a'.repeat(5)],
    ['5 characters outside the basic plane', '🔑'.repeat(5)],
    ['6 characters that compose to 3', 'é'.normalize('NFD').repeat(3)],
    ['129 characters', 'a'.repeat(129)],
    ['more than 1 KiB', 'a'.repeat(1025)],
    ['a number', 12345678],
    ['null', null],
  ])('rejects %s as a password and stores nothing', async (_name, bad) => {
    const [contact, login] = [shop.person(), shop.person()];
    const plain = await signUp({ ...contact, password: bad });
    expect([plain.status, plain.body]).toEqual([400, validationError('password')]);
    const separate = await signUp({ ...contact, signup: { ...login, password: bad } });
    expect([separate.status, separate.body]).toEqual([400, validationError('signup.password')]);
    for (const { email } of [contact, login])
      expect(await countByEmail(shop, email)).toEqual({ customers: 0, accounts: 0 });
  });

  it.each(['a'.repeat(6), 'a'.repeat(128), '🔑'.repeat(128), '❤️'.repeat(3), ' spaces  '])(
    'accepts the password %p and logs in with it',
    async (good) => {
      await shop.customer({ password: good });
    },
  );

  it.each([
    'ada',
    'ada@',
    '@example.com',
    'Ada <ada@example.com>',
    'ada@example.com, bob@example.com',
    'ada@example.com\r\nBcc: bob@example.com',
    `${'a'.repeat(65)}@example.com`,
    `${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(4)}com`,
    `${'é'.repeat(32)}@${`${chinese}.`.repeat(2)}de`,
  ])('rejects the e-mail %p', async (email) => {
    const { status, body } = await signUp({ email, password });
    expect([status, body]).toEqual([400, validationError('email')]);
  });

  it('for an address that already has an account returns 409 and names the address', async () => {
    const { email } = await shop.signUp();
    const { status, body } = await signUp({ email, password: 'other secret words' });
    expect([status, body]).toEqual([409, duplicateAccount(email, 'shop')]);
    expect(await countByEmail(shop, email)).toEqual({ customers: 1, accounts: 1 });
    await (await shop.visitor()).post('/login', 200, { email, password });
  });

  it.each([
    ['letter case', (name: string) => `${name}@EXAMPLE.com`.toUpperCase()],
    ['surrounding blanks', (name: string) => ` ${name}@example.com `],
    ['Unicode normalisation', (name: string) => `${name}@example.com`.normalize('NFD')],
  ])('recognises an existing address with different %s', async (_name, respell) => {
    const name = `andré-${randomUUID()}`;
    expect((await signUp({ email: `${name}@example.com`, password })).status).toBe(201);
    expect((await signUp({ email: respell(name), password })).status).toBe(409);
  });

  it('recognises an international domain in its ASCII form', async () => {
    const name = randomUUID();
    expect((await signUp({ email: `${name}@bücher.example`, password })).status).toBe(201);
    expect((await signUp({ email: `${name}@xn--bcher-kva.example`, password })).status).toBe(409);
  });

  it('treats +tags, dots and look-alike letters as different addresses', async () => {
    const name = randomUUID();
    for (const email of [
      `a.${name}@example.com`,
      `a${name}@example.com`,
      `a${name}+x@example.com`,
      `а${name}@example.com`,
    ]) {
      expect((await signUp({ email, password })).status).toBe(201);
    }
  });

  it('succeeds only once for twenty concurrent requests in mixed case', async () => {
    const { email } = shop.person();
    const spellings = Array.from({ length: 20 }, (_, index) => email.replace(/[a-e]/g, mixed(index)));
    const visitor = await shop.visitor();
    const responses = await Promise.all(
      spellings.map((spelling) => visitor.send('POST', '/signup', { body: { email: spelling, password } })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
    expect(await countByEmail(shop, email)).toEqual({ customers: 1, accounts: 1 });
    expect(await shop.mailsTo(email)).toEqual([]);
  });

  it('creates no customer if the login is already in use', async () => {
    const [taken, contact] = [await shop.signUp(), shop.person()];
    expect((await signUp({ ...contact, signup: { email: taken.email, password } })).status).toBe(409);
    expect(await countByEmail(shop, contact.email)).toEqual({ customers: 0, accounts: 0 });
  });

  it('accepts only an anonymous token', async () => {
    const body = shop.person();
    expect((await shop.unauthenticated.send('POST', '/signup', { body })).status).toBe(401);
    expect((await (await shop.customer()).send('POST', '/signup', { body })).status).toBe(403);
    expect((await (await shop.serviceClient()).send('POST', '/signup', { body })).status).toBe(403);
  });
});

describe('a sign-up with fields that customers may not set', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ customerOnHoldOnCreation: true })));
  afterAll(() => shop.close());

  it('ignores these fields', async () => {
    const restrictedFields: Body = {
      id: 'chosen',
      customerNumber: 'chosen',
      active: true,
      onHold: false,
      tenant: 'other',
      accounts: [{ id: 'x@example.com' }],
      metadata: { version: 7 },
      lastLogin: '2020-01-01T00:00:00Z',
      businessModel: 'B2B',
      restriction: 'all',
      mustConfirm: false,
    };
    await shop.addTenant('other');
    const { id, email } = await shop.signUp({
      ...restrictedFields,
      customerDetails: { ...restrictedFields, firstName: 'Ada' },
      customerAddress: { ...restrictedFields, contactName: 'Ada' },
    });
    expect(id).not.toBe('chosen');
    const found = await (await shop.serviceClient()).get(`/customers/${id}?expand=addresses`);
    expect(found).toMatchObject({
      id,
      customerNumber: id,
      firstName: 'Ada',
      active: false,
      onHold: true,
      accounts: [{ id: email }],
      metadata: { version: 1 },
      lastLogin: null,
      businessModel: 'B2C',
    });
    expect(found.defaultAddress).toMatchObject({ id: expect.not.stringMatching('chosen'), metadata: { version: 1 } });
    expect(await rows(shop, 'select distinct tenant from customers')).toEqual([{ tenant: 'shop' }]);
  });
});

/** Writes every third letter in upper case, starting at a different one for each index. */
function mixed(index: number): (letter: string, at: number) => string {
  return (letter, at) => ((at + index) % 3 === 0 ? letter.toUpperCase() : letter);
}
