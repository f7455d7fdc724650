import { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { ImportService } from '../src/import/import.service.js';
import { ownReach } from '../src/tenants/reach.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { queriesOf, recordQueries } from './support/queries.js';
import { waitForLockWaiters } from './support/rows.js';
import { type Response, type Body, Shop } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';
import { staffActions } from './support/timeline.js';

/** The hash of `Grüße, Ada`; from `src/passwords/password-formats.spec.ts`. */
const passwordHash = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq';
const password = 'Grüße, Ada';

interface Result {
  index: number;
  id?: string;
  code: number;
  status: string;
  message?: string;
  details?: { message: string }[];
}

describe('the import of customers', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ restrictions: ['DE', 'FR'] })));
  afterAll(() => shop.close());

  const newItem = (more: Body = {}): Body & { account: { email: string } } => {
    const account = { email: shop.person().email, passwordHash, ...(more.account as Body | undefined) };
    return { ...more, account };
  };

  async function send(items: unknown, scope = 'customer.import_manage'): Promise<Response<Result[]>> {
    return (await shop.serviceClient(scope)).send('POST', '/customers/import', { body: items });
  }

  async function importItems(...items: unknown[]): Promise<Result[]> {
    const { status, body, text } = await send(items);
    if (status !== 207) throw new Error(`The import returned ${status} ${text}`);
    return body;
  }

  const codes = (results: Result[]): number[] => results.map(({ code }) => code);

  it('creates customers who log in with their existing password, and sends no mail', async () => {
    const item = newItem({ firstName: 'Ada', lastName: 'Lovelace', preferredCurrency: 'EUR', mixins: { a: { b: 1 } } });
    const [result] = await importItems(item);
    expect(result).toEqual({ index: 0, id: expect.stringMatching(/^\d{10}$/), code: 201, status: 'Created' });
    const ada = await shop.logIn({ id: result?.id ?? '', email: item.account.email, password });
    expect(await ada.get('/me?expand=mixin:*')).toMatchObject({
      id: result?.id,
      firstName: 'Ada',
      lastName: 'Lovelace',
      contactEmail: item.account.email,
      preferredCurrency: 'EUR',
      preferredLanguage: 'en_US',
      mixins: { a: { b: 1 } },
    });
    expect(await shop.mailsTo(item.account.email)).toEqual([]);
  });

  it('returns one result per item in order, and imports the valid items beside invalid ones', async () => {
    const results = await importItems(
      newItem({ id: 'C-first' }),
      newItem({ account: { passwordHash: undefined } }),
      5,
      newItem({ id: 'C last', firstName: 7, account: { email: 'nobody' } }),
      newItem({ firstName: 'a\0b' }),
      newItem({ id: 'C-last' }),
    );
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(codes(results)).toEqual([201, 400, 400, 400, 400, 201]);
    expect(results[0]).toEqual({ index: 0, id: 'C-first', code: 201, status: 'Created' });
    expect(results[1]).toMatchObject({
      status: 'Bad Request',
      message: "Exactly one of 'passwordHash' or 'legacyAuth' must be provided in the account",
    });
    expect(results[2]?.message).toBe('the item must be a JSON object');
    expect(results[3]?.details?.map(({ message }) => message).sort()).toEqual([
      'account.email must be an e-mail address',
      'firstName must be a string',
      'firstName must be shorter than or equal to 255 characters',
      'id must have 1 to 66 letters, digits, _ or -',
    ]);
    const [wrong] = await importItems(newItem({ firstName: 7 }));
    expect(wrong?.message).toBe('firstName must be a string');
    expect(results[4]?.message).toBe('firstName contains a character that is not allowed');
  });

  it('accepts 200 large items at once, and rejects more as a whole', async () => {
    const mixins = { notes: { text: 'x'.repeat(40_000) }, list: Object.fromEntries([...'x'.repeat(150)].entries()) };
    const many = Array.from({ length: 200 }, () => newItem({ firstName: 'Ada', mixins }));
    const { status, body } = await send(many);
    expect(status).toBe(207);
    expect(new Set(codes(body))).toEqual(new Set([201]));

    const before = await databaseFingerprint(shop);
    const { sessions: _, ...rest } = before;
    const tooMany = await send(Array.from({ length: 201 }, () => newItem()));
    expect(tooMany).toMatchObject({ status: 400, body: { status: 400, type: 'validation_failure' } });
    expect(await databaseFingerprint(shop)).toMatchObject(rest);
    expect((await send([newItem({ mixins: { a: 'x'.repeat(11 * 1024 * 1024) } })])).status).toBe(413);
  });

  it('does not raise the body limit of other routes', async () => {
    const body = { mixins: { a: 'x'.repeat(1024 * 1024) } };
    expect((await (await shop.serviceClient()).send('POST', '/customers', { body })).status).toBe(413);
  });

  it.each([['{}'], ['"x"'], ['null'], [''], ['[{]']])('rejects the body %s', async (body) => {
    const service = await shop.serviceClient();
    const headers = { 'content-type': 'application/json' };
    expect((await service.send('POST', '/customers/import', { body, headers })).status).toBe(400);
  });

  it('accepts an empty list', async () => {
    expect(await importItems()).toEqual([]);
  });

  it('rejects a taken number or a taken e-mail (in any case), also within one request', async () => {
    const ada = await shop.signUp();
    const [eve, bob] = [shop.person(), shop.person()];
    const results = await importItems(
      newItem({ account: { email: ada.email.toUpperCase() } }),
      newItem({ id: ada.id }),
      newItem({ id: 'twice', account: { email: eve.email } }),
      newItem({ id: 'twice' }),
      newItem({ account: { email: ` ${eve.email.toUpperCase()} ` } }),
      // A rejected item does not reserve its number.
      newItem({ id: 'C-bob', account: { email: ada.email } }),
      newItem({ id: 'C-bob', account: { email: bob.email } }),
      newItem({ id: 'c-bob' }),
    );
    expect(codes(results)).toEqual([409, 409, 201, 409, 409, 409, 201, 201]);
    expect(results[0]).toMatchObject({
      status: 'Conflict',
      message: `Duplicate account '${ada.email}' for tenant 'shop'.`,
    });
    expect(results[1]?.message).toBe(`The customer number '${ada.id}' is taken.`);
  });

  it('creates each customer once when four imports run concurrently', async () => {
    const persons = Array.from({ length: 20 }, () => shop.person());
    const items = persons.map(({ email }, i) => newItem({ id: `race-${i}`, account: { email } }));
    const responses = await Promise.all(Array.from({ length: 4 }, (_, i) => send(i % 2 ? items : items.toReversed())));
    expect(responses.map(({ status }) => status)).toEqual([207, 207, 207, 207]);
    for (const [i] of items.entries()) {
      const all = responses.map(({ body }, n) => (n % 2 ? body[i] : body[items.length - 1 - i])?.code);
      expect(all.sort()).toEqual([201, 409, 409, 409]);
    }
  });

  it('imports the other items when a number or an e-mail is taken between check and insert', async () => {
    const items = ['C-quick', 'C-slow', 'C-other'].map((id) => newItem({ id }));
    const other = new Client({ connectionString: shop.config.databaseUrl ?? '' });
    await other.connect();
    try {
      await other.query('begin');
      for (const [id, email] of [
        ['C-quick', 'quick@example.com'],
        ['C-else', items[1]?.account.email],
      ]) {
        await other.query(
          `insert into customers (tenant, id, preferred_language, preferred_currency, preferred_site, active, on_hold,
            created_at, modified_at) values ('shop', $1, 'en', 'EUR', 'main', true, false, now(), now())`,
          [id],
        );
        const account = 'insert into accounts (tenant, email, customer_id, created_at) values ($1, $2, $3, now())';
        await other.query(account, ['shop', email, id]);
      }
      const imported = importItems(...items);
      await waitForLockWaiters(shop, 1);
      await other.query('commit');
      expect(codes(await imported)).toEqual([409, 409, 201]);
    } finally {
      await other.end();
    }
  });

  it('uses the same number of statements for 2 and for 200 customers', async () => {
    const watched = await recordQueries(shop);
    const statements = async (count: number): Promise<number> => {
      const rowsToImport = Array.from({ length: count }, () => newItem());
      const sent = await queriesOf(shop, watched, async () => {
        expect(new Set(codes(await importItems(...rowsToImport)))).toEqual(new Set([201]));
      });
      return sent.length;
    };
    expect(await statements(2)).toBe(await statements(200));
  });

  it('rejects the number of a deleted customer, unless the tenant allows it', async () => {
    const service = await shop.serviceClient();
    await importItems(newItem({ id: 'C-gone' }));
    await service.delete('/customers/C-gone', 202);
    expect(codes(await importItems(newItem({ id: 'C-gone' })))).toEqual([409]);
    await shop.addTenant('forgiving', { enableRecreationOfDeletedCustomer: true });
    const other = await shop.serviceClient(undefined, 'forgiving');
    const again = async (): Promise<Result[]> =>
      other.post('/customers/import', 207, [newItem({ id: 'C-gone' }), newItem({ id: 'C-gone' })]);
    expect(codes(await again())).toEqual([201, 409]);
    await other.delete('/customers/C-gone', 202);
    expect(codes(await again())).toEqual([201, 409]);
  });

  it('requires the contact e-mail to equal the login e-mail, ignoring case', async () => {
    const { email } = shop.person();
    const results = await importItems(
      newItem({ contactEmail: email.toUpperCase(), account: { email } }),
      newItem({ contactEmail: shop.person().email }),
    );
    expect(codes(results)).toEqual([201, 400]);
    expect(results[1]?.message).toBe('contactEmail must equal account.email');
  });

  it.each<[string, Body, string]>([
    ['a hash and a legacy hash', { legacyAuth: { algorithm: 'salted-sha1', hash: 'x' } }, 'Exactly one of'],
    ['an unknown hash format', { passwordHash: 'open sesame' }, 'account.passwordHash has an unknown format'],
    ['a hash with an excessive cost', { passwordHash: passwordHash.replace('$05$', '$15$') }, 'account.passwordHash'],
    ['a hash that is not a string', { passwordHash: 5 }, 'account.passwordHash must be'],
    [
      'a malformed legacy hash',
      { passwordHash: null, legacyAuth: { algorithm: 'salted-sha1', hash: 'x' } },
      'account.legacyAuth.hash must be a digest of sha1',
    ],
    [
      'an unknown legacy algorithm',
      { passwordHash: null, legacyAuth: { algorithm: 'rot13', hash: 'x' } },
      'account.legacyAuth.algorithm must be one of',
    ],
    [
      'a context with a value that is not a string',
      { passwordHash: null, legacyAuth: { algorithm: 'salted-sha1', hash: 'x', context: { salt: 5 } } },
      'account.legacyAuth.context must be an object of at most 10 texts',
    ],
    [
      'a context with too many entries',
      {
        passwordHash: null,
        legacyAuth: {
          algorithm: 'salted-sha1',
          hash: 'x',
          context: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 'x'])),
        },
      },
      'account.legacyAuth.context must be an object of at most 10 texts',
    ],
    [
      'a context with too long a value',
      { passwordHash: null, legacyAuth: { algorithm: 'salted-sha1', hash: 'x', context: { salt: 'x'.repeat(401) } } },
      'account.legacyAuth.context must be an object of at most 10 texts',
    ],
    ['an empty account', { email: undefined, passwordHash: undefined }, 'account.email is required'],
  ])('rejects %s', async (_what, account, message) => {
    const [result] = await importItems(newItem({ account }));
    expect(result).toMatchObject({ code: 400, status: 'Bad Request' });
    expect(result?.message).toMatch(message);
  });

  it('accepts null for a value that an item may omit', async () => {
    await (
      await shop.serviceClient()
    ).post('/config/password-migration-retention', 200, {
      retentionEndDate: '2100-01-31',
    });
    const unsalted = { algorithm: 'md5', hash: 'efa5a0512742b08575b848a76f4de411', context: null };
    const unnamed = { algorithm: 'hybris-sha512-uid-salt', hash: Buffer.alloc(64).toString('base64'), context: null };
    const [stored, rejected, ...rest] = await importItems(
      newItem({ account: { passwordHash: null, legacyAuth: unsalted } }),
      newItem({ account: { passwordHash: null, legacyAuth: unnamed } }),
      newItem({ id: null, metadata: null, mixins: null, b2b: null, account: { legacyAuth: null } }),
    );
    expect(stored).toMatchObject({ code: 201 });
    expect(rejected).toMatchObject({ code: 400, message: 'account.legacyAuth.context.originalUid is missing' });
    expect(codes(rest)).toEqual([201]);
  });

  it('imports the other items, whatever value one of them has in any property', async () => {
    await (
      await shop.serviceClient()
    ).post('/config/password-migration-retention', 200, {
      retentionEndDate: '2100-01-31',
    });
    const legacyAuth = {
      algorithm: 'salted-sha1',
      hash: '6b5cf6462464e4509cd84343f61914a08fd708fd',
      context: { salt: 'NaCl', layout: 'password+salt' },
    };
    const whole = (): Body => ({
      ...{ title: 'MR', firstName: 'John', middleName: '', lastName: 'Doe', contactPhone: '1', company: 'Emporix' },
      ...{ preferredLanguage: 'en_US', preferredCurrency: 'EUR', preferredSite: 'main', type: 'CUSTOMER' },
      ...{ photoUrl: 'https://acme.example/a', restriction: 'DE', gender: 'Male', dateOfBirth: '2000-01-31' },
      b2b: { companyRegistrationId: '1', legalEntities: [{ id: 'D165356' }] },
      metadata: { mixins: { a: 'https://acme.example/a.json' } },
      mixins: { a: { b: [1] } },
      account: { email: shop.person().email, legacyAuth },
    });
    expect(codes(await importItems(whole()))).toEqual([201]);
    const odd = [null, '', ' ', 0, 1e300, true, 'x', [], [[]], [{}], [null], {}, { a: null }, { then: 1 }];
    const items = pathsIn(whole()).flatMap((path) => odd.map((value) => withValue(whole(), path, value)));
    for (let start = 0; start < items.length; start += 199) {
      const results = await importItems(...items.slice(start, start + 199), newItem());
      expect(results.at(-1)).toMatchObject({ code: 201 });
      expect([...new Set(codes(results))].filter((code) => ![201, 400, 403].includes(code))).toEqual([]);
    }
  });

  it.each([
    [null, 'account must be an object'],
    ['x', 'account must be an object'],
    [[], 'account must be an object'],
    [undefined, 'account is required'],
  ])('rejects the account %j', async (account, message) => {
    const [result] = await importItems({ firstName: 'Ada', account });
    expect(result).toMatchObject({ code: 400, status: 'Bad Request' });
    expect(result?.details).toContainEqual({ message });
  });

  it('stores restriction and type, and rejects a restriction that the tenant does not have', async () => {
    const results = await importItems(
      newItem({ id: 'C-de', restriction: 'DE', active: false, onHold: true }),
      newItem({ id: 'C-contact', type: 'CONTACT' }),
      newItem({ restriction: 'XX' }),
    );
    expect(codes(results)).toEqual([201, 201, 400]);
    const service = await shop.serviceClient();
    expect(await service.get('/customers/C-de')).toMatchObject({ restriction: 'DE', active: true, onHold: false });
    expect(await service.get('/customers/C-contact')).toMatchObject({ type: 'CONTACT' });
  });

  it('allows a caller with a restricted scope only customers with that restriction', async () => {
    const { body } = await send([newItem({ restriction: 'DE' }), newItem()], 'customer.import_manage--DE');
    expect(body).toMatchObject([{ code: 201 }, { code: 403, status: 'Forbidden', message: 'User not authorized.' }]);
  });

  it('puts customers on hold if the tenant does so with new customers', async () => {
    await shop.addTenant('careful', { customerOnHoldOnCreation: true, activation: 'both' });
    const service = await shop.serviceClient(undefined, 'careful');
    const results = await service.post<Result[]>('/customers/import', 207, [newItem({ id: 'C-hold' })]);
    expect(codes(results)).toEqual([201]);
    expect(await service.get('/customers/C-hold')).toMatchObject({ active: true, onHold: true });
  });

  it('is recorded in the history of each customer', async () => {
    await importItems(newItem({ id: 'C-pair-1' }), newItem({ id: 'C-pair-2' }));
    const service = await shop.serviceClient();
    for (const id of ['C-pair-1', 'C-pair-2']) {
      expect(await staffActions(service, id)).toMatchObject([
        { action: 'customer_imported', actor: { kind: 'service', id: 'shop-service' }, changes: {} },
      ]);
    }
  });

  it('stores nothing in a dry run, and reports conflicts', async () => {
    const ada = await shop.signUp();
    const before = await databaseFingerprint(shop);
    const outcomes = await RequestScope.run(shop.app.get(EntityManager), async () => {
      await shop.app.get(TenantsService).enter('shop');
      const accounts = [shop.person().email, ada.email].map((email) => ({ email, passwordHash }));
      return shop.app.get(ImportService).import(
        accounts.map((account) => ({ account, profile: {} })),
        ownReach,
        { dryRun: true },
      );
    });
    expect(outcomes).toMatchObject([{ id: expect.any(String) }, { code: 'email_taken' }]);
    expect(await databaseFingerprint(shop)).toEqual(before);
  });
});

/** The paths of all values in a JSON object, such as `['account', 'email']`. */
function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

/** A copy of a JSON object with another value at a path. */
function withValue(whole: Body, [key = '', ...rest]: string[], value: unknown): Body {
  const inner = whole[key] as Body;
  const copy = (Array.isArray(whole) ? [...(whole as unknown[])] : { ...whole }) as Body;
  copy[key] = rest.length === 0 ? value : withValue(inner, rest, value);
  return copy;
}
