import { Client } from 'pg';
import { manage, member } from './support/companies.js';
import { rows } from './support/rows.js';
import { type Answer, Shop } from './support/shop.js';
import { until } from './support/until.js';

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

  /** How many of them have a connection, while nobody can read what they ask for. */
  const running = async (): Promise<number> => {
    const held = `select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%legal_entities%'`;
    return (await rows<{ count: number }>(shop, held))[0]?.count ?? 0;
  };

  it('take two connections at most, of customers one, and are refused when too many wait', async () => {
    const [ada, staff] = [await member(shop, 'Buyer'), await shop.employee()];
    await lock.query('begin; lock table legal_entities in access exclusive mode');
    const refused: Answer[] = [];
    const ask = async (caller: typeof staff): Promise<Answer> => {
      const answer = await manage(caller, 'GET', '/legal-entities?q=name:~ABC');
      if (answer.status === 503) refused.push(answer);
      return answer;
    };
    const customers = Array.from({ length: WAITING + 4 }, () => ask(ada));
    await until('the last are refused', () => refused.length > 0);
    expect(refused[0]?.body).toMatchObject({ type: 'service_unavailable' });
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect(await running()).toBe(1);

    const employees = Array.from({ length: 5 }, () => ask(staff));
    await until('staff has the other one', async () => (await running()) === 2);
    await lock.query('rollback');
    expect((await Promise.all(employees)).map(({ status }) => status)).not.toContain(503);
    // One runs, and as many wait as may.
    expect((await Promise.all(customers)).filter(({ status }) => status !== 503)).toHaveLength(WAITING + 1);
    expect((await ask(ada)).status).toBe(200);
  });
});
