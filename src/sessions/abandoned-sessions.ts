import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { storedLifetime } from '../tenants/tenants.sql.js';

/** When the last access token of an anonymous session has expired. A tenant setting may extend its lifetime. */
const anonymousAccessEnd = sql`refreshed_at + make_interval(secs =>
  coalesce(${sql.raw(storedLifetime('sessions.tenant', 'anonymousAccess'))}, 3599))`;

/**
 * SQL that is true of a row of `sessions` if it belongs to a visitor who did not return before a time. A row whose
 * session id has passed to a customer stays: it shows when that session began.
 */
export function isAbandoned(before: Date): RawBuilder<SqlBool> {
  return sql`kind = 'anonymous' and passed_to is null and refresh_expires_at < ${before}
    and ${anonymousAccessEnd} < ${before}`;
}
