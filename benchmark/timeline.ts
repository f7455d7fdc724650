import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type pg from 'pg';
import { importBuilt } from './built.ts';
import { Cleanup } from './cleanup.ts';
import { openService } from './open-service.ts';
import { inProject } from './processes.ts';

/*
 * `npm run bench:timeline`: measures the timeline of a customer with 10,000 entries among 300,000. It reports figures
 * and never fails because of one.
 */

const RUNS = 50;
const WARM_UP = 10;
const ENTRIES = 10_000;
const MAILS = 300;
/** The longest time for a page, in milliseconds. */
const GOAL = 50;

async function bench(cleanup: Cleanup): Promise<void> {
  const { app, client, inTenant } = await openService(cleanup);
  await seed(client);
  const { ownReach } = await importBuilt<typeof import('../src/tenants/reach.ts')>('tenants/reach');
  type Timeline = typeof import('../src/employee/timeline.service.ts');
  const { TimelineService } = await importBuilt<Timeline>('employee/timeline.service');
  const timeline = app.get(TimelineService);

  const lines: string[] = [];
  const measure = async (title: string, offset: number, limit: number, action?: 'customer_changed'): Promise<void> => {
    const times: number[] = [];
    let rows = 0;
    for (let i = 0; i < RUNS + WARM_UP; i++) {
      const start = performance.now();
      rows = (await inTenant('many', () => timeline.of('1', { offset, limit, action }, ownReach))).length;
      if (i >= WARM_UP) times.push(performance.now() - start);
    }
    times.sort((one, other) => one - other);
    const share = (part: number): string => (times[Math.ceil(times.length * part) - 1] ?? NaN).toFixed(1);
    const line = `| ${title} | ${rows} | ${share(0.5)} | ${share(0.95)} |`;
    lines.push(line);
    console.log(line);
  };
  await measure('the first page', 0, 60);
  await measure('page 10', 9 * 60, 60);
  await measure('the page in the middle', ENTRIES / 2, 60);
  await measure('the last page', ENTRIES + MAILS - 60, 60);
  await measure('the first page of 1,000', 0, 1000);
  await measure('the first page of changes by employees', 0, 60, 'customer_changed');

  await writeFile(
    inProject('benchmark', 'TIMELINE.md'),
    `# The timeline of a customer

\`npm run bench:timeline\`, ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores (${cpus()[0]?.model.trim()}); Node ${process.versions.node}, PostgreSQL
with its default settings. One customer has ${ENTRIES.toLocaleString('en')} entries and ${MAILS} mails; 300,000 entries belong to
others. Each page is read ${RUNS} times. The time is that of the service's method, without HTTP. The goal is ${GOAL} ms.

| | entries | median ms | p95 ms |
| --- | ---: | ---: | ---: |
${lines.join('\n')}
`,
  );
}

/** One entry in ten of the customer is a change by an employee; the others are logins. */
async function seed(client: pg.Client): Promise<void> {
  // Skips triggers and foreign keys, because the rows are known to be valid.
  await client.query('set session_replication_role = replica');
  await client.query(`insert into tenants (name) values ('many')`);
  await client.query(
    `insert into customers (tenant, id, contact_email, preferred_language, preferred_currency, preferred_site, reference,
        active, on_hold, created_at, modified_at, standing, standing_since)
      select 'many', n::text, 'ada' || n || '@example.com', 'de_DE', 'EUR', 'main', 'DE--' || n, true, false,
        now() - interval '1 year', now(), 'active', now()
      from generate_series(1, 1000) n`,
  );
  const employee = '0d7e8a52-3f5f-4c0e-9d2c-3f6f0a5b9c11';
  const entries = (customer: string): string =>
    `insert into history (tenant, customer_id, at, actor_kind, actor, action, changes)
      select 'many', ${customer}, now() - n * interval '1 minute',
        case when n % 10 = 0 then 'employee' else 'customer' end,
        case when n % 10 = 0 then '${employee}' else ${customer} end,
        case when n % 10 = 0 then 'customer_changed' else 'logged_in' end,
        case when n % 10 = 0 then '{"fields": ["firstName"]}'::jsonb else '{}' end
      from generate_series(1, $1::int) n`;
  await client.query(entries(`'1'`), [ENTRIES]);
  await client.query(entries('(2 + n % 999)::text'), [300_000]);
  await client.query(
    `insert into outbox (tenant, id, kind, recipient, customer_id, created_at, sent_at, attempts)
      select 'many', gen_random_uuid(), 'password-changed', 'ada1@example.com', '1', now() - n * interval '2 hours',
        now() - n * interval '2 hours', 1
      from generate_series(1, $1::int) n`,
    [MAILS],
  );
  await client.query('vacuum analyze');
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
