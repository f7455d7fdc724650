/** The characters of a User-Agent that are stored; the rest has no use. */
const MAX_LENGTH = 200;

/**
 * The device with which a session was started, by its User-Agent: at most 200 characters that PostgreSQL can store.
 *
 * @returns null if there is no User-Agent
 */
export function deviceOf(userAgent: string | undefined): string | null {
  return userAgent?.slice(0, MAX_LENGTH).replaceAll('\0', '').toWellFormed().trim() || null;
}
