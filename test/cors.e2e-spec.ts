import { type Response, Shop } from './support/shop.js';

const OURS = 'https://acme.example';
const ALSO_OURS = 'http://localhost:3000';
const FOREIGN = 'https://evil.example';

/** The origin that may read the response. */
const allowOrigin = ({ headers }: Response) => headers['access-control-allow-origin'];

const variesByOrigin = ({ headers }: Response) => String(headers.vary).split(/, */).includes('Origin');

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
  const preflight = (origin: string, url: string, names = 'authorization,content-type') =>
    from(origin, url, { 'access-control-request-method': 'PATCH', 'access-control-request-headers': names }, 'OPTIONS');

  describe('may read a response of the Emporix API', () => {
    const paths = [
      '/customer/shop/me',
      '/customer/%73hop/me',
      '/admin/shop/settings',
      '/session-context/shop/me/context',
      '/customerlogin/auth/anonymous/login?tenant=shop&client_id=shop-storefront',
    ];

    it.each(paths)('only if the tenant allows exactly their origin: %s', async (path) => {
      for (const origin of [OURS, ALSO_OURS]) {
        const response = await from(origin, path);
        expect([allowOrigin(response), variesByOrigin(response)]).toEqual([origin, true]);
      }
      for (const origin of [FOREIGN, 'null', `${OURS}.evil.example`, 'https://sub.acme.example', `${OURS}:8443`]) {
        const response = await from(origin, path);
        expect([allowOrigin(response), variesByOrigin(response)]).toEqual([undefined, true]);
      }
    });

    it('from any origin if the tenant sets none', async () => {
      for (const path of ['/customer/open/me', '/health/live', '/.well-known/jwks.json', '/customer/nobody/me']) {
        const response = await from(FOREIGN, path);
        expect([path, allowOrigin(response), variesByOrigin(response)]).toEqual([path, '*', false]);
      }
    });

    it('from no origin if the tenant sets an empty list', async () => {
      expect(allowOrigin(await from(OURS, '/customer/shut/me'))).toBeUndefined();
    });

    it('only if they send an Origin header', async () => {
      const response = await shop.send('GET', '/customer/shop/me');
      expect([response.status, allowOrigin(response), variesByOrigin(response)]).toEqual([401, undefined, true]);
    });
  });

  describe('may read a response of the Glue API', () => {
    it.each([
      ['of the first store', {}, OURS],
      ['of a store', { store: 'DE' }, OURS],
      ['of a store of another tenant', { store: 'US' }, '*'],
    ])('if the tenant %s allows their origin', async (_which, headers, expected) => {
      expect(allowOrigin(await from(OURS, '/customers', headers))).toBe(expected);
      expect(allowOrigin(await from(FOREIGN, '/customers', headers))).toBe(expected === '*' ? '*' : undefined);
    });
  });

  describe('may send a preflight request', () => {
    it.each([
      '/customer/shop/me',
      '/customer/%73hop/me',
      '/admin/shop/settings',
      '/customerlogin/auth/anonymous/login?tenant=shop',
    ])('to %s', async (path) => {
      const response = await preflight(OURS, path);
      expect([response.status, allowOrigin(response), variesByOrigin(response)]).toEqual([204, OURS, true]);
      expect(response.headers).toMatchObject({
        'access-control-allow-methods': expect.stringContaining('PATCH'),
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-max-age': '7200',
      });
      expect(allowOrigin(await preflight(FOREIGN, path))).toBeUndefined();
    });

    it('to an unknown tenant or one with an invalid name', async () => {
      for (const path of ['/customer/nobody/me', '/customer/No%00/me', '/customer//me', '/customer/%F0%9F/me']) {
        const response = await preflight(FOREIGN, path);
        expect(response.status).toBeLessThan(500);
      }
      expect(allowOrigin(await preflight(FOREIGN, '/customer/nobody/me'))).toBe('*');
    });

    it('to the Glue API for any store, because a preflight does not name the store', async () => {
      expect(allowOrigin(await preflight(FOREIGN, '/customers', 'store'))).toBe('*');
      const { token } = await shop.employee('admin', 'open');
      const settings = (corsOrigins: string[] | null) =>
        shop.send('PATCH', '/admin/open/settings', {
          body: { corsOrigins },
          headers: { authorization: `Bearer ${token ?? ''}` },
        });
      await settings(['https://open.example']);
      expect(allowOrigin(await preflight('https://open.example', '/customers', 'store'))).toBe('https://open.example');
      expect(allowOrigin(await preflight(OURS, '/customers', 'store'))).toBe(OURS);
      expect(allowOrigin(await preflight(FOREIGN, '/customers', 'store'))).toBeUndefined();
      await settings(null);
    });

    it('to a tenant that has had no request yet', async () => {
      await shop.addTenant('fresh', { corsOrigins: [OURS] });
      expect(allowOrigin(await preflight(FOREIGN, '/customer/fresh/me'))).toBeUndefined();
    });
  });

  it('can read the headers that storefronts use', async () => {
    const { headers } = await from(OURS, '/customer/shop/me');
    expect(String(headers['access-control-expose-headers']).split(', ')).toEqual([
      ...['Count', 'X-Total-Count', 'X-Request-Id', 'Retry-After', 'WWW-Authenticate'],
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
  ])('cannot be allowed with corsOrigins %j', async (corsOrigins) => {
    const { token } = await shop.employee('admin');
    const { status, body } = await shop.send('PATCH', '/admin/shop/settings', {
      body: { corsOrigins },
      headers: { authorization: `Bearer ${token ?? ''}` },
    });
    expect(status).toBe(400);
    expect(body.message).toContain('corsOrigins');
  });
});
