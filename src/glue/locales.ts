import type { FastifyRequest } from 'fastify';
import type { Store } from '../config/config.js';

const DEFAULT_LOCALE = 'en_US';
/** The maximum number of language ranges that are read. */
const MAX_RANGES = 50;

/**
 * Returns the locale of a request, such as `de_DE`: the locale of its store that `Accept-Language` prefers, otherwise
 * the store's first one.
 */
export function localeOf({ headers }: FastifyRequest, stores: Store[]): string {
  const [first]: Partial<Store>[] = stores;
  const { locales = [DEFAULT_LOCALE] } = stores.find(({ code }) => code === headers.store) ?? first ?? {};
  for (const range of preferredRanges(headers['accept-language'])) {
    const match =
      locales.find((locale) => matches(locale, range)) ?? locales.find((locale) => isOfLanguage(locale, range));
    if (match) return match;
  }
  return locales[0] ?? DEFAULT_LOCALE;
}

/** Whether a language range includes a locale (RFC 4647 3.3.1): `de` and `de-at` include `de_AT`. */
function matches(locale: string, range: string): boolean {
  const tag = locale.replace('_', '-').toLowerCase();
  return range === '*' || tag === range || tag.startsWith(`${range}-`);
}

/** Whether a locale has the language of a range: another region is better than another language. */
function isOfLanguage(locale: string, range: string): boolean {
  return locale.split('_')[0] === range.split('-')[0];
}

/** The language ranges of `Accept-Language`, the most preferred one first. */
function preferredRanges(header = ''): string[] {
  return header
    .split(',', MAX_RANGES)
    .map((entry) => {
      const [range = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
      return { range: range.replace('_', '-'), weight: Number(weight) };
    })
    .filter(({ range, weight }) => range !== '' && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ range }) => range);
}
