import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import type { Page } from '../src/customers/search/search.service.ts';
import { importBuilt } from './built.ts';
import { Cleanup } from './cleanup.ts';
import { openService } from './open-service.ts';
import { inProject } from './processes.ts';
import { type Facts, type Found, report, row } from './search-report.ts';
import { type SearchedCustomer, seedCustomers } from './search-seed.ts';

/*
 * `npm run bench:search [-- --customers 100000]`: measures the searches of employees among a million customers. It
 * runs the statements of the service and shows their plans. It reports figures and never fails because of one.
 */

const RUNS = 50;
const WARM_UP = 5;
const { values: options } = parseArgs({ options: { customers: { type: 'string', default: '1000000' } } });
const size = Number(options.customers);
const sizes = { many: size, few: Math.round(size / 10) };

interface Search {
  title: string;
  q?: (customer: SearchedCustomer) => string;
  page?: Partial<Pick<Page, 'offset' | 'parts'>>;
  sort?: string;
  /** The number on all pages, instead of a page. */
  count?: true;
  tenant?: keyof typeof sizes;
  /** Milliseconds that the median should stay below, or the index that should be used. */
  goal?: number | string;
}

const searches: Search[] = [
  { title: 'contactEmail', q: ({ email }) => `contactEmail:${email}`, goal: 10 },
  { title: 'email (the login)', q: ({ email }) => `email:${email}`, goal: 10 },
  {
    title: 'firstName and lastName',
    q: ({ first, last }) => `firstName:${first} lastName:${last}`,
    goal: 'customers_full_name',
  },
  { title: 'firstName', q: ({ first }) => `firstName:${first}` },
  { title: 'lastName', q: ({ last }) => `lastName:${last}` },
  { title: 'a word: the first name', q: ({ first }) => first.toUpperCase(), goal: 100 },
  { title: 'two words: first and last name', q: ({ first, last }) => `${first} ${last}`, goal: 100 },
  { title: 'a word: the beginning of an e-mail', q: ({ email }) => email.slice(0, -4), goal: 100 },
  { title: 'a mixin of one customer', q: ({ card }) => `mixins.loyalty.card:${card}`, goal: 'customers_mixins' },
  { title: 'a mixin of 50 customers', q: ({ points }) => `mixins.loyalty.points:${points}`, goal: 'customers_mixins' },
  { title: 'a mixin of every 20th customer', q: () => 'mixins.loyalty.tier:gold' },
  { title: 'the same, and a last name', q: ({ last }) => `mixins.loyalty.tier:gold lastName:${last}` },
  { title: 'addresses.zipCode', q: ({ card }) => `addresses.zipCode:${card.slice(1).padStart(5, '0').slice(-5)}` },
  { title: 'lastName by pattern', q: ({ last }) => `lastName:~^${last.slice(0, 4)}` },
  { title: 'the first page', goal: 30 },
  { title: 'the first page, with addresses', page: { parts: { addresses: true, mixins: false } } },
  { title: 'the newest first', sort: 'metadataCreatedAt:desc', goal: 30 },
  { title: 'the first page of the smaller tenant', tenant: 'few', goal: 30 },
  { title: 'page 100', page: { offset: 99 * 60 } },
  { title: 'the last page', page: { offset: size - 60 } },
  { title: 'sorted by lastName', sort: 'lastName' },
  { title: 'sorted by lastName:desc', sort: 'lastName:desc' },
  { title: 'sorted by lastName, page 100', sort: 'lastName', page: { offset: 99 * 60 } },
  { title: 'sorted by a mixin', sort: 'mixins.loyalty.points:desc' },
  { title: 'X-Total-Count of all', count: true },
  { title: 'X-Total-Count of a last name', q: ({ last }) => `lastName:${last}`, count: true },
  { title: 'X-Total-Count of a mixin', q: () => 'mixins.loyalty.tier:gold', count: true },
];

async function bench(cleanup: Cleanup): Promise<void> {
  const { client, databaseUrl, ...service } = await openSearch(cleanup);
  const from = performance.now();
  const { searched, version } = await seedCustomers(databaseUrl, sizes, RUNS + WARM_UP);
  console.log(`Seeded in ${((performance.now() - from) / 1000).toFixed(0)} s`);

  const found: Found[] = [];
  for (const search of searches) {
    const runs: Run[] = [];
    for (const customer of searched) {
      const start = performance.now();
      const rows = await service.run(search, customer);
      runs.push({ rows, time: performance.now() - start, q: search.q?.(customer), sent: service.lastStatement() });
    }
    runs.splice(0, WARM_UP);
    runs.sort((one, other) => one.time - other.time);
    const slowest = runs.at(-1);
    if (!slowest) throw new Error('No search was run');
    const { text, values } = slowest.sent;
    const plan = await client.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, costs off, buffers off) ${text}`,
      values,
    );
    const lines = plan.rows.map((line) => line['QUERY PLAN']);
    const { title, goal, sort } = search;
    const times = runs.map(({ time }) => time);
    const one = { title, goal, q: slowest.q, sort, rows: slowest.rows, times, plan: lines };
    console.log(row(one).join('  '));
    found.push(one);
  }
  const facts: Facts = { found, sizes, version, runs: RUNS };
  if (size === 1_000_000) writeFileSync(inProject('benchmark', 'SEARCH.md'), report(facts));
  else console.log(report(facts));
}

/** One call of the service. */
interface Run {
  rows: number;
  time: number;
  q: string | undefined;
  sent: ReturnType<Service['lastStatement']>;
}

interface Service {
  client: pg.Client;
  databaseUrl: string;
  /** @returns the number of customers on the page, or on all pages */
  run: (search: Search, customer: SearchedCustomer) => Promise<number>;
  /** The statement that was last sent to PostgreSQL. */
  lastStatement: () => { text: string; values: unknown[] };
}

async function openSearch(cleanup: Cleanup): Promise<Service> {
  const { app, client, databaseUrl, inTenant } = await openService(cleanup);
  const { Database } = await importBuilt<typeof import('../src/database/database.ts')>('database/database');
  const { ownReach } = await importBuilt<typeof import('../src/tenants/reach.ts')>('tenants/reach');
  type SearchModule = typeof import('../src/customers/search/search.service.ts');
  const { SearchService } = await importBuilt<SearchModule>('customers/search/search.service');
  const { parseQuery, parseSort } = await importBuilt<typeof import('../src/emporix/query.ts')>('emporix/query');
  const [customers, database] = [app.get(SearchService), app.get(Database)];

  const send = database.rows.bind(database);
  let last: ReturnType<Service['lastStatement']> = { text: '', values: [] };
  database.rows = (statement, values) => {
    last = { text: statement.text, values };
    return send(statement, values);
  };
  const run: Service['run'] = ({ q, sort, page, count, tenant = 'many' }, customer) =>
    inTenant(tenant, async () => {
      const terms = parseQuery(q?.(customer) ?? '');
      if (count) return customers.count(terms, ownReach);
      const standard = { offset: 0, limit: 60, parts: { addresses: false, mixins: false } };
      return (await customers.find({ ...standard, ...page, terms, sort: parseSort(sort) }, ownReach)).length;
    });
  return { client, databaseUrl, run, lastStatement: () => last };
}

const cleanup = new Cleanup();
try {
  await bench(cleanup);
} catch (error) {
  if (!cleanup.started) console.error(error);
  process.exitCode = 1;
} finally {
  await cleanup.run();
}
