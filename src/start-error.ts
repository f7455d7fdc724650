import { ConfigError, type Environment } from './config/config.js';
import { redactor } from './config/redact.js';
import { isUnavailable } from './database/unavailable.js';

/** PostgreSQL's codes for a missing table, a change in a read-only database, and a missing right. */
const NO_TABLE = '42P01';
const READ_ONLY = '25006';
const NO_RIGHT = '42501';

/** PostgreSQL's codes for too many connections, and for a lock or statement timeout. */
const TOO_MANY_CONNECTIONS = '53300';
const TIMEOUTS = ['55P03', '57014'];

/** Messages of the driver and codes of OpenSSL. */
const NO_TLS = 'The server does not support SSL connections';
const CERTIFICATE = /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY|GET)|CERT_HAS_EXPIRED|ERR_TLS_CERT/;

/** The reason why a start fails at a pooler, such as PgBouncer, without the setting for one. */
export const POOLER =
  'DATABASE_URL points to a connection pooler that rejects or ignores options: set DATABASE_PREPARED=off.';

/** The start of the service or of a command fails for a reason that the operator can fix. */
export class StartError extends Error {}

/**
 * Describes why the service or a command cannot start, for standard error: `Foyer cannot start:` and a line for each
 * reason. An unexpected error is described by its stack. The text never contains a secret of the environment.
 */
export function describeStartError(error: unknown, env: Environment): string {
  return redactor(env)(cannotStart(error) ?? stackOf(error));
}

function cannotStart(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof ConfigError) return error.message;
  const reason = reasonOf(error);
  return reason && `Foyer cannot start:\n  ${reason}`;
}

function reasonOf(error: Error & { code?: unknown }): string | undefined {
  const { code, message } = error;
  if (error instanceof StartError) return message;
  if (code === NO_TABLE) return SCHEMA_OUT_OF_DATE;
  if (/^pg-boss (is not installed|database requires migrations)/.test(message)) return SCHEMA_OUT_OF_DATE;
  if (code === NO_RIGHT) {
    return `The role of DATABASE_URL lacks a right (${message}): grant the rights that docs/operations.md lists.`;
  }
  if (message === NO_TLS) {
    return 'The database server has no TLS, which the sslmode of DATABASE_URL requires: remove it, or enable TLS on the server.';
  }
  if (typeof code === 'string' && CERTIFICATE.test(code)) {
    return `The certificate of the database server is not trusted (${message}): set sslrootcert in DATABASE_URL.`;
  }
  if (message.includes('unsupported startup parameter')) return POOLER;
  if (code === READ_ONLY) return 'The database is read-only: set DATABASE_URL to the primary server.';
  // SQLSTATE classes 28 and 3D: authorisation, and a database that does not exist.
  if (typeof code === 'string' && /^(28|3D)/.test(code)) {
    return `The database rejects the connection: ${message}. Check DATABASE_URL.`;
  }
  if (code === TOO_MANY_CONNECTIONS) {
    return `The database has too many connections (${message}): raise its max_connections, or lower DATABASE_POOL.`;
  }
  if (typeof code === 'string' && TIMEOUTS.includes(code)) {
    return `The database timed out (${message}). If a transaction, such as a backup, locks a table, try again later.`;
  }
  if (isUnavailable(error)) return `The database cannot be reached: ${innermost(error).message}. Check DATABASE_URL.`;
  return undefined;
}

export const SCHEMA_OUT_OF_DATE = 'The database schema is out of date: run `npm run migrate`.';

/** Several addresses that refuse a connection are one error without a message. */
function innermost(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error;
}

/** The stacks of an error and of its causes. Other properties may contain settings, statements and their values. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\nCause: ${stackOf(error.cause)}`;
}
