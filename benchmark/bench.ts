import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Baselines, bothOf, startBaselines } from './baselines.ts';
import { Cleanup } from './cleanup.ts';
import { type Load, type ReadProcessor, closedLoop, openLoop, sendAll } from './clients.ts';
import { type Measure, type Span, typical } from './measure.ts';
import { type Operation, operationsOf } from './operations.ts';
import { type Running, inProject, processorMicroseconds, residentMegabytes } from './processes.ts';
import { startProduction } from './production.ts';
import { type Facts, type Row, line, results } from './report.ts';
import { openSessions, postgresOf, seedDatabase, tidy } from './seed.ts';

/*
 * `npm run bench [-- --only me,addresses] [--profile]`: the production start under clients that are independent of each
 * other, compared with the minimum work of each operation. BENCH_ROUNDS rounds of BENCH_SECONDS each, after
 * BENCH_SETTLE requests that are not measured. It reports figures and never fails because of one.
 */

const IDLE_SECONDS = 5;
const span: Span = { warmUp: 1, seconds: Number(process.env.BENCH_SECONDS ?? 3) };
const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
/** V8 optimises a function after 3,000 calls (`--invocation-count-for-turbofan`), and later again. */
const settle = Number(process.env.BENCH_SETTLE ?? 10_000);
const { values: options } = parseArgs({ options: { only: { type: 'string' }, profile: { type: 'boolean' } } });

async function bench(cleanup: Cleanup): Promise<void> {
  const names = operationsOf([]).map(({ name }) => name);
  const chosen = options.only?.split(',') ?? names;
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`Unknown operations: ${unknown.join(', ')}. The operations are ${names.join(', ')}`);

  // A few networks send more than the limits allow.
  const limits = ['ANONYMOUS', 'LOGIN', 'SIGNUP', 'STORED_MB'].map((name) => [`RATE_LIMIT_${name}`, '1000000']);
  const profiles = inProject('benchmark', 'profiles');
  const service = await startProduction(cleanup, {
    seed: seedDatabase,
    env: Object.fromEntries(limits) as Record<string, string>,
    flags: options.profile ? ['--cpu-prof', '--cpu-prof-dir', profiles] : [],
  });
  const { url, databaseUrl } = service;
  const operations = operationsOf(await openSessions(url)).filter(({ name }) => chosen.includes(name));
  const { pid, version } = await postgresOf(databaseUrl);
  const postgres = (): number | undefined => processorMicroseconds(pid);
  const read: ReadProcessor = () => bothOf(processorMicroseconds(service.pid), postgres());

  const bare = options.profile ? undefined : await startBaselines(cleanup, databaseUrl, postgres);
  const rows: Row[] = [];
  for (const operation of operations) {
    try {
      const row = await measure({ ...operation, url }, databaseUrl, read, bare);
      console.log(`${line(row)}, ${residentMegabytes(service.pid).toFixed(0)} MB`);
      rows.push(row);
    } catch (error) {
      throw new Error(`${operation.title} failed. The service wrote:\n${service.output()}`, { cause: error });
    }
  }
  if (options.profile) return stopForProfile(service, profiles);

  await sleep(IDLE_SECONDS * 1000);
  const megabytes = residentMegabytes(service.pid);
  const facts: Facts = { rows, megabytes, postgresVersion: version, rounds, seconds: span.seconds };
  console.log(`\n${results(facts)}`);
  if (!options.only) writeFileSync(inProject('benchmark', 'RESULTS.md'), results(facts));
}

/** Measures an operation and its baseline in turns, then the operation at half its rate. */
async function measure(
  operation: Operation & Load,
  databaseUrl: string,
  read: ReadProcessor,
  bare: Baselines | undefined,
): Promise<Row> {
  let bytes = 0;
  const sized: Load = {
    ...operation,
    next: () => {
      const { onResponse, ...request } = operation.next();
      return {
        ...request,
        onResponse: (body) => {
          bytes = Buffer.byteLength(body);
          onResponse?.(body);
        },
      };
    },
  };
  await sendAll(sized, operation.baseline === 'hash' ? settle / 20 : settle);
  await bare?.settle(operation.baseline, bytes, settle);
  const measures: Measure[] = [];
  const baselines: Measure[] = [];
  for (let round = 0; round < rounds; round++) {
    await tidy(databaseUrl);
    if (bare) baselines.push(await bare.measure(operation.baseline, bytes, span));
    measures.push(await closedLoop(operation, span, read));
  }
  const row: Row = { operation, measures, baselines, halfLoads: [], baselineHalfLoads: [] };
  if (!bare) return row;
  const { baseline } = operation;
  for (let round = 0; round < Math.min(rounds, 3); round++) {
    await tidy(databaseUrl);
    if (baseline !== 'hash') {
      row.baselineHalfLoads.push(await bare.measureAt(typical(baselines).rate / 2, baseline, bytes, span));
    }
    row.halfLoads.push(await openLoop(operation, typical(measures).rate / 2, span, read));
  }
  return row;
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
