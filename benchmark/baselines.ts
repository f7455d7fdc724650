import { freePort } from '../src/common/free-port.ts';
import type { Cleanup } from './cleanup.ts';
import { type Load, type ReadProcessor, closedLoop, openLoop, sendAll } from './clients.ts';
import type { Measure, Processor, Span } from './measure.ts';
import { inProject, processorMicroseconds, start } from './processes.ts';
import { address, customerIds, jsonBody } from './seed.ts';

/** The minimum work of an operation, without anything else. */
export type Baseline = 'select' | 'list' | 'insert' | 'token' | 'hash';

export const baselineTitles: Record<Baseline, string> = {
  select: 'bare Fastify: select one row',
  list: 'bare Fastify: select five rows',
  insert: 'bare Fastify: insert a row',
  token: 'bare Fastify: insert a row, sign with ES256',
  hash: 'Argon2id',
};

/** Baselines whose responses have `bytes` bytes. */
export interface Baselines {
  /** Sends requests that are not measured, so that V8 has optimised the bare server as it has the service. */
  settle: (baseline: Baseline, bytes: number, amount: number) => Promise<void>;
  measure: (baseline: Baseline, bytes: number, span: Span) => Promise<Measure>;
  /** @param rate requests per second, at random times */
  measureAt: (rate: number, baseline: Exclude<Baseline, 'hash'>, bytes: number, span: Span) => Promise<Measure>;
}

/** Starts the bare server. @param postgres returns the processor time of PostgreSQL in microseconds */
export async function startBaselines(
  cleanup: Cleanup,
  databaseUrl: string,
  postgres: () => number | undefined,
): Promise<Baselines> {
  const env = { DATABASE_URL: databaseUrl, PORT: String(await freePort()) };
  const { pid } = await start(cleanup, [inProject('benchmark', 'bare-server.ts')], { ready: 'ready', env });
  const url = `http://127.0.0.1:${env.PORT}`;
  const read: ReadProcessor = () => bothOf(processorMicroseconds(pid), postgres());
  let requests = 0;
  const customer = (): string => `/customers/${customerIds[requests++ % customerIds.length]}`;
  const loads: Record<Exclude<Baseline, 'hash'>, (bytes: number) => Load> = {
    select: (bytes) => ({ url, next: () => ({ path: `${customer()}?bytes=${bytes}` }), expected: '"preferred_site"' }),
    list: (bytes) => ({
      ...{ url, expected: '"zip_code"' },
      next: () => ({ path: `${customer()}/addresses?bytes=${bytes}` }),
    }),
    insert: (bytes) => ({
      ...{ url, expected: '"id"' },
      next: () => ({ method: 'POST', path: `${customer()}/addresses?bytes=${bytes}`, ...jsonBody(address) }),
    }),
    token: (bytes) => ({
      ...{ url, expected: '"token"' },
      next: () => ({ method: 'POST', path: `/sessions?bytes=${bytes}` }),
    }),
  };
  return {
    async settle(baseline, bytes, amount) {
      if (baseline !== 'hash') await sendAll(loads[baseline](bytes), amount);
    },
    measure: (baseline, bytes, span) =>
      baseline === 'hash' ? measureHashes(cleanup, span) : closedLoop(loads[baseline](bytes), span, read),
    measureAt: (rate, baseline, bytes, span) => openLoop(loads[baseline](bytes), rate, span, read),
  };
}

export function bothOf(server: number | undefined, postgres: number | undefined): Processor | undefined {
  return server === undefined || postgres === undefined ? undefined : { server, postgres };
}

async function measureHashes(cleanup: Cleanup, { warmUp, seconds }: Span): Promise<Measure> {
  const args = [inProject('benchmark', 'hashes.ts'), String(warmUp), String(seconds)];
  const hashes = await start(cleanup, args, { ready: '}\n' });
  await hashes.stop();
  return JSON.parse(hashes.output()) as Measure;
}
