import { EntityManager } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { SearchQueue } from '../src/customers/search/search-queue.js';
import { defaultSettings } from '../src/tenants/tenant-settings.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { sendCompanyRequest, member } from './support/companies.js';
import { newMigratedDatabase } from './support/database.js';
import { rows } from './support/rows.js';
import { type Response, Shop, type ApiClient } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

describe('the search queue', () => {
  let shop: Shop;
  beforeEach(async () => {
    // A search that waits for a lock simulates a slow one.
    const options = encodeURIComponent('-c lock_timeout=60s -c statement_timeout=60s');
    const databaseUrl = `${await newMigratedDatabase()}?options=${options}`;
    shop = await Shop.open({ activation: 'none' }, { databasePool: 10, databaseUrl });
  });
  afterEach(() => shop.close());

  const searches: [string, (caller: ApiClient) => Promise<Response>][] = [
    ['list', (caller) => caller.send('GET', '/customers')],
    ['q', (caller) => caller.send('GET', '/customers?q=company:Engines')],
    ['sort', (caller) => caller.send('GET', '/customers?sort=company')],
    ['POST', (caller) => caller.send('POST', '/customers/search', { body: { q: 'company:Engines' } })],
    ['legal entities', (caller) => sendCompanyRequest(caller, 'GET', '/legal-entities?q=name:Engines')],
    ['contact assignments', (caller) => sendCompanyRequest(caller, 'GET', '/contact-assignments?q=type:PRIMARY')],
    [
      'Glue agent',
      ({ token }) =>
        shop.send('GET', '/agent-customer-search?q=ada', { headers: { authorization: `Bearer ${token}` } }),
    ],
  ];

  it('queues searches of all kinds, and returns 503 with Retry-After when it is full', async () => {
    const employee = await shop.employee();
    for (const [kind, search] of searches) expect([kind, (await search(employee)).status]).toEqual([kind, 200]);

    const release = fillQueue();
    for (const [kind, search] of searches) {
      const { status, headers } = await search(employee);
      expect([kind, status]).toEqual([kind, 503]);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    await release();
    for (const [kind, search] of searches) expect([kind, (await search(employee)).status]).toEqual([kind, 200]);
  }, 60_000);

  it('leaves connections for visitors while a company Admin sends 60 searches', async () => {
    const admin = await member(shop, 'Admin');
    const lock = new Client({ connectionString: shop.config.databaseUrl ?? undefined });
    await lock.connect();
    try {
      await lock.query('begin; lock table legal_entities in access exclusive mode');
      const flood = Array.from({ length: 60 }, () =>
        sendCompanyRequest(admin, 'GET', '/legal-entities?q=name:Engines'),
      );
      const running = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await waitUntil('searches run', async () => (await rows(shop, running)).length === 1);
      expect((await shop.logInAnonymously()).access_token).toEqual(expect.any(String));
      expect(await rows(shop, running)).toHaveLength(1);
      await lock.query('rollback');
      const statuses = (await Promise.all(flood)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([200, 503]));
    } finally {
      await lock.end();
    }
  }, 60_000);

  /** Fills the queue with searches of other tenants. @returns a function that ends all of them */
  function fillQueue(): () => Promise<void> {
    const queue = shop.app.get(SearchQueue);
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const all = Array.from({ length: 300 }, (_, index) =>
      RequestScope.run(
        shop.app.get(EntityManager),
        () => {
          RequestScope.current?.enter(`tenant${index % 5}`, defaultSettings);
          return queue.run({ usesPattern: false }, () => ended).catch(() => undefined);
        },
        { address: `192.0.2.${index % 100}` },
      ),
    );
    return async () => {
      end();
      await Promise.all(all);
    };
  }
});
