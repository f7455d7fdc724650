import { ProviderCache } from './provider-cache.js';

const now = new Date();
const fresh = { notBefore: new Date(now.getTime() - 1000), now };

describe('the cache of provider documents', () => {
  let cache: ProviderCache<string>;
  let loads: string[];
  beforeEach(() => {
    cache = new ProviderCache({ total: 10_000, tenant: 3000 });
    loads = [];
  });
  const get = (tenant: string, url: string, bytes = 900, when = fresh): Promise<string> =>
    cache.get(tenant, url, when, () => {
      loads.push(`${tenant} ${url}`);
      return Promise.resolve({ value: url, bytes });
    });

  it('caches a document', async () => {
    expect([await get('a', 'x'), await get('a', 'x'), await get('b', 'x')]).toEqual(['x', 'x', 'x']);
    expect(loads).toEqual(['a x', 'b x']);
  });

  it('reads an outdated document again', async () => {
    await get('a', 'x');
    await get('a', 'x', 900, { notBefore: now, now });
    expect(loads).toEqual(['a x', 'a x']);
    expect(cache.bytesOf('a')).toBeLessThan(1000);
  });

  it('reads once for all concurrent callers', async () => {
    expect(await Promise.all([get('a', 'x'), get('a', 'x'), get('a', 'x')])).toEqual(['x', 'x', 'x']);
    expect(loads).toEqual(['a x']);
  });

  it('evicts a tenant’s own entries when it exceeds its share', async () => {
    await get('b', 'of b');
    for (let n = 0; n < 100; n++) {
      await get('a', `${n}`);
      expect(cache.bytesOf('a')).toBeLessThanOrEqual(3000);
    }
    loads = [];
    await Promise.all([get('b', 'of b'), get('a', '99'), get('a', '98'), get('a', '97'), get('a', '96')]);
    expect(loads).toEqual(['a 96']);
  });

  it('has a maximum size across all tenants', async () => {
    for (let tenant = 0; tenant < 100; tenant++) await get(`t${tenant}`, 'x');
    const total = Array.from({ length: 100 }, (_, tenant) => cache.bytesOf(`t${tenant}`)).reduce((a, b) => a + b);
    expect(total).toBeGreaterThan(8000);
    expect(total).toBeLessThanOrEqual(10_000);
  });

  it('does not cache a document that is larger than the share of a tenant', async () => {
    await get('a', 'x', 3001);
    expect(cache.bytesOf('a')).toBe(0);
  });

  it('does not cache a failed read', async () => {
    await get('a', 'x');
    const broken = (): Promise<never> => Promise.reject(new Error('broken'));
    await expect(cache.get('a', 'x', { notBefore: now, now }, broken)).rejects.toThrow('broken');
    expect(cache.bytesOf('a')).toBe(0);
    expect(await get('a', 'x')).toBe('x');
  });
});
