import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import type { MailFilter } from '../src/mailer/outbox-records.ts';
import type { Reach } from '../src/tenants/reach.ts';
import { importBuilt } from './built.ts';
import { Cleanup } from './cleanup.ts';
import { openService } from './open-service.ts';
import { seedMails } from './outbox-seed.ts';
import { inProject } from './processes.ts';

/*
 * `npm run bench:outbox [-- --mails 100000]`: measures the lists of the outbox for support among a million mails, and
 * the claim of the mail queue beside them. It reports figures and never fails because of one.
 */

const RUNS = 30;
const WARM_UP = 3;
/** The longest time for a page, in milliseconds. */
const GOAL = 50;
const { values: options } = parseArgs({ options: { mails: { type: 'string', default: '1000000' } } });
const size = Number(options.mails);

interface Found {
  title: string;
  /** The number of mails on the page, or the value that the statement returned. */
  rows: number;
  median: number;
  p95: number;
}

async function bench(cleanup: Cleanup): Promise<void> {
  const { client, ...service } = await openOutbox(cleanup);
  const from = performance.now();
  await seedMails(client, size);
  console.log(`Seeded in ${((performance.now() - from) / 1000).toFixed(0)} s`);

  const one = async (text: string): Promise<string> => {
    const { rows } = await client.query<{ value: string }>(text);
    return rows[0]?.value ?? '';
  };
  const at = (share: number) =>
    `select id::text as value from outbox where tenant = 'many' order by created_at desc offset ${Math.floor(size * share)} limit 1`;
  const [middle, last] = [await one(at(0.5)), await one(at(0.9999))];
  const failing = `select id::text as value from outbox where tenant = 'many' and status = 'given_up'
    order by created_at desc offset 60 limit 1`;
  const afterFailing = await one(failing);
  const customerId = await one(`select customer_id as value from outbox where tenant = 'many' limit 1 offset 4711`);
  const recipient = `mail${Math.floor(size / 7)}@example.com`;
  const days = (count: number) => new Date(Date.now() - count * 86_400_000);
  const reach = (...restrictions: string[]): Reach => ({ ...service.ownReach, restrictions });

  const found: Found[] = [];
  const measure = async (title: string, run: () => Promise<number>): Promise<void> => {
    const times: number[] = [];
    let rows = 0;
    for (let i = 0; i < RUNS + WARM_UP; i++) {
      const start = performance.now();
      rows = await run();
      if (i >= WARM_UP) times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const share = (part: number): number => times[Math.ceil(times.length * part) - 1] ?? NaN;
    found.push({ title, rows, median: share(0.5), p95: share(0.95) });
    console.log(line(found.at(-1)));
  };
  const page = (title: string, filter: MailFilter, { after, limit = 60, by = service.ownReach }: PageOptions = {}) =>
    measure(title, () => service.find(filter, { after, limit }, by));

  await page('the first page', {});
  await page('the first page of 1,000', {}, { limit: 1000 });
  await page('the page in the middle', {}, { after: middle });
  await page('the last page', {}, { after: last });
  await page('status=sent', { status: 'sent' });
  await page('status=given_up', { status: 'given_up' });
  await page('status=given_up, page 2', { status: 'given_up' }, { after: afterFailing });
  await page('status=failed', { status: 'failed' });
  await page('status=queued', { status: 'queued' });
  await page('kind=password-reset', { kind: 'password-reset' });
  await page('kind=erasure (rare)', { kind: 'erasure' });
  await page('kind without mails', { kind: 'link-identity' });
  await page('to', { recipient });
  await page('customerNumber', { customerId });
  await page('since yesterday', { since: days(1) });
  await page('until 29 days ago', { until: days(29) });
  await page('since and until, one hour', { since: days(10), until: new Date(days(10).getTime() + 3_600_000) });
  await page('status=given_up, kind=password-reset', { status: 'given_up', kind: 'password-reset' });
  await page('status=given_up, kind=erasure (few)', { status: 'given_up', kind: 'erasure' });
  await page('status=sent, kind=erasure', { status: 'sent', kind: 'erasure' });
  await page('status=given_up, since yesterday', { status: 'given_up', since: days(1) });
  await page('kind=opt-in, since and until', { kind: 'opt-in', since: days(20), until: days(19) });
  await page('to, status=sent', { recipient, status: 'sent' });
  await page('restricted to 10 % of the customers', {}, { by: reach('DE') });
  await page('restricted to 0.01 % of the customers', {}, { by: reach('LU') });
  await page('restricted to 0.01 %, status=given_up', { status: 'given_up' }, { by: reach('LU') });
  await page('restricted to 10 %, status=given_up', { status: 'given_up' }, { by: reach('DE') });
  await measure('X-Total-Count of all', () => service.count({}));
  await measure('X-Total-Count of status=given_up', () => service.count({ status: 'given_up' }));
  await measure('the claim of the mail queue, nothing due', () => service.claim());

  const version = await one(`select current_setting('server_version') as value`);
  const text = report(found, version);
  if (size === 1_000_000) await writeFile(inProject('benchmark', 'OUTBOX.md'), text);
  else console.log(text);
}

interface PageOptions {
  after?: string;
  limit?: number;
  by?: Reach;
}

function line({ title, rows, median, p95 }: Found = { title: '', rows: 0, median: 0, p95: 0 }): string {
  return `| ${title} | ${rows.toLocaleString('en')} | ${median.toFixed(1)} | ${p95.toFixed(1)} |`;
}

function report(found: Found[], version: string): string {
  const missed = found.filter(({ title, p95 }) => p95 > GOAL && !title.startsWith('X-Total-Count'));
  return `# The outbox for support

\`npm run bench:outbox\`, ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores (${cpus()[0]?.model.trim()}); Node ${process.versions.node}, PostgreSQL ${version}
with its default settings. ${size.toLocaleString('en')} mails of one tenant in 30 days. Pages of 60, newest first. Each list runs
${RUNS} times. The time is that of the service's method, without HTTP. Pages that take longer than ${GOAL} ms in the 95th
percentile: ${missed.map(({ title }) => title).join('; ') || 'none'}.

| | mails | median ms | p95 ms |
| --- | ---: | ---: | ---: |
${found.map((one) => line(one)).join('\n')}
`;
}

interface Service {
  client: pg.Client;
  ownReach: Reach;
  /** @returns the number of mails on the page */
  find: (filter: MailFilter, page: { after?: string; limit: number }, reach: Reach) => Promise<number>;
  count: (filter: MailFilter) => Promise<number>;
  /** @returns the number of claimed mails */
  claim: () => Promise<number>;
}

async function openOutbox(cleanup: Cleanup): Promise<Service> {
  const { app, client, inTenant } = await openService(cleanup);
  const { ownReach } = await importBuilt<typeof import('../src/tenants/reach.ts')>('tenants/reach');
  type Records = typeof import('../src/mailer/outbox-records.ts');
  const { OutboxRecords } = await importBuilt<Records>('mailer/outbox-records');
  const { MailQueue } = await importBuilt<typeof import('../src/mailer/mail-queue.ts')>('mailer/mail-queue');
  const records = app.get(OutboxRecords);
  return {
    client,
    ownReach,
    find: (filter, page, reach) => inTenant('many', async () => (await records.find(filter, page, reach)).length),
    count: (filter) => inTenant('many', () => records.count(filter, ownReach)),
    claim: () => inTenant('many', async () => (await app.get(MailQueue).claim(10)).length),
  };
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
