import { Client } from 'pg';
import { recordQueries } from './support/queries.js';
import { waitForLockWaiters, rows } from './support/rows.js';
import { type Response, type Body, Shop } from './support/shop.js';

/** The hash of `12345`, which no password policy accepts. */
const passwordHash = '$2y$05$WzpdnDbmoSNfhD5nhIV9V.oiqxHskpM/EEmS0D8b1AbPgOuFrt/bK';
const password = '12345';

interface Result {
  id?: string;
  code: number;
  message?: string;
  details?: { message: string }[];
}

interface Resource {
  id: string;
  attributes: Body;
}

describe('the import of fields of the Glue API', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  beforeEach(() => shop.reset());
  afterAll(() => shop.close());

  const newItem = (more: Body = {}): Body & { account: { email: string; passwordHash: string } } => ({
    ...more,
    account: { email: shop.person().email, passwordHash },
  });

  async function importItems(...items: unknown[]): Promise<Result[]> {
    return (await shop.serviceClient()).post<Result[]>('/customers/import', 207, items);
  }

  const codes = (results: Result[]): number[] => results.map(({ code }) => code);

  /** Sends a request to the Glue API. */
  const glue = async (path: string, attributes: Body): Promise<Response<{ data: Resource }>> =>
    shop.send('POST', path, { body: { data: { type: path.slice(1), attributes } } });
  const glueLogin = async (username: string) => glue('/access-tokens', { username, password });

  /** Signs up with the Glue API. @returns the reference */
  const signUpWithGlue = async (): Promise<string> => {
    const person = shop.person({ password: 'a long enough password' });
    const names = { firstName: 'Ada', lastName: 'Lovelace', gender: 'Female', salutation: 'Ms' };
    const { status, body, text } = await glue('/customers', {
      ...{ ...names, ...person, confirmPassword: person.password, acceptedTerms: true },
    });
    if (status !== 201) throw new Error(text);
    return body.data.id;
  };
  const referenceOf = async (id = ''): Promise<string | undefined> => {
    const found = await rows<{ reference: string }>(shop, 'select reference from customers where id = $1', [id]);
    return found[0]?.reference;
  };

  /** Inserts a customer with that reference in another transaction. @returns its open connection */
  const takeReference = async (reference: string): Promise<Client> => {
    const client = new Client({ connectionString: shop.config.databaseUrl ?? '' });
    await client.connect();
    await client.query('begin');
    await client.query(
      `insert into customers (tenant, id, preferred_language, preferred_currency, preferred_site, active, on_hold,
        reference, created_at, modified_at)
        values ('shop', 'C-quick', 'en', 'EUR', 'main', true, false, $1, now(), now())`,
      [reference],
    );
    return client;
  };
  it('stores fields for both APIs, and accepts the hash of a password that violates the policy', async () => {
    const fields = { reference: 'DE--21', salutation: 'Mrs', gender: 'Female', dateOfBirth: '1815-12-10' };
    const item = newItem({ firstName: 'Ada', ...fields });
    const [result] = await importItems(item);
    expect(result).toMatchObject({ code: 201 });

    const ada = await shop.logIn({ id: result?.id ?? '', email: item.account.email, password });
    expect(await ada.get('/me')).toMatchObject({ title: 'MRS', firstName: 'Ada' });
    const { status, body } = await glueLogin(item.account.email);
    expect(status).toBe(201);
    const headers = { authorization: `Bearer ${String(body.data.attributes.accessToken)}` };
    const own = await shop.send<{ data: Resource }>('GET', '/customers/DE--21', { headers });
    expect(own.body.data).toMatchObject({
      id: 'DE--21',
      attributes: { salutation: 'Mrs', gender: 'Female', dateOfBirth: '1815-12-10', firstName: 'Ada' },
    });
  });

  it('stores the salutation n/a, which the Glue API returns', async () => {
    const item = newItem({ reference: 'DE--22', salutation: 'n/a' });
    const [result] = await importItems(item);
    expect(await (await shop.serviceClient()).get(`/customers/${result?.id}`)).toMatchObject({ title: 'N/A' });
    const { body } = await glueLogin(item.account.email);
    const headers = { authorization: `Bearer ${String(body.data.attributes.accessToken)}` };
    const own = await shop.send<{ data: Resource }>('GET', '/customers/DE--22', { headers });
    expect(own.body.data.attributes.salutation).toBe('n/a');
  });

  it('stores a title unchanged, and no title for the salutation null', async () => {
    const [titled, untitled] = await importItems(newItem({ title: 'Prof. Dr.' }), newItem({ salutation: null }));
    const service = await shop.serviceClient();
    expect(await service.get(`/customers/${titled?.id}`)).toMatchObject({ title: 'Prof. Dr.' });
    expect(await service.get(`/customers/${untitled?.id}`)).not.toHaveProperty('title');
  });

  it.each<[string, unknown, string]>([
    ['reference', 'de--21', 'reference must be a store'],
    ['reference', 'DE-21', 'reference must be a store'],
    ['reference', 'DE--', 'reference must be a store'],
    ['reference', 'DE--1\n', 'reference must be a store'],
    ['reference', `DE--${'1'.repeat(16)}`, 'reference must be a store'],
    ['reference', `${'D'.repeat(21)}--1`, 'reference must be a store'],
    ['reference', 21, 'reference must be a store'],
    ['reference', null, 'reference must be a store'],
    ['salutation', 'mr', 'salutation must be one of'],
    ['salutation', ['Mr'], 'salutation must be one of'],
    ['gender', 'male', 'gender must be one of'],
    ['dateOfBirth', '2023-02-31', 'dateOfBirth must be a date'],
    ['dateOfBirth', '0000-01-01', 'dateOfBirth must be a date'],
    ['dateOfBirth', '2999-01-01', 'dateOfBirth must be in the past'],
    ['dateOfBirth', 18151210, 'dateOfBirth must be a date'],
    ['confirmed', 'yes', 'confirmed must be'],
    ['confirmed', null, 'confirmed must be'],
  ])('rejects the %s %j', async (name, value, message) => {
    const [rejected, imported] = await importItems(newItem({ [name]: value }), newItem());
    expect(rejected).toMatchObject({ code: 400, message: expect.stringContaining(message) });
    expect(imported).toMatchObject({ code: 201 });
  });

  it('rejects a salutation beside a title', async () => {
    const [rejected] = await importItems(newItem({ title: 'Prof.', salutation: 'Mr' }));
    expect(rejected).toMatchObject({ code: 400, message: expect.stringContaining('salutation must be absent') });
  });

  it('requires the registration key from customers with an unconfirmed e-mail', async () => {
    const [waiting, other] = [newItem({ confirmed: false }), newItem({ confirmed: true })];
    expect(codes(await importItems(waiting, other))).toEqual([201, 201]);
    const { email } = waiting.account;
    expect((await glueLogin(other.account.email)).status).toBe(201);
    expect((await glueLogin(email)).status).toBe(401);
    expect(await shop.mailsTo(email)).toEqual([]);

    await (await shop.visitor()).post('/signup/optin/refresh_token', 202, { email });
    const { token: registrationKey } = await shop.mailTo(email, 'opt-in');
    expect((await glue('/customer-confirmation', { registrationKey })).status).toBe(204);
    expect((await glueLogin(email)).status).toBe(201);
  });

  it('skips imported references when it generates new ones', async () => {
    expect(await signUpWithGlue()).toBe('DE--1');
    const order = [5, 2, 4, 1, 3].map((n) => `DE--${n}`);
    const results = await importItems(newItem(), ...order.map((reference) => newItem({ reference })));
    // The reference of the sign-up is taken; the item without a reference gets the next one.
    expect(codes(results)).toEqual([201, 201, 201, 201, 409, 201]);
    expect(results[4]?.message).toBe("The customer reference 'DE--1' is taken.");
    expect(await referenceOf(results[0]?.id)).toBe('DE--6');
    expect(await referenceOf((await shop.signUp()).id)).toBe('DE--7');
    expect(await signUpWithGlue()).toBe('DE--8');
    expect(codes(await importItems(newItem({ reference: 'AT--9' }), newItem({ reference: 'DE--9' })))).toEqual([
      201, 201,
    ]);
    expect(await referenceOf((await shop.signUp()).id)).toBe('DE--10');
  });

  it('assigns a reference to only one item of a request, and separately for each tenant', async () => {
    const results = await importItems(
      newItem({ reference: 'DE--1' }),
      newItem({ reference: 'DE--1' }),
      newItem({ reference: 'AT--1' }),
    );
    expect(codes(results)).toEqual([201, 409, 201]);
    expect([await referenceOf(results[0]?.id), await referenceOf(results[2]?.id)]).toEqual(['DE--1', 'AT--1']);
    await shop.addTenant('other');
    const service = await shop.serviceClient(undefined, 'other');
    expect(codes(await service.post<Result[]>('/customers/import', 207, [newItem({ reference: 'DE--1' })]))).toEqual([
      201,
    ]);
  });

  it('assigns each reference once when sign-ups and imports run concurrently', async () => {
    const references = Array.from({ length: 20 }, (_, i) => `DE--${i + 1}`);
    const [imports, emporixReferences, glueReferences] = await Promise.all([
      Promise.all(
        [references, references.toReversed()].map((all) =>
          importItems(...all.map((reference) => newItem({ reference })), newItem()),
        ),
      ),
      Promise.all(Array.from({ length: 8 }, async () => referenceOf((await shop.signUp()).id))),
      Promise.all(Array.from({ length: 8 }, () => signUpWithGlue())),
    ]);
    const counted = await Promise.all(imports.map((all) => referenceOf(all.at(-1)?.id)));
    const given = [...emporixReferences, ...glueReferences, ...counted];
    expect(new Set(given).size).toBe(18);
    for (const [i, reference] of references.entries()) {
      const outcomes = [imports[0]?.[i]?.code, imports[1]?.[19 - i]?.code].sort();
      expect(outcomes).toEqual(given.includes(reference) ? [409, 409] : [201, 409]);
    }
  }, 30_000);

  it('does not deadlock with another import of the same references', async () => {
    const references = Array.from({ length: 5 }, (_, i) => `DE--${i + 1}`);
    const statements = await recordQueries(shop);
    const other = await takeReference('DE--3');
    try {
      const orders = [references, references.toReversed()];
      const imported = orders.map((order) => importItems(...order.map((reference) => newItem({ reference }))));
      await waitForLockWaiters(shop, 2);
      await other.query('rollback');
      const outcomes = (await Promise.all(imported)).map(codes);
      expect(outcomes.flat().toSorted()).toEqual([201, 201, 201, 201, 201, 409, 409, 409, 409, 409]);
      // The rollback of the later import. A deadlock would add another one.
      expect(statements.filter((text) => text === 'rollback')).toHaveLength(1);
    } finally {
      await other.end();
    }
  });

  it('reports a reference that is taken between check and insert', async () => {
    const other = await takeReference('DE--1');
    try {
      const late = [newItem(), newItem({ reference: 'DE--1' }), newItem({ reference: 'DE--2' })];
      const imported = importItems(...late);
      await waitForLockWaiters(shop, 1);
      await other.query('commit');
      const results = await imported;
      expect(codes(results)).toEqual([201, 409, 201]);
      expect(results[1]?.message).toBe("The customer reference 'DE--1' is taken.");
      expect(await referenceOf(results[0]?.id)).toBe('DE--3');
    } finally {
      await other.end();
    }
  });
});
