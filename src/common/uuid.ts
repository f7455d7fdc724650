const FORM = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a text has the form of our ids; PostgreSQL fails on what has not. */
export function isUuid(text: string): boolean {
  return FORM.test(text);
}
