/**
 * SQLSTATE classes 08, 53 and 57P: connection lost, out of resources, shutting down or starting up. Also codes of a
 * statement (57014), a wait for a lock (55P03) or an idle transaction (25P03, 25P04) that took too long, and of a
 * read-only database (25006).
 */
const UNAVAILABLE = /^(08|53|57P|57014$|55P03$|25006$|25P03$|25P04$)/;

/**
 * Whether the error means that PostgreSQL is unavailable, regardless of the request: it cannot be reached, is
 * read-only, took too long, or no connection of the pool is free. The same request may succeed later.
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
 * The reason why the database is unavailable, for the log. It is only a code, because a message may contain the
 * statement and its values.
 */
export function unavailability(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'no connection';
}
