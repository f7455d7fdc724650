import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cleanup } from '../benchmark/cleanup.ts';
import { residentMegabytes } from '../benchmark/processes.ts';
import { startProduction } from '../benchmark/production.ts';
import { type AttackOrder, type AttackReport, attackNames } from './attacks.ts';
import { honestLoad, openShop } from './honest-load.ts';
import { attackTable, honestTable, slowOperations } from './report.ts';
import { HONEST, HOSTILE, createTenants, fillCollections } from './seed.ts';

/*
 * `npm run soak [-- --seconds 30] [--only pipelining,books] [--report-only]`: hostile and honest load at the same time
 * against the production start. It fails when the service ends, when its memory stays high, or when the requests of an
 * honest tenant become too slow or fail. With `--report-only` slow and failed requests are printed, but do not fail it.
 */

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    only: { type: 'string' },
    'report-only': { type: 'boolean', default: false },
  },
});

const QUIET_SECONDS = 10;
const SAMPLE_MILLISECONDS = 250;
const MAX_RESIDENT_MEGABYTES = 300;
/** How long the service may take after the load until its memory is below the figure above. */
const RECOVERY_SECONDS = 60;

/** @returns whether all criteria are met */
async function soak(cleanup: Cleanup): Promise<boolean> {
  const chosen: string[] = options.only?.split(',') ?? attackNames;
  const attacks = attackNames.filter((name) => chosen.includes(name));
  if (attacks.length < chosen.length) throw new Error(`Unknown attack. The attacks are ${attackNames.join(', ')}`);

  const service = await startProduction(cleanup, {
    seed: createTenants,
    env: { STORES: `DE=${HONEST},AT=${HOSTILE}` },
  });
  const memory = (): number => (service.isRunning() ? residentMegabytes(service.pid) : NaN);
  const hostile = await fillCollections(service.url, HOSTILE);
  const shop = await openShop(service.url, HONEST);
  console.log(`Accepted from the hostile customer:\n${hostile.filled}\nResident memory: ${memory().toFixed(0)} MB`);

  const quiet = await honestLoad(shop, QUIET_SECONDS);
  let peak = memory();
  const sampling = setInterval(() => (peak = Math.max(peak, memory() || peak)), SAMPLE_MILLISECONDS);
  const attackers = startAttackers(cleanup, { url: service.url, attacks, target: hostile });
  const loaded = await honestLoad(shop, Number(options.seconds));
  const attackReport = await attackers.stop();
  const settled = await secondsUntil(() => memory() < MAX_RESIDENT_MEGABYTES, RECOVERY_SECONDS);
  clearInterval(sampling);

  const slow = slowOperations(quiet, loaded);
  console.log(`
${attackTable(attackReport)}

${honestTable(quiet, loaded)}

The process ${service.isRunning() ? 'survived.' : `ended:\n${withoutRequests(service.output())}`}
Resident memory: at most ${peak.toFixed(0)} MB under load; ${
    settled === undefined
      ? `${memory().toFixed(0)} MB ${RECOVERY_SECONDS} s later: MISSED (${MAX_RESIDENT_MEGABYTES} MB)`
      : `below ${MAX_RESIDENT_MEGABYTES} MB ${settled.toFixed(0)} s later`
  }.
Honest requests: ${slow.length === 0 ? 'all within their limits.' : `MISSED by ${slow.join(', ')}.`}`);
  return service.isRunning() && settled !== undefined && (slow.length === 0 || options['report-only']);
}

/** The log without the line of each request. */
function withoutRequests(log: string): string {
  return log
    .split('\n')
    .filter((line) => !line.includes('"msg":"request"'))
    .join('\n');
}

/** The attackers run in a separate process with the lowest priority, because real ones run on other machines. */
function startAttackers(cleanup: Cleanup, order: AttackOrder): { stop: () => Promise<AttackReport> } {
  const child = fork(path.join(import.meta.dirname, 'attacks.ts'), { stdio: 'inherit' });
  cleanup.register(() => ended(child));
  setPriority(child.pid ?? 0, constants.priority.PRIORITY_LOW);
  child.send(order);
  return {
    async stop() {
      const report = once(child, 'message') as Promise<[AttackReport]>;
      child.send('stop');
      const [counts] = await report;
      await ended(child);
      return counts;
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** @returns undefined if the condition was not met in time */
async function secondsUntil(isMet: () => boolean, limit: number): Promise<number | undefined> {
  for (const start = Date.now(); ; await sleep(SAMPLE_MILLISECONDS)) {
    const seconds = (Date.now() - start) / 1000;
    if (isMet()) return seconds;
    if (seconds > limit) return undefined;
  }
}

const cleanup = new Cleanup();
try {
  process.exitCode = (await soak(cleanup)) ? 0 : 1;
} catch (error) {
  if (!cleanup.started) console.error(error);
  process.exitCode = 1;
} finally {
  await cleanup.run();
}
