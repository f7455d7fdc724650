/**
 * SQLSTATE classes 08, 28, 53 and 57P: connection lost or rejected, out of resources, shutting down or starting up.
 * Also the codes of timeouts (statement 57014, lock 55P03, transaction 25P03 and 25P04), of a read-only database
 * (25006), of a missing database (3D000) and of a missing right (42501).
 */
const UNAVAILABLE = /^(08|28|53|57P|57014$|55P03$|25006$|25P03$|25P04$|3D000$|42501$)/;

/** The causes that an operator can fix, by SQLSTATE. */
const causes: Record<string, string> = {
  '25006': 'it is read-only',
  '28000': 'it rejects the role of DATABASE_URL',
  '28P01': 'it rejects the password of DATABASE_URL',
  '3D000': 'the database of DATABASE_URL does not exist',
  '42501': 'the role of DATABASE_URL lacks a right',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '53300': 'no connection is free',
  '55P03': 'a statement waited too long for a lock',
  '57014': 'a statement took too long',
};

/**
 * Whether the error means that PostgreSQL is unavailable, regardless of the request: it cannot be reached, is
 * read-only, took too long, rejects the role, or has no free connection. The same request may succeed later.
 */
export function isUnavailable(error: unknown): boolean {
  // Fastify gives a status to errors of a request, such as the ECONNRESET of a client.
  if (!(error instanceof Error) || 'statusCode' in error) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    UNAVAILABLE.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(code) ||
    /Connection terminated|timeout expired|timeout exceeded when trying to connect|Client has encountered a connection error|Unable to connect|not queryable/.test(
      error.message,
    ) ||
    isUnavailable(error.cause)
  );
}

/**
 * The reason why the database is unavailable, for the log. It does not contain the message of the error, because that
 * may contain the statement and its values.
 */
export function unavailability(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return 'no connection';
  return causes[code] ? `${causes[code]} (${code})` : code;
}
