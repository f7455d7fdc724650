import { Clock } from '../../common/clock.js';
import type { Config } from '../../config/config.js';
import { type AccessClaims, AccessTokens } from './access-tokens.js';
import type { SigningKeys } from './signing-keys.js';

describe('cached access tokens', () => {
  const claims = { sub: 'ada' } as AccessClaims;
  const tokens = () => new AccessTokens({} as SigningKeys, { publicUrl: 'http://foyer.test' } as Config, new Clock());

  it('have a maximum total length', () => {
    const cache = tokens();
    const names = Array.from({ length: 2500 }, (_, n) => `${n}`.padEnd(16_000, 'x'));
    for (const name of names) cache.cache(name, claims);
    const length = names.filter((name) => cache.cachedClaims(name)).reduce((sum, name) => sum + name.length, 0);
    expect(length).toBeGreaterThan(1_000_000);
    expect(length).toBeLessThanOrEqual(8_000_000);
    expect(cache.cachedClaims(names.at(-1) ?? '')).toBe(claims);
  });

  it('include at least the latest 2000 tokens of usual length', () => {
    const cache = tokens();
    const names = Array.from({ length: 5000 }, (_, n) => `${n}`.padEnd(1000, 'x'));
    for (const name of names) cache.cache(name, claims);
    expect(names.slice(-2000).every((name) => cache.cachedClaims(name) !== undefined)).toBe(true);
    expect(names.filter((name) => cache.cachedClaims(name)).length).toBeLessThanOrEqual(4000);
  });
});
