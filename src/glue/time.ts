/**
 * Converts a time to the vendor's format `2020-10-07 07:02:32.683000`: UTC, with six decimals. Times are stored in
 * milliseconds.
 *
 * @param time in ISO 8601
 */
export function glueTime(time: string): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', '000');
}
