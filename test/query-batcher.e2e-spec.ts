import { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { Database, transaction } from '../src/database/database.js';
import { QueryBatcher, batchRows } from '../src/database/query-batcher.js';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { recordQueries } from './support/queries.js';
import { waitForLockWaiters, rows } from './support/rows.js';
import { Shop } from './support/shop.js';

describe('a batched statement', () => {
  let shop: Shop;
  let statements: string[];
  let batcher: QueryBatcher;
  beforeAll(async () => {
    shop = await Shop.open();
    batcher = shop.app.get(QueryBatcher);
    statements = await recordQueries(shop);
  });
  beforeEach(() => (statements.length = 0));
  afterAll(() => shop.close());

  const share = {
    name: 'share',
    text: `select n, 12 / number as share from ${batchRows({ number: 'int' })} where number < 9`,
  };
  const shareOf = async (number: number, subject?: string): Promise<unknown> =>
    (await batcher.load(share, { number }, subject))?.share;

  it('takes one round trip and returns a row to each caller', async () => {
    expect(await Promise.all([shareOf(1), shareOf(2), shareOf(9), shareOf(4)])).toEqual([12, 6, undefined, 3]);
    expect(statements).toHaveLength(1);
  });

  it('runs again for later calls', async () => {
    expect([await shareOf(1), await shareOf(2)]).toEqual([12, 6]);
    expect(statements).toHaveLength(2);
  });

  it('runs once per hundred calls', async () => {
    const shares = await Promise.all(Array.from({ length: 250 }, () => shareOf(3)));
    expect(new Set(shares)).toEqual(new Set([4]));
    expect(statements).toHaveLength(3);
  });

  it('runs separately for calls with the same subject', async () => {
    expect(await Promise.all([shareOf(1, 'ada'), shareOf(2, 'john'), shareOf(4, 'ada')])).toEqual([12, 6, 3]);
    expect(statements).toHaveLength(2);
  });

  it('locks in a fixed order, so that two batches do not deadlock', async () => {
    const [ada, john] = [await shop.signUp(), await shop.signUp()];
    statements.length = 0;
    const lock = {
      name: 'lock',
      text: `select n from ${batchRows({ customer: 'text' })} cross join lateral (
        select pg_sleep(0.1) from customers where tenant = 'shop' and id = request.customer for update) locked`,
    };
    const customers = [ada, john, john, ada];
    await Promise.all(customers.map(({ id }) => batcher.load(lock, { customer: id }, id)));
    expect(statements).toHaveLength(2);
  });

  it.each(['customer', 'client'] as const)(
    'refreshes sessions without a deadlock while all sessions of a %s end',
    async (owner) => {
      const ada = await shop.signUp();
      await shop.activate(ada.id);
      const client = `shop-${owner}`;
      await rows(shop, `insert into clients (tenant, id, kind) values ('shop', $1, 'storefront')`, [client]);
      await RequestScope.run(shop.app.get(EntityManager), async () => {
        await shop.app.get(TenantsService).enter('shop');
        const sessions = shop.app.get(SessionsService);
        const lifetimes = { access: 60, refresh: 60 };
        const start = async () =>
          sessions.startCustomer({ customerId: ada.id }, { from: { client }, lifetimes, origin: {} });
        const started = await Promise.all(Array.from({ length: 8 }, start));
        const first = started.map(({ sessionId }) => sessionId).sort()[0];
        statements.length = 0;
        const lockHolder = new Client({ connectionString: shop.config.databaseUrl ?? '' });
        await lockHolder.connect();
        await lockHolder.query('begin');
        await lockHolder.query('select 1 from sessions where public_id = $1 for update', [first]);
        const refreshes = started.map(({ refreshToken }) => sessions.refreshCustomer(refreshToken, lifetimes, client));
        await waitForLockWaiters(shop, 1);
        const end = owner === 'customer' ? sessions.endAllOf(ada.id) : sessions.endAllOfClient(client);
        await waitForLockWaiters(shop, 2);
        await lockHolder.end();
        await Promise.all([...refreshes, end]);
      });
      expect(statements).toHaveLength(2);
    },
  );

  it('fails only for the call that causes the error', async () => {
    const [good, bad] = await Promise.allSettled([shareOf(1), shareOf(0)]);
    expect(good).toMatchObject({ value: 12 });
    expect(bad).toMatchObject({ reason: { message: 'division by zero' } });
  });

  it('is not batched within a transaction', async () => {
    const settings = {
      name: 'setting',
      text: `select n, current_setting('foyer.test', true) as set from ${batchRows({})}`,
    };
    const setting = async (): Promise<unknown> => (await batcher.load(settings, {}))?.set;
    const em = shop.app.get(EntityManager);
    const within = RequestScope.run(em, () =>
      transaction(em, async () => {
        await shop.app.get(Database).rows({ text: `select set_config('foyer.test', 'mine', true)` }, []);
        return setting();
      }),
    );
    expect(await Promise.all([within, setting()])).toEqual(['mine', null]);
  });

  it('rejects an ended session beside current ones', async () => {
    const [ada, john, mia] = [await shop.customer(), await shop.customer(), await shop.customer()];
    await john.get(`/logout?accessToken=${john.token}`, 204);
    const seen = await Promise.all(
      [ada, john, mia].map(async (one) => (await one.send('GET', '/me')).body.customerNumber),
    );
    expect(seen).toEqual([ada.id, undefined, mia.id]);
  });

  it('gets a generic plan after five calls', async () => {
    const planned = { name: 'planned', text: share.text };
    for (let calls = 0; calls < 8; calls++) await batcher.load(planned, { number: 1 });
    // The pool returns the connection that was released last.
    const plans = {
      text: `select generic_plans::int, custom_plans::int from pg_prepared_statements where name = 'planned'`,
    };
    expect(await shop.app.get(Database).rows(plans, [])).toEqual([{ generic_plans: 3, custom_plans: 5 }]);
  });
});
