import { isUnavailable } from './database/database.js';

/** PostgreSQL's code for a table that is not there. */
const NO_TABLE = '42P01';

/** The database lacks migrations of this version. */
export class NotMigrated extends Error {}

/**
 * Why the service or a command of it cannot start, where the operator can mend it: `Foyer cannot start:` and a line for
 * each reason.
 *
 * @returns undefined for what nobody foresaw
 */
export function cannotStart(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // The configuration has said it already.
  if (error.message.startsWith('Foyer cannot start')) return error.message;
  const reason = reasonOf(error);
  return reason && `Foyer cannot start:\n  ${reason}`;
}

function reasonOf(error: Error & { code?: unknown; syscall?: unknown; port?: unknown }): string | undefined {
  const { code, syscall, message, port } = error;
  if (error instanceof NotMigrated || code === NO_TABLE) {
    return 'The database has not the tables of this version: run `npm run migrate` first.';
  }
  if (syscall === 'listen') {
    return code === 'EADDRINUSE'
      ? `Port ${String(port)} is in use: end what listens there, or set another PORT.`
      : `It cannot listen: ${message}. See HOST and PORT.`;
  }
  if (isUnavailable(error)) return `The database cannot be reached: ${innermost(error).message}. See DATABASE_URL.`;
  // SQLSTATE classes 28 and 3D: who may log in, and which databases there are.
  if (typeof code === 'string' && /^(28|3D)/.test(code)) return `The database refuses: ${message}. See DATABASE_URL.`;
  return undefined;
}

/** Several addresses that refuse are one error without a message. */
function innermost(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error;
}
