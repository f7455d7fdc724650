import { isCountryCode } from '../common/country-codes.js';

const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** Returns the English name of a country by its code (ISO 3166-1 alpha-2); null if no country has the code. */
export function countryName(iso2Code: string | null): string | null {
  return iso2Code !== null && isCountryCode(iso2Code) ? (countries.of(iso2Code.toUpperCase()) ?? null) : null;
}
