import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import { Glue } from './support/glue.js';
import { type Body, Shop } from './support/shop.js';

const ISSUER = 'http://foyer.test';
const names = ['oauth-authorization-server', 'openid-configuration'];
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Metadata extends Body {
  issuer: string;
  jwks_uri: string;
  id_token_signing_alg_values_supported: string[];
}

describe('discovery', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  /** As a library does it: it knows only the issuer. */
  const get = <T = Body>(url: string) => shop.send<T>('GET', url.replace(ISSUER, ''));
  const discover = async (name: string) => (await get<Metadata>(`${ISSUER}/.well-known/${name}`)).body;

  it.each(names)('finds the keys that verify a token: %s', async (name) => {
    const { issuer, jwks_uri, id_token_signing_alg_values_supported: algorithms } = await discover(name);
    const keys = createRemoteJWKSet(new URL(jwks_uri), {
      [customFetch]: async (url) => Response.json((await get(url)).body),
    });
    const ada = await shop.customer();
    const { payload } = await jwtVerify(ada.login.access_token, keys, { issuer, algorithms, audience: 'shop' });
    expect(payload).toMatchObject({ iss: ISSUER, sub: ada.id });
  });

  it.each(names)('lists only endpoints and methods that exist: %s', async (name) => {
    const metadata = await discover(name);
    expect(metadata).toEqual({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      token_endpoint: `${ISSUER}/oauth/token`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      revocation_endpoint: `${ISSUER}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      introspection_endpoint: `${ISSUER}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      grant_types_supported: ['client_credentials', 'password', 'refresh_token'],
      scopes_supported: expect.arrayContaining(['customer.customer_read', 'foyer.admin']),
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      service_documentation: `${ISSUER}/docs`,
    });
    for (const [property, url] of Object.entries(metadata)) {
      if (!property.endsWith('_endpoint')) continue;
      expect((await shop.send('POST', String(url).replace(ISSUER, ''), { headers: FORM })).status).toBe(400);
    }
  });

  it.each(names)('may be cached, and is not sent again to a client that has it: %s', async (name) => {
    const path = `/.well-known/${name}`;
    const first = await shop.send('GET', path);
    expect(first.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'public, max-age=300',
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    });
    const again = await shop.send('GET', path, { headers: { 'if-none-match': String(first.headers.etag) } });
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await shop.send('HEAD', path);
    expect([head.status, head.text, head.headers.etag]).toEqual([200, '', first.headers.etag]);
  });
});

describe('the introspection of a token', () => {
  let shop: Shop;
  /** Another process on the same database. */
  let other: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    other = await Shop.open({ activation: 'none' }, { ...shop.config });
    await shop.addTenant('other');
  });
  afterAll(async () => {
    await other.app.close();
    await shop.close();
  });

  const inactive = { status: 200, body: { active: false } };
  const post = (form: Record<string, string>) =>
    shop.send('POST', '/oauth/introspect', { body: new URLSearchParams(form).toString(), headers: FORM });

  it.each<[string, () => Promise<string | undefined>]>([
    ['visitor', async () => (await shop.visitor()).token],
    ['customer', async () => (await shop.customer()).token],
    ['employee', async () => (await shop.employee()).token],
    ['service', async () => (await shop.serviceClient()).token],
    ['customer of the Glue API', async () => (await new Glue(shop).customer()).token],
  ])('returns the claims of a %s', async (_holder, tokenOf) => {
    const token = (await tokenOf()) ?? '';
    const { status, body, headers } = await shop.introspect(token);
    expect([status, body]).toEqual([200, { active: true, token_type: 'Bearer', ...decodeJwt(token) }]);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('returns only that it is inactive after the logout', async () => {
    const ada = await shop.customer();
    expect((await shop.introspect(ada.login.access_token)).body.active).toBe(true);
    await ada.get(`/logout?accessToken=${ada.login.access_token}`, 204);
    expect(await shop.introspect(ada.login.access_token)).toMatchObject(inactive);
  });

  it('returns only that it is inactive once the customer is on hold', async () => {
    const ada = await shop.customer();
    await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, { onHold: true });
    expect((await shop.introspect(ada.login.access_token)).body).toEqual({ active: false });
  });

  it('returns only that it is inactive once it has expired', async () => {
    const { token = '' } = await shop.serviceClient();
    const { exp = 0, iat = 0 } = decodeJwt(token);
    shop.advanceClock(exp - iat);
    expect((await shop.introspect(token)).body).toEqual({ active: false });
  });

  describe('in another process that has checked the token before', () => {
    const withService = async (method: string, path: string, body?: unknown) => {
      const { token } = await shop.serviceClient();
      const { status, text } = await shop.send(method, path, { body, headers: { authorization: `Bearer ${token}` } });
      if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
    };
    const removalOf = ({ id }: { id: string }) => withService('DELETE', `/admin/shop/employees/${id}`);

    it.each<[string, () => Promise<{ token?: string; remove: () => Promise<void> }>]>([
      [
        'an erased customer',
        async () => {
          const { id, token } = await shop.customer();
          return { token, remove: () => withService('DELETE', `/customer/shop/customers/${id}`) };
        },
      ],
      [
        'a visitor of a deleted client',
        async () => {
          await withService('POST', '/admin/shop/clients', { name: 'gone', kind: 'storefront' });
          const { access_token: token } = await shop.logInAnonymously({ client_id: 'shop-gone' });
          return { token, remove: () => withService('DELETE', '/admin/shop/clients/shop-gone') };
        },
      ],
      [
        'a deleted employee',
        async () => {
          const employee = await shop.employee('support');
          return { token: employee.token, remove: () => removalOf(employee) };
        },
      ],
      [
        'a customer for whom a deleted employee acts',
        async () => {
          const [employee, { id: customerNumber }] = [await shop.employee('support'), await shop.customer()];
          const body = await employee.post<{ accessToken: string }>('/assistedbuying/login', 200, { customerNumber });
          return { token: body.accessToken, remove: () => removalOf(employee) };
        },
      ],
    ])('returns at once that it is inactive for %s', async (_holder, prepare) => {
      const { token = '', remove } = await prepare();
      for (const process of [shop, other]) expect((await process.introspect(token)).body.active).toBe(true);
      await remove();
      for (const process of [other, shop]) expect(await process.introspect(token)).toMatchObject(inactive);
    });
  });

  it('returns only that it is inactive for a token of another tenant', async () => {
    const { token = '' } = await shop.visitor('other');
    expect((await shop.introspect(token)).body).toEqual({ active: false });
    expect((await shop.introspect(token, 'other')).body).toMatchObject({ active: true, aud: 'other' });
  });

  it('returns only that it is inactive for other texts', async () => {
    const { login } = await shop.customer();
    const others = [
      login.refresh_token,
      String(login.saas_token),
      `${login.access_token.slice(0, -4)}AAAA`,
      'unknown',
      '',
    ];
    for (const token of others) expect((await shop.introspect(token)).body).toEqual({ active: false });
  });

  it('requires the secret of a service', async () => {
    const { token = '' } = await shop.visitor();
    for (const client_id of ['shop-service', 'shop-storefront', 'unknown-service']) {
      const wrong = await post({ token, client_id, client_secret: 'wrong' });
      expect([client_id, wrong.status, wrong.body.error]).toEqual([client_id, 401, 'invalid_client']);
      const without = await post({ token, client_id });
      expect([client_id, without.status, without.body.error]).toEqual([client_id, 400, 'invalid_request']);
    }
    expect((await post({ token })).body).toMatchObject({ status: 400, error: 'invalid_request' });
  });
});
