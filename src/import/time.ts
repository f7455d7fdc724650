const form = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Parses a date, or a date and a time in ISO 8601. MySQL's blank in place of the `T` is accepted. Without an offset, the
 * time is UTC.
 *
 * @returns undefined for another form, a day that does not exist, or a year that PostgreSQL cannot store
 */
export function parseTime(text: string): Date | undefined {
  const [, date, time = '00:00', offset = 'Z'] = form.exec(text) ?? [];
  if (date === undefined || !isDay(date)) return undefined;
  const parsed = new Date(`${date}T${time}${offset}`);
  const year = parsed.getUTCFullYear();
  return year >= 1 && year <= 9999 ? parsed : undefined;
}

/** JavaScript reads 31 February as 3 March. */
function isDay(date: string): boolean {
  const day = new Date(date);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}
