import type { FastifyRequest } from 'fastify';
import type { Store } from '../config/config.js';
import { localeOf } from './locales.js';

const stores: Store[] = [
  { code: 'DE', tenant: 'acme', locales: ['de_DE', 'en_US', 'en_GB'] },
  { code: 'AT', tenant: 'acme', locales: ['de_AT'] },
  { code: 'US', tenant: 'other' },
];
const locale = (accepted?: string, store?: string, among = stores): string =>
  localeOf({ headers: { 'accept-language': accepted, store } } as unknown as FastifyRequest, among);

describe('the locale of a request', () => {
  it.each<[accepted: string | undefined, locale: string]>([
    [undefined, 'de_DE'],
    ['', 'de_DE'],
    ['*', 'de_DE'],
    ['en', 'en_US'],
    ['EN-gb', 'en_GB'],
    ['en_GB', 'en_GB'],
    ['en-AU', 'en_US'],
    ['fr', 'de_DE'],
    ['fr, en;q=0.5, de;q=0.6', 'de_DE'],
    ['fr, en;q=0.7, de;q=0.6', 'en_US'],
    ['en;q=0, de', 'de_DE'],
    ['en;q=x', 'de_DE'],
    [';;,,=,', 'de_DE'],
    [`${'fr,'.repeat(1000)}en`, 'de_DE'],
  ])('for %p is %s', (accepted, expected) => {
    expect(locale(accepted)).toBe(expected);
  });

  it('is one of the store', () => {
    expect(locale('en', 'AT')).toBe('de_AT');
    expect(locale('de', 'US')).toBe('en_US');
    expect(locale('en', 'XX')).toBe('en_US');
    expect(locale('de', undefined, [])).toBe('en_US');
  });
});
