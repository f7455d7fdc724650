import { language, t } from './texts/index.ts';

/** The region that the browser prefers: it decides whether a date is 29/11 or 11/29. The browser's time zone applies. */
const locale = navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;

const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const numbers = new Intl.NumberFormat(locale);
const languageNames = new Intl.DisplayNames(language, { type: 'language', style: 'short', fallback: 'code' });
const regionNames = new Intl.DisplayNames(language, { type: 'region', fallback: 'code' });

export const formatNumber = (value: number): string => numbers.format(value);

export function formatDateTime(time: string | null | undefined): string {
  return time ? dateTime.format(new Date(time)) : '';
}

export function formatDay(time: string): string {
  return day.format(new Date(time));
}

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** How long ago it was, such as "3 days ago". */
export function formatAge(time: string): string {
  const seconds = (Date.now() - new Date(time).getTime()) / 1000;
  if (seconds < 60) return t.justNow;
  const [unit, length] = UNITS.find(([, size]) => seconds >= size) ?? ['minute', 60];
  return relative.format(-Math.floor(Math.max(seconds, 0) / length), unit);
}

/** The name of a language such as `en_US`. */
export function formatLanguage(tag: string | undefined): string {
  if (!tag) return '';
  try {
    return languageNames.of(tag.replaceAll('_', '-')) ?? tag;
  } catch {
    return tag;
  }
}

export function formatCountry(code: string | undefined): string {
  if (!code) return '';
  try {
    return regionNames.of(code) ?? code;
  } catch {
    return code;
  }
}

/** The full name of a customer, or what else identifies the person. */
export function nameOf(customer: {
  firstName?: string;
  middleName?: string;
  lastName?: string;
  contactEmail?: string;
  email?: string;
  id: string;
}): string {
  const { firstName, middleName, lastName, email, contactEmail, id } = customer;
  return [firstName, middleName, lastName].filter(Boolean).join(' ') || email || contactEmail || id;
}

/** Splits `camelCase` and `snake_case` into words. */
export function inWords(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[._-]+/g, ' ')
    .toLowerCase()
    .replace(/\b(?:cors|sso|url)\b/g, (acronym) => acronym.toUpperCase())
    .replace(/\bemail\b/g, 'e-mail');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function formatFailure({ status, message }: { status: number; message: string }): string {
  if (status === 0) return t.failure.network;
  if (status === 403) return t.failure.forbidden;
  if (status === 429) return t.failure.tooMany;
  return message || t.failure.unknown(status);
}
