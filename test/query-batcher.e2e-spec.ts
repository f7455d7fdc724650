import { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { Database, transaction } from '../src/database/database.js';
import { QueryBatcher, batchRows } from '../src/database/query-batcher.js';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { watchQueries } from './support/queries.js';
import { lockWaiters, rows } from './support/rows.js';
import { Shop } from './support/shop.js';

describe('a statement that is asked by many at once', () => {
  let shop: Shop;
  let statements: string[];
  let batcher: QueryBatcher;
  beforeAll(async () => {
    shop = await Shop.open();
    batcher = shop.app.get(QueryBatcher);
    statements = await watchQueries(shop);
  });
  beforeEach(() => (statements.length = 0));
  afterAll(() => shop.close());

  const share = {
    name: 'share',
    text: `select n, 12 / number as share from ${batchRows({ number: 'int' })} where number < 9`,
  };
  const shareOf = async (number: number, subject?: string): Promise<unknown> =>
    (await batcher.load(share, { number }, subject))?.share;

  it('takes one round trip, and answers each of them', async () => {
    expect(await Promise.all([shareOf(1), shareOf(2), shareOf(9), shareOf(4)])).toEqual([12, 6, undefined, 3]);
    expect(statements).toHaveLength(1);
  });

  it('takes another for those who ask later', async () => {
    expect([await shareOf(1), await shareOf(2)]).toEqual([12, 6]);
    expect(statements).toHaveLength(2);
  });

  it('takes another for each hundred', async () => {
    const shares = await Promise.all(Array.from({ length: 250 }, () => shareOf(3)));
    expect(new Set(shares)).toEqual(new Set([4]));
    expect(statements).toHaveLength(3);
  });

  it('takes another for those who write to the same', async () => {
    expect(await Promise.all([shareOf(1, 'ada'), shareOf(2, 'john'), shareOf(4, 'ada')])).toEqual([12, 6, 3]);
    expect(statements).toHaveLength(2);
  });

  it('locks in one order, so that two turns do not wait for each other in a circle', async () => {
    const [ada, john] = [await shop.signedUp(), await shop.signedUp()];
    statements.length = 0;
    const lock = {
      name: 'lock',
      text: `select n from ${batchRows({ customer: 'text' })} cross join lateral (
        select pg_sleep(0.1) from customers where tenant = 'shop' and id = request.customer for update) locked`,
    };
    const people = [ada, john, john, ada];
    await Promise.all(people.map(({ id }) => batcher.load(lock, { customer: id }, id)));
    expect(statements).toHaveLength(2);
  });

  it.each(['customer', 'client'] as const)(
    'refreshes sessions while all of a %s end, and neither waits for the other in a circle',
    async (whose) => {
      const ada = await shop.signedUp();
      await shop.activate(ada.id);
      const client = `shop-${whose}`;
      await rows(shop, `insert into clients (tenant, id, kind) values ('shop', $1, 'storefront')`, [client]);
      await RequestScope.run(shop.app.get(EntityManager), async () => {
        await shop.app.get(TenantsService).enter('shop');
        const sessions = shop.app.get(SessionsService);
        const lifetimes = { access: 60, refresh: 60 };
        const start = async () => sessions.startCustomer(ada.id, null, { from: { client }, lifetimes });
        const started = await Promise.all(Array.from({ length: 8 }, start));
        const first = started.map(({ sessionId }) => sessionId).sort()[0];
        statements.length = 0;
        const somebody = new Client({ connectionString: shop.config.databaseUrl ?? '' });
        await somebody.connect();
        await somebody.query('begin');
        await somebody.query('select 1 from sessions where public_id = $1 for update', [first]);
        const refreshes = started.map(({ refreshToken }) => sessions.refreshCustomer(refreshToken, lifetimes, client));
        await lockWaiters(shop, 1);
        const end = whose === 'customer' ? sessions.endAllOf(ada.id) : sessions.endAllOfClient(client);
        await lockWaiters(shop, 2);
        await somebody.end();
        await Promise.all([...refreshes, end]);
      });
      expect(statements).toHaveLength(2);
    },
  );

  it('fails for who is at fault alone', async () => {
    const [good, bad] = await Promise.allSettled([shareOf(1), shareOf(0)]);
    expect(good).toMatchObject({ value: 12 });
    expect(bad).toMatchObject({ reason: { message: 'division by zero' } });
  });

  it('is asked alone within a transaction', async () => {
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

  it('lets one dead session fall among those that live', async () => {
    const [ada, john, mia] = [await shop.loggedIn(), await shop.loggedIn(), await shop.loggedIn()];
    await john.get(`/logout?accessToken=${john.token}`, 204);
    const seen = await Promise.all(
      [ada, john, mia].map(async (one) => (await one.send('GET', '/me')).body.customerNumber),
    );
    expect(seen).toEqual([ada.id, undefined, mia.id]);
  });

  it('is planned once, however many ask', async () => {
    const planned = { name: 'planned', text: share.text };
    for (let asked = 0; asked < 8; asked++) await batcher.load(planned, { number: 1 });
    // The pool lends the connection that came back last.
    const plans = {
      text: `select generic_plans::int, custom_plans::int from pg_prepared_statements where name = 'planned'`,
    };
    expect(await shop.app.get(Database).rows(plans, [])).toEqual([{ generic_plans: 3, custom_plans: 5 }]);
  });
});
