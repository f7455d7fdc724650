import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { built } from './built.ts';
import { Cleanup } from './cleanup.ts';
import { type Limit, limitTitles, startLimits } from './limits.ts';
import { type Measure, measure } from './measure.ts';
import { operationsOf } from './operations.ts';
import { type Running, freePort, inProject, residentMegabytes, start } from './processes.ts';
import { type Facts, line, results, table } from './report.ts';
import { openSessions, seedDatabase } from './seed.ts';

/* `npm run bench [-- --only me,addresses] [--profile]`; BENCH_SECONDS a measure. It measures, and judges nothing. */

const IDLE_SECONDS = 5;
const span = { warmUp: 2, seconds: Number(process.env.BENCH_SECONDS ?? 8) };
const { values: options } = parseArgs({ options: { only: { type: 'string' }, profile: { type: 'boolean' } } });

async function bench(cleanup: Cleanup): Promise<void> {
  const known = operationsOf([]).map(({ name }) => name);
  const chosen = options.only?.split(',') ?? known;
  const unknown = chosen.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No operation ${unknown.join(', ')}; there are ${known.join(', ')}`);

  const home = mkdtempSync(path.join(tmpdir(), 'foyer-bench-'));
  cleanup.later(() => rm(home, { recursive: true, force: true, maxRetries: 10 }));
  type EmbeddedPostgres = typeof import('../src/database/embedded-postgres.ts');
  const { startEmbeddedPostgres } = await built<EmbeddedPostgres>('database/embedded-postgres');
  const starting = startEmbeddedPostgres(path.join(home, 'postgres'));
  cleanup.later(async () => (await starting).stop());
  const { url: databaseUrl } = await starting;

  const env = { DATABASE_URL: databaseUrl, PORT: await freePort() };
  const url = `http://127.0.0.1:${env.PORT}`;
  const profiles = inProject('benchmark', 'profiles');
  const flags = [...shippedFlags(), ...(options.profile ? ['--cpu-prof', '--cpu-prof-dir', profiles] : [])];
  const main = inProject('dist', 'src', 'main.js');
  const service = await start(cleanup, [...flags, main, '--demo'], { ready: 'Foyer is open.', env, cwd: home });
  const postgresVersion = await seedDatabase(databaseUrl);
  const operations = operationsOf(await openSessions(url)).filter(({ name }) => chosen.includes(name));

  const facts: Facts = { rows: [], limits: [], megabytes: 0, postgresVersion, seconds: span.seconds };
  const measureLimit = options.profile ? undefined : await startLimits(cleanup, databaseUrl);
  const takeLimit = async (limit: Limit): Promise<Measure | undefined> => {
    const measured = await measureLimit?.(limit, span);
    if (measured) console.log(line(limitTitles[limit], measured));
    if (measured) facts.limits.push({ limit, measured });
    return measured;
  };
  let last: { limit: Limit; measured: Measure | undefined } | undefined;
  for (const operation of operations) {
    const { limit, title } = operation;
    const before = last?.limit === limit ? last.measured : await takeLimit(limit);
    const measured = await measure({ url, ...operation }, span).catch((error: unknown) => {
      throw new Error(`${title} failed. The service wrote:\n${service.output()}`, { cause: error });
    });
    console.log(`${line(title, measured)}, ${residentMegabytes(service.pid).toFixed(0)} MB`);
    const after = await takeLimit(limit);
    last = { limit, measured: after };
    facts.rows.push({ operation, measured, limitRate: before && after && (before.rate + after.rate) / 2 });
  }
  if (options.profile) return stopForProfile(service, profiles);

  await sleep(IDLE_SECONDS * 1000);
  facts.megabytes = residentMegabytes(service.pid);
  console.log(`\n${options.only ? table(facts) : results(facts)}`);
  if (options.only) console.log(`\nResident memory: ${facts.megabytes.toFixed(0)} MB`);
  else writeFileSync(inProject('benchmark', 'RESULTS.md'), results(facts));
}

/** The flags that `npm start` gives to node. */
function shippedFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as { scripts: { start: string } };
  return scripts.start.match(/--\S+/g) ?? [];
}

async function stopForProfile({ stop }: Running, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const before = readdirSync(directory);
  await stop();
  for (const name of readdirSync(directory).filter((name) => !before.includes(name))) {
    console.log(`\nnode benchmark/top.ts ${path.relative('', path.join(directory, name))} ${span.seconds}`);
  }
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
