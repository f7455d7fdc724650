import type { Cleanup } from './cleanup.ts';
import { type Load, type Measure, type Span, measure, shareOf } from './measure.ts';
import { freePort, inProject, start } from './processes.ts';
import { address, customerIds, jsonBody } from './seed.ts';

/** What cannot be beaten: the work an operation must do in any case, and nothing around it. */
export type Limit = 'select' | 'insert' | 'hash';

export const limitTitles: Record<Limit, string> = {
  select: 'bare Fastify, one prepared select by key',
  insert: 'bare Fastify, one prepared insert',
  hash: 'raw Argon2id',
};

/** Starts the bare server. @returns what measures a limit */
export async function startLimits(
  cleanup: Cleanup,
  databaseUrl: string,
): Promise<(limit: Limit, span: Span) => Promise<Measure>> {
  const env = { DATABASE_URL: databaseUrl, PORT: await freePort() };
  await start(cleanup, [inProject('benchmark', 'bare-server.ts')], { ready: 'ready', env });
  const url = `http://127.0.0.1:${env.PORT}`;
  const loads: Record<Exclude<Limit, 'hash'>, Load> = {
    select: {
      url,
      requests: (connection) => shareOf(customerIds, connection).map((id) => ({ path: `/customers/${id}` })),
      answer: '"preferred_site"',
    },
    insert: {
      url,
      requests: (connection) =>
        shareOf(customerIds, connection).map((id) => ({
          method: 'POST',
          path: `/customers/${id}/addresses`,
          ...jsonBody(address),
        })),
      answer: '"id"',
    },
  };
  return (limit, span) => (limit === 'hash' ? measureHashes(cleanup, span) : measure(loads[limit], span));
}

async function measureHashes(cleanup: Cleanup, { warmUp, seconds }: Span): Promise<Measure> {
  const args = [inProject('benchmark', 'hashes.ts'), String(warmUp), String(seconds)];
  const hashes = await start(cleanup, args, { ready: '}\n' });
  await hashes.stop();
  return JSON.parse(hashes.output()) as Measure;
}
