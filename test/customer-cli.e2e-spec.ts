import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, runInProcess } from './support/command-line.js';
import { dropDatabase, sql } from './support/database.js';
import { newShopDatabase } from './support/server.js';
import { type Body, Shop } from './support/shop.js';
import { staffActions } from './support/timeline.js';

describe('customers on the command line', () => {
  let database: string;
  let cwd: string;
  let openShop: Shop | undefined;
  beforeEach(async () => {
    database = await newShopDatabase({ activation: 'both' });
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
  });
  afterEach(async () => {
    rmSync(cwd, { recursive: true });
    await dropDatabase(database);
  });

  async function foyer(args: string[], input = '', env: Record<string, string> = {}): Promise<RunResult> {
    const command = ['customer', ...args, '--tenant', 'shop', '--json'];
    const fullEnv = { DATABASE_URL: database, STORES: 'DE=shop', ...env };
    return runInProcess(command, { env: fullEnv, input, cwd, shop: openShop });
  }
  async function run(args: string[], input = '', env: Record<string, string> = {}): Promise<Body> {
    const { code, out, err } = await foyer(args, input, env);
    expect({ args, code, err }).toEqual({ args, code: 0, err: '' });
    return JSON.parse(out) as Body;
  }
  async function rejected(args: string[], input = ''): Promise<string> {
    const { code, out, err } = await foyer(args, input);
    expect({ args, code, out }).toEqual({ args, code: 1, out: '' });
    expect(err).not.toMatch(/^\s+at /m);
    return err;
  }
  /** Runs work with the service on the database of the test. */
  async function withShop<T>(work: (shop: Shop) => Promise<T>): Promise<T> {
    const shop = await Shop.open({ activation: 'both' }, { databaseUrl: database });
    openShop = shop;
    try {
      return await work(shop);
    } finally {
      openShop = undefined;
      await shop.app.close();
    }
  }
  const create = ['create', 'Ada@Example.com', '--password-stdin', '--first-name', 'Ada'];
  const password = 'the words I typed';
  const email = 'ada@example.com';

  it('are created, can log in at once, and get no mail', async () => {
    const fields = [
      '--reference',
      'DE--21',
      '--salutation',
      'Mrs',
      '--gender',
      'Female',
      '--date-of-birth',
      '1815-12-10',
    ];
    const created = await run([...create, ...fields], `${password}\n`);
    expect(created).toEqual({
      ...{ id: expect.stringMatching(/^\d{10}$/), reference: 'DE--21', email, title: 'MRS', gender: 'Female' },
      ...{ dateOfBirth: '1815-12-10', confirmed: true, created: true },
    });
    const id = String(created.id);
    await withShop(async (shop) => {
      const ada = await shop.logIn({ id, email, password });
      expect(await ada.get('/me')).toMatchObject({ firstName: 'Ada', title: 'MRS' });
      expect(await shop.mailsTo(email)).toEqual([]);
      expect(await staffActions(await shop.serviceClient(), id)).toMatchObject([
        { action: 'customer_created', actor: { kind: 'operator', id: expect.any(String) } },
      ]);
    });
    expect(await rejected(create, password)).toBe("Duplicate account 'Ada@Example.com' for tenant 'shop'.\n");
    expect(await run([...create, '--if-missing'], password)).toEqual({ email: 'Ada@Example.com', created: false });
    expect(await rejected(['create', 'eve@example.com', '--reference', 'DE--21'])).toBe(
      "The customer reference 'DE--21' is taken.\n",
    );
    expect(await run(['create', 'eve@example.com'])).toMatchObject({
      reference: expect.stringMatching(/^DE--\d+$/),
      created: true,
    });
  }, 60_000);

  it('are updated with fields of the Glue API, by number or e-mail, idempotently', async () => {
    const { id } = await run(create, password);
    const fields = ['--reference', 'AT--5', '--salutation', 'Dr', '--gender', 'Other', '--date-of-birth', '1815-12-10'];
    const set = ['set', 'ADA@example.com', ...fields];
    const expected = {
      ...{ id, reference: 'AT--5', email, title: 'DR', gender: 'Other', dateOfBirth: '1815-12-10', confirmed: true },
    };
    expect(await run(set)).toEqual({ ...expected, changed: true });
    const before = await sql('select * from customers', [], database);
    expect(await run(['set', String(id), ...fields])).toEqual({ ...expected, changed: false });
    expect(await sql('select * from customers', [], database)).toEqual(before);
    const [entry] = await sql('select actor_kind, changes from history order by at desc limit 1', [], database);
    expect(entry).toMatchObject({
      actor_kind: 'operator',
      changes: { fields: expect.arrayContaining(['reference', 'title', 'gender', 'dateOfBirth']) },
    });

    const eve = await run(['create', 'eve@example.com']);
    const conflict = ['set', 'eve@example.com', '--gender', 'Other', '--reference', 'AT--5'];
    expect(await rejected(conflict)).toBe("The customer reference 'AT--5' is taken.\n");
    const [row] = await sql('select reference, gender from customers where id = $1', [eve.id], database);
    expect(row).toEqual({ reference: 'DE--2', gender: null });
  }, 60_000);

  it('lose their sessions when they are set to unconfirmed, until they are confirmed', async () => {
    const created = await run(create, password);
    const person = { id: String(created.id), email, password };
    await withShop(async (shop) => {
      const ada = await shop.logIn(person);
      expect(await run(['set', email, '--confirmed', 'false'])).toMatchObject({ confirmed: false, changed: true });
      await ada.get('/me', 401);
      await (await shop.visitor()).post('/login', 400, { email, password });

      const open = ['set', email, '--confirmed', 'true'];
      expect(await rejected(open)).toContain('FOYER_SECRET is required');
      const secret = { FOYER_SECRET: shop.config.secret };
      expect(await run(open, '', secret)).toMatchObject({ confirmed: true, changed: true });
      await shop.logIn(person);
      expect((await shop.mailsTo(email)).map(({ kind }) => kind)).toEqual(['activated']);
      expect(await run(open, '', secret)).toMatchObject({ confirmed: true, changed: false });
    });
  }, 60_000);

  it('are unlocked after failed logins', async () => {
    await run(['create', email]);
    const env = await withShop(async (shop) => {
      const visitor = await shop.visitor();
      for (let time = 0; time < 2; time++) await visitor.post('/login', 400, { email, password: 'a wrong guess' });
      return { FOYER_SECRET: shop.config.secret };
    });
    const counters = 'select sum(failures)::int as failures from login_failures';
    expect(await sql(counters, [], database)).toEqual([{ failures: 4 }]);
    expect(await run(['unlock', email], '', env)).toEqual({ id: expect.any(String), unlocked: true });
    expect(await sql(counters, [], database)).toEqual([{ failures: null }]);
    const [entry] = await sql('select actor_kind, action from history order by id desc limit 1', [], database);
    expect(entry).toEqual({ actor_kind: 'operator', action: 'customer_unlocked' });
    expect(await rejected(['unlock', 'nobody@example.com'])).toContain('FOYER_SECRET');
  }, 60_000);

  it('have their second factors removed', async () => {
    await run(['create', email]);
    const factors = 'select type from second_factors';
    await sql(
      `insert into second_factors (tenant, customer_id, type, status, session_id, created_at)
        select tenant, customer_id, type, 'active', gen_random_uuid(), now()
        from accounts, (values ('email'), ('totp')) t (type)`,
      [],
      database,
    );
    expect(await run(['set', email, '--second-factor', 'off'])).toMatchObject({ email, changed: true });
    expect(await sql(factors, [], database)).toEqual([]);
    const entries = await sql('select actor_kind, action, changes from history order by id desc limit 2', [], database);
    const reason = 'foyer customer set --second-factor off';
    expect(entries).toEqual(
      ['totp', 'email'].map((type) => ({
        actor_kind: 'operator',
        action: 'second_factor_removed',
        changes: { fields: [type], reason },
      })),
    );
    expect(await run(['set', email, '--second-factor', 'off'])).toMatchObject({ email, changed: false });
    expect(await foyer(['set', email, '--second-factor', 'on'])).toMatchObject({ code: 2, out: '' });
  }, 60_000);

  it('are rejected with the invalid value, without any change', async () => {
    await run(create, password);
    const before = await sql('select * from customers', [], database);
    expect(await rejected(['set', email, '--reference', 'de-21'])).toContain('reference must be a store');
    expect(await rejected(['set', email, '--date-of-birth', '2023-02-31'])).toContain('dateOfBirth must be a date');
    expect(await rejected(['set', 'nobody@example.com', '--gender', 'Other'])).toContain('nobody@example.com');
    expect(await rejected(['set', '12345', '--gender', 'Other'])).toContain('12345');
    expect(await rejected(['create', 'bob@example.com', '--password-stdin'], 'short')).toContain('password must have');
    expect(await rejected(['create', 'no address'])).toContain('contactEmail must be');
    for (const args of [
      ['set', email],
      ['set', email, '--gender', 'male'],
      ['set', email, '--confirmed', 'perhaps'],
    ]) {
      expect(await foyer(args)).toMatchObject({ code: 2, out: '' });
    }
    expect(await sql('select * from customers', [], database)).toEqual(before);
  }, 60_000);
});
