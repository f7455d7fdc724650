/** `5/6/2012 15:53`: month, day and year, as Magento and spreadsheets write it. */
const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ ,]+(\d{1,2}):(\d\d)(?::(\d\d))?)?$/;

/**
 * Converts a time to ISO 8601. A time without an offset is UTC. MySQL's empty date counts as absent.
 *
 * @returns the text unchanged if it has another form, so that validation reports it
 */
export function isoTime(text: string | undefined): string | undefined {
  const [, month = '', day = '', year, hour = '0', minute = '00', second = '00'] = american.exec(text ?? '') ?? [];
  if (year === undefined) return text?.startsWith('0000-') ? undefined : text;
  return `${year}-${twoDigits(month)}-${twoDigits(day)}T${twoDigits(hour)}:${minute}:${second}Z`;
}

/** Converts a date or a time to a date, YYYY-MM-DD. MySQL's empty date counts as absent. */
export function isoDate(text: string | undefined): string | undefined {
  return isoTime(text)?.replace(/^(\d{4}-\d\d-\d\d)[T ].*$/, '$1');
}

/** Converts the milliseconds since 1970 to ISO 8601. @returns another text unchanged, so that validation reports it */
export function timeOfMillis(text: string | undefined): string | undefined {
  const time = new Date(Number(text));
  return text === undefined || Number.isNaN(time.getTime()) ? text : time.toISOString();
}

function twoDigits(digits: string): string {
  return digits.padStart(2, '0');
}
