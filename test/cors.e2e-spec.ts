import { type Answer, Shop } from './support/shop.js';

const OURS = 'https://acme.example';
const ALSO_OURS = 'http://localhost:3000';
const FOREIGN = 'https://evil.example';

/** What an answer lets a browser do with it. */
const allowed = ({ headers }: Answer) => headers['access-control-allow-origin'];

const varies = ({ headers }: Answer) => String(headers.vary).split(/, */).includes('Origin');

describe('pages of other origins', () => {
  let shop: Shop;
  beforeAll(async () => {
    const stores = [
      { code: 'DE', tenant: 'shop' },
      { code: 'US', tenant: 'open' },
      { code: 'FR', tenant: 'shut' },
    ];
    shop = await Shop.open({ activation: 'none', corsOrigins: [OURS, ALSO_OURS] }, { stores });
    await shop.addTenant('open', { activation: 'none' });
    await shop.addTenant('shut', { corsOrigins: [] });
  });
  afterAll(() => shop.close());

  const from = (origin: string, url: string, headers: Record<string, string> = {}, method = 'GET') =>
    shop.send(method, url, { headers: { origin, ...headers } });
  const preflight = (origin: string, url: string, asked = 'authorization,content-type') =>
    from(origin, url, { 'access-control-request-method': 'PATCH', 'access-control-request-headers': asked }, 'OPTIONS');

  describe('may read an answer of the first dialect', () => {
    const paths = [
      '/customer/shop/me',
      '/customer/%73hop/me',
      '/admin/shop/settings',
      '/session-context/shop/me/context',
      '/customerlogin/auth/anonymous/login?tenant=shop&client_id=shop-storefront',
    ];

    it.each(paths)('if the tenant names theirs, exactly: %s', async (path) => {
      for (const origin of [OURS, ALSO_OURS]) {
        const answer = await from(origin, path);
        expect([allowed(answer), varies(answer)]).toEqual([origin, true]);
      }
      for (const origin of [FOREIGN, 'null', `${OURS}.evil.example`, 'https://sub.acme.example', `${OURS}:8443`]) {
        const answer = await from(origin, path);
        expect([allowed(answer), varies(answer)]).toEqual([undefined, true]);
      }
    });

    it('from everywhere, if the tenant says nothing', async () => {
      for (const path of ['/customer/open/me', '/health/live', '/.well-known/jwks.json', '/customer/nobody/me']) {
        const answer = await from(FOREIGN, path);
        expect([path, allowed(answer), varies(answer)]).toEqual([path, '*', false]);
      }
    });

    it('from nowhere, if the tenant names none', async () => {
      expect(allowed(await from(OURS, '/customer/shut/me'))).toBeUndefined();
    });

    it('also without a page: then no origin is named', async () => {
      const answer = await shop.send('GET', '/customer/shop/me');
      expect([answer.status, allowed(answer), varies(answer)]).toEqual([401, undefined, true]);
    });
  });

  describe('may read an answer of the second dialect', () => {
    it.each([
      ['of the first store', {}, OURS],
      ['of a store', { store: 'DE' }, OURS],
      ['of a store of another tenant', { store: 'US' }, '*'],
    ])('if the tenant %s names theirs', async (_which, headers, expected) => {
      expect(allowed(await from(OURS, '/customers', headers))).toBe(expected);
      expect(allowed(await from(FOREIGN, '/customers', headers))).toBe(expected === '*' ? '*' : undefined);
    });
  });

  describe('may ask beforehand', () => {
    it.each([
      '/customer/shop/me',
      '/customer/%73hop/me',
      '/admin/shop/settings',
      '/customerlogin/auth/anonymous/login?tenant=shop',
    ])('at %s', async (path) => {
      const answer = await preflight(OURS, path);
      expect([answer.status, allowed(answer), varies(answer)]).toEqual([204, OURS, true]);
      expect(answer.headers).toMatchObject({
        'access-control-allow-methods': expect.stringContaining('PATCH'),
        'access-control-allow-headers': 'authorization,content-type',
      });
      expect(allowed(await preflight(FOREIGN, path))).toBeUndefined();
    });

    it('at a tenant that nobody knows, and at one that cannot be', async () => {
      for (const path of ['/customer/nobody/me', '/customer/No%00/me', '/customer//me', '/customer/%F0%9F/me']) {
        const answer = await preflight(FOREIGN, path);
        expect(answer.status).toBeLessThan(500);
      }
      expect(allowed(await preflight(FOREIGN, '/customer/nobody/me'))).toBe('*');
    });

    it('in the second dialect for any store, as a preflight does not tell which', async () => {
      expect(allowed(await preflight(FOREIGN, '/customers', 'store'))).toBe('*');
      const { token } = await shop.staff('admin', 'open');
      const settings = (corsOrigins: string[] | null) =>
        shop.send('PATCH', '/admin/open/settings', {
          body: { corsOrigins },
          headers: { authorization: `Bearer ${token ?? ''}` },
        });
      await settings(['https://open.example']);
      expect(allowed(await preflight('https://open.example', '/customers', 'store'))).toBe('https://open.example');
      expect(allowed(await preflight(OURS, '/customers', 'store'))).toBe(OURS);
      expect(allowed(await preflight(FOREIGN, '/customers', 'store'))).toBeUndefined();
      await settings(null);
    });

    it('of a tenant that nobody has asked for yet', async () => {
      await shop.addTenant('fresh', { corsOrigins: [OURS] });
      expect(allowed(await preflight(FOREIGN, '/customer/fresh/me'))).toBeUndefined();
    });
  });

  it('read the headers that storefronts need', async () => {
    const { headers } = await from(OURS, '/customer/shop/me');
    expect(String(headers['access-control-expose-headers']).split(', ')).toEqual([
      ...['Count', 'X-Total-Count', 'X-Request-Id', 'Retry-After'],
      ...['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'],
    ]);
  });

  it.each([
    [['https://acme.example/']],
    [['acme.example']],
    [['https://acme.example:443']],
    [['https://ACME.example']],
    [['https://*.acme.example']],
    [['*', OURS]],
    [['null']],
    [[7]],
    ['*'],
  ])('cannot be named as %j', async (corsOrigins) => {
    const { token } = await shop.staff('admin');
    const { status, body } = await shop.send('PATCH', '/admin/shop/settings', {
      body: { corsOrigins },
      headers: { authorization: `Bearer ${token ?? ''}` },
    });
    expect(status).toBe(400);
    expect(body.message).toContain('corsOrigins');
  });
});
