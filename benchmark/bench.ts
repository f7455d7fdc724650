import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { built } from './built.ts';
import { Cleanup } from './cleanup.ts';
import { startLimits } from './limits.ts';
import { type Measure, type Processor, type Span, ask, measure } from './measure.ts';
import { operationsOf } from './operations.ts';
import { type Running, freePort, inProject, processorMicroseconds, residentMegabytes, start } from './processes.ts';
import { type Facts, line, results, table } from './report.ts';
import { openSessions, processOf, seedDatabase, tidy } from './seed.ts';

/*
 * `npm run bench [-- --only me,addresses] [--profile]`; BENCH_ROUNDS of BENCH_SECONDS each, after BENCH_SETTLE answers
 * that nobody measures. It measures, and judges nothing.
 */

const IDLE_SECONDS = 5;
const span: Span = { warmUp: 1, seconds: Number(process.env.BENCH_SECONDS ?? 3) };
const rounds = Number(process.env.BENCH_ROUNDS ?? 7);
/** V8 compiles a function for good after 3,000 calls (`--invocation-count-for-turbofan`), later if it learns meanwhile. */
const settle = Number(process.env.BENCH_SETTLE ?? 10_000);
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

  const shipped = asShipped();
  const env = { ...shipped.env, DATABASE_URL: databaseUrl, PORT: await freePort(), TRUSTED_PROXIES: '127.0.0.1' };
  const url = `http://127.0.0.1:${env.PORT}`;
  const profiles = inProject('benchmark', 'profiles');
  const flags = [...shipped.flags, ...(options.profile ? ['--cpu-prof', '--cpu-prof-dir', profiles] : [])];
  const main = inProject('dist', 'src', 'main.js');
  const service = await start(cleanup, [...flags, main, '--demo'], { ready: 'Foyer is open.', env, cwd: home });
  const postgresVersion = await seedDatabase(databaseUrl);
  const operations = operationsOf(await openSessions(url)).filter(({ name }) => chosen.includes(name));

  const postgres = await processOf(databaseUrl);
  const processor = (): Processor | undefined => {
    const [ofService, ofPostgres] = [processorMicroseconds(service.pid), processorMicroseconds(postgres)];
    return ofService && ofPostgres ? { service: ofService, postgres: ofPostgres } : undefined;
  };

  const facts: Facts = { rows: [], megabytes: 0, postgresVersion, rounds, seconds: span.seconds };
  const measureLimit = options.profile ? undefined : await startLimits(cleanup, databaseUrl);
  for (const operation of operations) {
    const { limit, title } = operation;
    const limits: Measure[] = [];
    const measures: Measure[] = [];
    const takeLimit = async (): Promise<void> => {
      if (measureLimit) limits.push(await measureLimit(limit, span));
    };
    const load = { url, ...operation };
    try {
      await ask(load, { amount: settle });
      await takeLimit();
      for (let round = 0; round < rounds; round++) {
        await tidy(databaseUrl);
        measures.push(await measure(load, span, processor));
        await takeLimit();
      }
    } catch (error) {
      throw new Error(`${title} failed. The service wrote:\n${service.output()}`, { cause: error });
    }
    const row = { operation, measures, limits };
    console.log(`${line(row)}, ${residentMegabytes(service.pid).toFixed(0)} MB`);
    facts.rows.push(row);
  }
  if (options.profile) return stopForProfile(service, profiles);

  await sleep(IDLE_SECONDS * 1000);
  facts.megabytes = residentMegabytes(service.pid);
  console.log(`\n${options.only ? table(facts) : results(facts)}`);
  if (options.only) console.log(`\nResident memory: ${facts.megabytes.toFixed(0)} MB`);
  else writeFileSync(inProject('benchmark', 'RESULTS.md'), results(facts));
}

/** What `npm start` gives to node. */
function asShipped(): { env: Record<string, string>; flags: string[] } {
  const { scripts } = JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as { scripts: { start: string } };
  const words = scripts.start.split(' ');
  const variables = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('='));
  return {
    env: Object.fromEntries(variables) as Record<string, string>,
    flags: words.filter((word) => word.startsWith('--')),
  };
}

async function stopForProfile({ stop }: Running, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const before = readdirSync(directory);
  await stop();
  for (const name of readdirSync(directory).filter((name) => !before.includes(name))) {
    console.log(
      `\nnode benchmark/top.ts ${path.relative('', path.join(directory, name))} ${rounds * (span.warmUp + span.seconds)}`,
    );
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
