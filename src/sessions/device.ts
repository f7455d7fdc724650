/** Of a User-Agent; the rest tells nobody anything. */
const KEPT = 200;

/**
 * What a session was begun with, as the User-Agent tells: at most 200 characters that PostgreSQL can store.
 *
 * @returns null where nothing is told
 */
export function deviceOf(userAgent: string | undefined): string | null {
  return userAgent?.slice(0, KEPT).replaceAll('\0', '').toWellFormed().trim() || null;
}
