import { Client } from 'pg';
import { watchQueries } from './support/queries.js';
import { lockWaiters, rows } from './support/rows.js';
import { type Answer, type Body, Shop } from './support/shop.js';

/** Of `12345`, which no policy would take. */
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

describe('the import of what the second dialect knows', () => {
  let shop: Shop;
  beforeEach(async () => (shop = await Shop.open({ activation: 'none' })));
  afterEach(() => shop.close());

  const someone = (more: Body = {}): Body & { account: { email: string; passwordHash: string } } => ({
    ...more,
    account: { email: shop.person().email, passwordHash },
  });

  async function bring(...items: unknown[]): Promise<Result[]> {
    return (await shop.employee()).post<Result[]>('/customers/import', 207, items);
  }

  const codes = (results: Result[]): number[] => results.map(({ code }) => code);

  /** A request of the second dialect. */
  const glue = async (path: string, attributes: Body): Promise<Answer<{ data: Resource }>> =>
    shop.send('POST', path, { body: { data: { type: path.slice(1), attributes } } });
  const glueLogin = async (username: string) => glue('/access-tokens', { username, password });

  /** Signs up in the second dialect. @returns the reference */
  const registered = async (): Promise<string> => {
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

  /** Somebody else, in the middle of a transaction, has made a customer with that reference. */
  const somebodyTakes = async (reference: string): Promise<Client> => {
    const somebody = new Client({ connectionString: shop.config.databaseUrl ?? '' });
    await somebody.connect();
    await somebody.query('begin');
    await somebody.query(
      `insert into customers (tenant, id, preferred_language, preferred_currency, preferred_site, active, on_hold,
        reference, created_at, modified_at)
        values ('shop', 'C-quick', 'en', 'EUR', 'main', true, false, $1, now(), now())`,
      [reference],
    );
    return somebody;
  };
  it('shows in both dialects, and a hash of a password that no policy would take lets in', async () => {
    const said = { reference: 'DE--21', salutation: 'Mrs', gender: 'Female', dateOfBirth: '1815-12-10' };
    const item = someone({ firstName: 'Ada', ...said });
    const [result] = await bring(item);
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

  it('leaves a title as it is', async () => {
    const [result] = await bring(someone({ title: 'Prof. Dr.' }), someone({ salutation: null }));
    const employee = await shop.employee();
    expect(await employee.get(`/customers/${result?.id}`)).toMatchObject({ title: 'Prof. Dr.' });
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
    ['dateOfBirth', 18151210, 'dateOfBirth must be a date'],
    ['confirmed', 'yes', 'confirmed must be'],
    ['confirmed', null, 'confirmed must be'],
  ])('refuses the %s %j', async (name, value, message) => {
    const [refused, brought] = await bring(someone({ [name]: value }), someone());
    expect(refused).toMatchObject({ code: 400, message: expect.stringContaining(message) });
    expect(brought).toMatchObject({ code: 201 });
  });

  it('refuses a salutation beside a title', async () => {
    const [refused] = await bring(someone({ title: 'Prof.', salutation: 'Mr' }));
    expect(refused).toMatchObject({ code: 400, message: expect.stringContaining('salutation must be absent') });
  });

  it('lets who has not confirmed the e-mail wait for the key', async () => {
    const [waiting, other] = [someone({ confirmed: false }), someone({ confirmed: true })];
    expect(codes(await bring(waiting, other))).toEqual([201, 201]);
    const { email } = waiting.account;
    expect((await glueLogin(other.account.email)).status).toBe(201);
    expect((await glueLogin(email)).status).toBe(401);
    expect(await shop.mailsTo(email)).toEqual([]);

    await (await shop.visitor()).post('/signup/optin/refresh_token', 202, { email });
    const { token: registrationKey } = await shop.mailTo(email, 'opt-in');
    expect((await glue('/customer-confirmation', { registrationKey })).status).toBe(204);
    expect((await glueLogin(email)).status).toBe(201);
  });

  it('passes over imported references when it counts', async () => {
    expect(await registered()).toBe('DE--1');
    const order = [5, 2, 4, 1, 3].map((n) => `DE--${n}`);
    const results = await bring(someone(), ...order.map((reference) => someone({ reference })));
    // The number of who signed up is taken; that of who brought none is the next.
    expect(codes(results)).toEqual([201, 201, 201, 201, 409, 201]);
    expect(results[4]?.message).toBe("The customer reference 'DE--1' is taken.");
    expect(await referenceOf(results[0]?.id)).toBe('DE--6');
    expect(await referenceOf((await shop.signedUp()).id)).toBe('DE--7');
    expect(await registered()).toBe('DE--8');
    expect(codes(await bring(someone({ reference: 'AT--9' }), someone({ reference: 'DE--9' })))).toEqual([201, 201]);
    expect(await referenceOf((await shop.signedUp()).id)).toBe('DE--10');
  });

  it('gives a reference to one row of a call', async () => {
    const results = await bring(
      someone({ reference: 'DE--1' }),
      someone({ reference: 'DE--1' }),
      someone({ reference: 'AT--1' }),
    );
    expect(codes(results)).toEqual([201, 409, 201]);
    await shop.addTenant('other');
    const employee = await shop.employee(undefined, 'other');
    expect(codes(await employee.post<Result[]>('/customers/import', 207, [someone({ reference: 'DE--1' })]))).toEqual([
      201,
    ]);
  });

  it('leaves it to the constraint when sign-ups and imports meet', async () => {
    const references = Array.from({ length: 20 }, (_, i) => `DE--${i + 1}`);
    const [imports, signedUp, glued] = await Promise.all([
      Promise.all(
        [references, references.toReversed()].map((all) =>
          bring(...all.map((reference) => someone({ reference })), someone()),
        ),
      ),
      Promise.all(Array.from({ length: 8 }, async () => referenceOf((await shop.signedUp()).id))),
      Promise.all(Array.from({ length: 8 }, () => registered())),
    ]);
    const counted = await Promise.all(imports.map((all) => referenceOf(all.at(-1)?.id)));
    const given = [...signedUp, ...glued, ...counted];
    expect(new Set(given).size).toBe(18);
    for (const [i, reference] of references.entries()) {
      const outcomes = [imports[0]?.[i]?.code, imports[1]?.[19 - i]?.code].sort();
      expect(outcomes).toEqual(given.includes(reference) ? [409, 409] : [201, 409]);
    }
  }, 30_000);

  it('never has two imports of the same references wait for one another in a circle', async () => {
    const references = Array.from({ length: 5 }, (_, i) => `DE--${i + 1}`);
    const statements = await watchQueries(shop);
    const other = await somebodyTakes('DE--3');
    try {
      const orders = [references, references.toReversed()];
      const brought = orders.map((order) => bring(...order.map((reference) => someone({ reference }))));
      await lockWaiters(shop, 2);
      await other.query('rollback');
      const outcomes = (await Promise.all(brought)).map(codes);
      expect(outcomes.flat().toSorted()).toEqual([201, 201, 201, 201, 201, 409, 409, 409, 409, 409]);
      // One, of who came second. A circle would be broken by one more.
      expect(statements.filter((text) => text === 'rollback')).toHaveLength(1);
    } finally {
      await other.end();
    }
  });

  it('says who was late when somebody takes the reference between its look and its insert', async () => {
    const other = await somebodyTakes('DE--1');
    try {
      const late = [someone(), someone({ reference: 'DE--1' }), someone({ reference: 'DE--2' })];
      const brought = bring(...late);
      await lockWaiters(shop, 1);
      await other.query('commit');
      const results = await brought;
      expect(codes(results)).toEqual([201, 409, 201]);
      expect(results[1]?.message).toBe("The customer reference 'DE--1' is taken.");
      expect(await referenceOf(results[0]?.id)).toBe('DE--3');
    } finally {
      await other.end();
    }
  });
});
