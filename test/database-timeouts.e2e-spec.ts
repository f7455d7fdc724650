import { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { isUnavailable } from '../src/database/unavailable.js';
import { Glue, GlueCustomer, newAddress } from './support/glue.js';
import { waitForLockWaiters, rows } from './support/rows.js';
import { LoggedInCustomer, Shop } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

describe('a database that is slow, locked or read-only', () => {
  let shop: Shop;
  let ada: LoggedInCustomer;
  let glueAda: GlueCustomer;
  let other: Client;
  beforeEach(async () => {
    // The pool size of production.
    shop = await Shop.open({ activation: 'none' }, { databasePool: 10 });
    glueAda = await new Glue(shop).customer();
    ada = await shop.customer();
    other = new Client({ connectionString: shop.config.databaseUrl ?? undefined });
    await other.connect();
  });
  afterEach(async () => {
    await other.end();
    await shop.close();
  });

  const expectUnavailable = ({ status, headers }: { status: number; headers: Record<string, unknown> }): void => {
    expect(status).toBe(503);
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  };

  it('limits statements, lock waits and idle transactions on every connection', async () => {
    const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const settings = names.map((name) => `current_setting('${name}') as ${name}`).join(', ');
    const [limits] = await shop.app.get(EntityManager).fork().execute<object[]>(`select ${settings}`);
    expect(limits).toEqual({
      statement_timeout: '5s',
      lock_timeout: '2s',
      idle_in_transaction_session_timeout: '10s',
    });
  });

  it('delays no requests for other tables while one table is locked', async () => {
    await other.query('begin; lock table consents in access exclusive mode');
    let completed = 0;
    const body = { consents: [{ id: 'terms', version: '1', accepted: true }] };
    const blocked = Array.from({ length: 28 }, (_, index) =>
      (index % 2 ? ada.send('GET', '/me/consents') : ada.send('PUT', '/me/consents', { body })).finally(
        () => completed++,
      ),
    );
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await waitUntil('the maximum number of requests wait', async () => (await rows(shop, waiting)).length > 4);
    await ada.get('/me');
    expect((await shop.logInAnonymously()).access_token).toEqual(expect.any(String));
    await ada.get('/me/addresses');
    expect(completed).toBe(0);

    for (const response of await Promise.all(blocked)) expectUnavailable(response);
    await other.query('rollback');
    await ada.put('/me/consents', 204, body);
  }, 60_000);

  it('returns 503 in both APIs while a table is locked, and works again afterwards', async () => {
    await other.query('begin; lock table addresses in access exclusive mode');
    const emporix = ada.send('GET', '/me/addresses');
    const glue = glueAda.send('GET', `${glueAda.path}/addresses`);
    await waitForLockWaiters(shop, 2);
    expectUnavailable(await emporix);
    expectUnavailable(await glue);
    expect((await emporix).body).toMatchObject({ status: 503, type: 'service_unavailable' });
    expect((await glue).body).toMatchObject({ errors: [{ status: 503 }] });
    await other.query('rollback');
    await ada.get('/me/addresses');
    await glueAda.get(`${glueAda.path}/addresses`);
  }, 30_000);

  it('returns 503 in both APIs when a statement takes too long', async () => {
    await other.query(`
      create function be_slow() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
      create trigger slow before insert on addresses for each row execute function be_slow()`);
    const emporix = ada.send('POST', '/me/addresses', { body: { city: 'Berlin' } });
    const glue = glueAda.send('POST', `${glueAda.path}/addresses`, { attributes: newAddress });
    expectUnavailable(await emporix);
    expectUnavailable(await glue);
  }, 60_000);

  it('returns 503 for changes while the database is read-only, and is not ready', async () => {
    expect((await shop.send('GET', '/health/ready')).status).toBe(200);
    await setReadOnly(true);
    expectUnavailable(await ada.send('POST', '/me/addresses', { body: { city: 'Berlin' } }));
    expectUnavailable(await ada.send('PATCH', '/me', { body: { firstName: 'Ada' } }));
    expectUnavailable(await glueAda.send('PATCH', glueAda.path, { attributes: { firstName: 'Ada' } }));
    await ada.get('/me');
    expectUnavailable(await shop.send('GET', '/health/ready'));

    await setReadOnly(false);
    expect((await shop.send('GET', '/health/ready')).status).toBe(200);
    await ada.post('/me/addresses', 201, { city: 'Berlin' });
  });

  it('treats an ended idle transaction as a lost connection, and works again', async () => {
    const idle = shop.app
      .get(EntityManager)
      .fork()
      .transactional(async (em) => {
        await em.execute('set local idle_in_transaction_session_timeout = 50');
        await waitUntil('the connection is ended', async () => {
          const transactions = `select from pg_stat_activity where datname = current_database() and xact_start < now()
            and state = 'idle in transaction'`;
          return (await rows(shop, transactions)).length === 0;
        });
        await em.execute('select 1');
      });
    expect(isUnavailable(await idle.catch((error: unknown) => error))).toBe(true);
    await ada.get('/me');
  });

  /** Like a failover: the setting applies to new connections, and the current ones are ended. */
  async function setReadOnly(on: boolean): Promise<void> {
    const name = new URL(shop.config.databaseUrl ?? '').pathname.slice(1);
    await other.query('set default_transaction_read_only = off');
    await other.query(`alter database ${name} set default_transaction_read_only = ${on}`);
    const others = `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    await other.query(`select pg_terminate_backend(pid) from (${others}) as others`);
    await waitUntil('the others are gone', async () => (await other.query(others)).rowCount === 0);
  }
});
