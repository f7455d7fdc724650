import { Client } from 'pg';
import { sendCompanyRequest, member } from './support/companies.js';
import { rows } from './support/rows.js';
import { type Response, Shop } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

const WAITING = 20;

describe('searches with a regular expression', () => {
  let shop: Shop;
  let lock: Client;
  beforeEach(async () => {
    shop = await Shop.open();
    lock = new Client({ connectionString: shop.config.databaseUrl ?? undefined });
    await lock.connect();
  });
  afterEach(async () => {
    await lock.end();
    await shop.close();
  });

  /** The number of searches that hold a connection while the table is locked. */
  const running = async (): Promise<number> => {
    const held = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%legal_entities%'`;
    return (await rows<{ count: number }>(shop, held))[0]?.count ?? 0;
  };

  it('use at most two connections, one of them for customers, and fail if too many wait', async () => {
    const [ada, staff] = [await member(shop, 'Buyer'), await shop.serviceClient()];
    await lock.query('begin; lock table legal_entities in access exclusive mode');
    const rejected: Response[] = [];
    const search = async (caller: typeof staff): Promise<Response> => {
      const response = await sendCompanyRequest(caller, 'GET', '/legal-entities?q=name:~ABC');
      if (response.status === 503) rejected.push(response);
      return response;
    };
    const customers = Array.from({ length: WAITING + 4 }, () => search(ada));
    await waitUntil('the last are rejected', () => rejected.length > 0);
    expect(rejected[0]?.body).toMatchObject({ code: 503, status: 'Service Unavailable' });
    expect(Number(rejected[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(await running()).toBe(1);

    const employees = Array.from({ length: 5 }, () => search(staff));
    await waitUntil('employees have the other one', async () => (await running()) === 2);
    await lock.query('rollback');
    expect((await Promise.all(employees)).map(({ status }) => status)).not.toContain(503);
    // One search runs, and the maximum number of searches waits.
    expect((await Promise.all(customers)).filter(({ status }) => status !== 503)).toHaveLength(WAITING + 1);
    expect((await search(ada)).status).toBe(200);
  });
});
