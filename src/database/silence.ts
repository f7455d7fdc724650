import { Socket } from 'node:net';
import type { Client, PoolConfig } from 'pg';
import { type Timeouts, jobTimeouts } from './timeouts.js';

/** How much longer than its own limits PostgreSQL may be silent. */
const MARGIN_MILLISECONDS = 5000;

/** The statement that reads the limits of a connection. */
export const LIMITS = `select case when min(setting::int) = 0 then 0 else max(setting::int) end as longest
  from pg_settings where name in ('statement_timeout', 'idle_in_transaction_session_timeout')`;

/** How long PostgreSQL may be silent on a connection by its own limits, in milliseconds; 0 means no limit. */
const allowedSilence = new WeakMap<Client, number>();

/**
 * Reads the limits of a new connection of a pool, which may be those of `DATABASE_URL` or of the role. While a statement
 * runs or a transaction is idle, PostgreSQL sends nothing until one of these limits is reached.
 */
export const readLimits: NonNullable<PoolConfig['verify']> = (client, done) => {
  const endWatch = closeAfter(client, MARGIN_MILLISECONDS);
  client
    .query<{ longest: number }>(LIMITS)
    .then(({ rows: [row] }) => {
      allowedSilence.set(client, row?.longest ?? 0);
      endWatch();
      done();
    })
    .catch(done);
};

/**
 * Closes a connection that is in use if PostgreSQL is silent for longer than its limits allow. Its machine or the
 * network is then lost, which TCP alone reports only after a quarter of an hour.
 *
 * @param isJob whether the connection may be used by a job, whose transactions have their own limits
 * @returns a function that must be called when the connection is no longer in use
 */
export function limitSilence(client: Client, isJob: boolean): () => void {
  const limit = allowedSilence.get(client) ?? 0;
  if (limit === 0) return () => undefined;
  return closeAfter(client, (isJob ? Math.max(limit, jobTimeouts.statement) : limit) + MARGIN_MILLISECONDS);
}

/**
 * Options of the driver that close a connection, also one that is not in use, when PostgreSQL is silent for longer than
 * these timeouts allow. Without a timeout there is no limit.
 */
export function silenceOptions({ statement, idleInTransaction }: Timeouts): { stream?: () => Socket } {
  if (statement === 0 || idleInTransaction === 0) return {};
  const milliseconds = Math.max(statement, idleInTransaction) + MARGIN_MILLISECONDS;
  const stream = (): Socket => {
    const socket = new Socket();
    return socket.setTimeout(milliseconds, () => socket.destroy());
  };
  return { stream };
}

/** Closes a connection after that time without sent or received data. @returns a function that ends the watch */
function closeAfter({ connection }: Client, milliseconds: number): () => void {
  const socket = connection.stream as Socket;
  const close = (): void => void socket.destroy();
  socket.setTimeout(milliseconds).once('timeout', close);
  return () => socket.setTimeout(0).off('timeout', close);
}
