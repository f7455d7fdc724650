import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type JSONWebKeySet, createLocalJWKSet, jwtVerify } from 'jose';
import { newSigningKey } from '../src/sessions/signing/signing-keys.ts';
import { invalidAccessToken, expiredAccessToken, notAuthorized } from './support/responses.js';
import { type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';
import { es256, forge, hs256, decodeToken, rs256, unsigned } from './support/tokens.js';

const publicPem = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
const publicJwk = (pem: string) => createPublicKey(pem).export({ format: 'jwk' });
const foreignKey = newSigningKey();

describe('an access token', () => {
  let shop: Shop;
  let key: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    key = shop.config.signingKeys[0] ?? '';
  });
  afterAll(() => shop.close());

  const responseTo = async (token: string | undefined, path = '/me', method = 'GET') => {
    const { status, body } = await new ApiClient(shop, token).send(method, path, method === 'GET' ? {} : { body: {} });
    return [status, body];
  };

  describe.each([
    ['visitor', ['POST /signup', 'POST /login', 'POST /password/reset', 'POST /password/reset/update']],
    ['customer', ['PATCH /me', 'GET /me/addresses', 'GET /logout', 'GET /validateauthtoken', 'POST /password/change']],
    ['employee', ['GET /customers/1', 'PATCH /customers/1']],
  ])('of kind %s', (kind, routes) => {
    it.each(routes)('is the only token accepted for %s', async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const tokens = {
        visitor: await shop.visitor(),
        customer: await shop.customer(),
        employee: await shop.serviceClient(),
      };
      for (const [name, { token }] of Object.entries(tokens)) {
        const [status, body] = await responseTo(token, path, method);
        if (name === kind) expect([401, 403]).not.toContain(status);
        else expect([status, body]).toEqual([403, notAuthorized]);
      }
      expect(await responseTo(undefined, path, method)).toEqual([401, invalidAccessToken]);
    });
  });

  it('of an employee cannot read /me', async () => {
    expect(await responseTo((await shop.serviceClient()).token)).toEqual([403, notAuthorized]);
  });

  it('that has expired gets another error than an invalid token', async () => {
    const [ada, visitor] = [await shop.customer(), await shop.visitor()];
    await ada.get(`/logout?accessToken=${ada.token}`, 204);
    expect(await responseTo(ada.token)).toEqual([401, invalidAccessToken]);
    shop.advanceClock(3600);
    expect(await responseTo(visitor.token)).toEqual([401, expiredAccessToken]);
    expect(await responseTo('garbage')).toEqual([401, invalidAccessToken]);
  });

  it('that is no longer valid gets 401 even on routes for other kinds of tokens', async () => {
    const routes = ['POST /signup', 'GET /me/addresses', 'PATCH /customers/1', 'POST /customers/1/addresses'];
    const responses = async ({ token }: ApiClient): Promise<unknown[]> =>
      Promise.all(
        routes.map((route) => {
          const [method = '', path = ''] = route.split(' ');
          return responseTo(token, path, method);
        }),
      );
    const [ada, visitor, service] = [await shop.customer(), await shop.visitor(), await shop.serviceClient()];
    await ada.get(`/logout?accessToken=${ada.token}`, 204);
    expect(await responses(ada)).toEqual(routes.map(() => [401, invalidAccessToken]));
    const grace = await shop.customer();
    await service.patch(`/customers/${grace.id}`, 200, { onHold: true });
    expect(await responses(grace)).toEqual(routes.map(() => [401, invalidAccessToken]));
    const eve = await shop.customer();
    shop.advanceClock(3600);
    expect(await responses(visitor)).toEqual(routes.map(() => [401, expiredAccessToken]));
    shop.advanceClock(2_592_000);
    for (const expired of [eve, service]) {
      expect(await responses(expired)).toEqual(routes.map(() => [401, expiredAccessToken]));
    }
  });

  it("of another tenant is rejected on this tenant's paths", async () => {
    await shop.addTenant('other', { activation: 'none' });
    const { token } = await shop.customer();
    for (const who of [await shop.visitor(), await shop.serviceClient(), { token }]) {
      const { status, body } = await new ApiClient(shop, who.token, 'other').send('GET', '/me');
      expect([status, body]).toEqual([401, invalidAccessToken]);
    }
  });

  it('that is signed again unchanged is accepted, as a control for the forgeries below', async () => {
    const { token = '' } = await shop.customer();
    expect(await responseTo(forge(token, es256(key)))).toEqual([200, expect.anything()]);
  });

  const forgeries: Record<string, (ada: LoggedInCustomer) => string> = {
    'with algorithm none': (ada) => forge(ada.login.access_token, unsigned, { header: { alg: 'none' } }),
    'with algorithm None': (ada) => forge(ada.login.access_token, unsigned, { header: { alg: 'None' } }),
    'with algorithm none and the old signature': (ada) =>
      forge(ada.login.access_token, es256(key), { header: { alg: 'none' } }),
    'with HS256 and the public PEM as the secret': (ada) =>
      forge(ada.login.access_token, hs256(publicPem(key)), { header: { alg: 'HS256' } }),
    'with HS256 and the public JWK as the secret': (ada) =>
      forge(ada.login.access_token, hs256(JSON.stringify(publicJwk(key))), { header: { alg: 'HS256' } }),
    'with HS256 and an empty secret': (ada) => forge(ada.login.access_token, hs256(''), { header: { alg: 'HS256' } }),
    'with RS256 for an ES256 key': (ada) => forge(ada.login.access_token, es256(key), { header: { alg: 'RS256' } }),
    'signed with a foreign key under a valid kid': (ada) => forge(ada.login.access_token, es256(foreignKey)),
    'with an unknown kid': (ada) => forge(ada.login.access_token, es256(key), { header: { kid: 'unknown' } }),
    'without a kid': (ada) => forge(ada.login.access_token, es256(key), { header: { kid: undefined } }),
    'with the kid __proto__': (ada) => forge(ada.login.access_token, es256(key), { header: { kid: '__proto__' } }),
    'with its own key in jwk': (ada) =>
      forge(ada.login.access_token, es256(foreignKey), { header: { jwk: publicJwk(foreignKey) } }),
    'with its own key in jwk and without a kid': (ada) =>
      forge(ada.login.access_token, es256(foreignKey), { header: { kid: undefined, jwk: publicJwk(foreignKey) } }),
    'with the URL of its own key in jku': (ada) =>
      forge(ada.login.access_token, es256(foreignKey), { header: { jku: 'http://127.0.0.1:9/jwks.json' } }),
    'with the URL of its own key in x5u': (ada) =>
      forge(ada.login.access_token, es256(foreignKey), { header: { x5u: 'http://127.0.0.1:9/key.pem' } }),
    'without a signature': (ada) => ada.login.access_token.replace(/[^.]+$/, ''),
    'without a signature and its dot': (ada) => ada.login.access_token.replace(/\.[^.]+$/, ''),
    'with an altered signature': (ada) =>
      ada.login.access_token.replace(/\.(.)([^.]+)$/, (_all, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`),
    'with a signature of zeros': (ada) => forge(ada.login.access_token, () => Buffer.alloc(64)),
    'with altered claims': (ada) => {
      const [header, , signature] = ada.login.access_token.split('.');
      const altered = forge(ada.login.access_token, unsigned, { claims: { exp: 99_999_999_999 } }).split('.')[1];
      return `${header}.${altered}.${signature}`;
    },
    'with typ JWT': (ada) => forge(ada.login.access_token, es256(key), { header: { typ: 'JWT' } }),
    'without a typ': (ada) => forge(ada.login.access_token, es256(key), { header: { typ: undefined } }),
    'of another issuer': (ada) => forge(ada.login.access_token, es256(key), { claims: { iss: 'http://evil.test' } }),
    'without an issuer': (ada) => forge(ada.login.access_token, es256(key), { claims: { iss: undefined } }),
    'for another audience': (ada) => forge(ada.login.access_token, es256(key), { claims: { aud: 'other' } }),
    'for several audiences': (ada) => forge(ada.login.access_token, es256(key), { claims: { aud: ['shop', 'other'] } }),
    'of an unknown session': (ada) => forge(ada.login.access_token, es256(key), { claims: { sid: randomUUID() } }),
    'that is not valid yet': (ada) =>
      forge(ada.login.access_token, es256(key), { claims: { nbf: Math.floor(Date.now() / 1000) + 365 * 24 * 3600 } }),
    'that is a SaaS token': (ada) => String(ada.login.saas_token),
    'that is a refresh token': (ada) => ada.login.refresh_token,
    'that is empty': () => '',
    'that is only dots': () => '..',
    'that is long': () => 'a'.repeat(8000),
  };

  it.each(Object.keys(forgeries))('%s is rejected', async (name) => {
    const ada = await shop.customer();
    await ada.get('/me');
    const token = forgeries[name]?.(ada);
    const { status, body } = await shop.unauthenticated.send('GET', '/me', {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([status, body]).toEqual([401, invalidAccessToken]);
  });

  it('that is a one-time token from a mail is rejected', async () => {
    const { email } = await shop.customer();
    await (await shop.visitor()).post('/password/reset', 204, { email });
    expect(await responseTo((await shop.mailTo(email, 'password-reset')).token)).toEqual([401, invalidAccessToken]);
  });

  it('that is forged cannot be used for a refresh', async () => {
    const ada = await shop.customer();
    const forged = new ApiClient(shop, forge(ada.login.access_token, es256(foreignKey)));
    await forged.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`, 401);
  });

  it('is accepted only as a Bearer token in the Authorization header', async () => {
    const { token } = await shop.customer();
    expect(await responseTo(undefined, `/me?access_token=${token}`)).toEqual([401, invalidAccessToken]);
    const basic = await shop.unauthenticated.send('GET', '/me', { headers: { authorization: `Basic ${token}` } });
    expect([basic.status, basic.body]).toEqual([401, invalidAccessToken]);
  });
});

describe('the published keys', () => {
  const keysOf = async (shop: Shop) => {
    const { body, headers } = await shop.send<JSONWebKeySet>('GET', '/.well-known/jwks.json');
    return { jwks: body, headers };
  };
  const rsaKey = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each([
    ['ES256', newSigningKey, { kty: 'EC', crv: 'P-256', x: expect.any(String), y: expect.any(String) }],
    ['RS256', rsaKey, { kty: 'RSA', n: expect.any(String), e: 'AQAB' }],
  ])('verify an access token offline with %s', async (alg, newKey, parts) => {
    const shop = await Shop.open({ activation: 'none' }, { signingKeys: [newKey()] });
    try {
      const ada = await shop.customer();
      await ada.get('/me');
      const { jwks, headers } = await keysOf(shop);
      expect(jwks).toEqual({ keys: [{ ...parts, kid: expect.any(String), alg, use: 'sig' }] });
      expect(headers['cache-control']).toContain('max-age');
      const { payload, protectedHeader } = await jwtVerify(ada.login.access_token, createLocalJWKSet(jwks), {
        issuer: 'http://foyer.test',
        audience: 'shop',
        typ: 'at+jwt',
      });
      expect(protectedHeader).toEqual({ alg, typ: 'at+jwt', kid: jwks.keys[0]?.kid });
      expect(payload).toEqual({
        iss: 'http://foyer.test',
        aud: 'shop',
        sub: ada.id,
        kind: 'customer',
        sid: expect.any(String),
        session_id: ada.login.session_id,
        client_id: 'shop-storefront',
        scope: expect.stringContaining('tenant=shop'),
        jti: expect.any(String),
        iat: expect.any(Number),
        exp: (payload.iat ?? 0) + 2591999,
      });
    } finally {
      await shop.close();
    }
  });

  it('are used only with their own algorithm', async () => {
    const [ec, rsa] = [newSigningKey(), rsaKey()];
    const shop = await Shop.open({ activation: 'none' }, { signingKeys: [ec, rsa] });
    try {
      const { token = '' } = await shop.customer();
      const { jwks } = await keysOf(shop);
      const kid = jwks.keys[1]?.kid;
      const good = forge(token, rs256(rsa), { header: { alg: 'RS256', kid } });
      await new ApiClient(shop, good).get('/me');
      const secret = publicPem(rsa);
      const input = forge(token, unsigned, { header: { alg: 'HS256', kid } }).replace(/\.$/, '');
      const bad = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      await new ApiClient(shop, bad).get('/me', 401);
      await new ApiClient(shop, forge(token, rs256(rsa), { header: { alg: 'ES256', kid } })).get('/me', 401);
    } finally {
      await shop.close();
    }
  });

  it('can be rotated: the new key signs, and the old one verifies while it is listed', async () => {
    const [older, newer] = [newSigningKey(), newSigningKey()];
    const settings = { activation: 'none' } as const;
    let shop = await Shop.open(settings, { signingKeys: [older] });
    const restart = async (signingKeys: string[]) => {
      await shop.app.close();
      shop = await Shop.open(settings, { ...shop.config, signingKeys });
    };
    try {
      const ada = await shop.customer();
      await restart([newer, older]);
      const bob = await shop.customer();
      const { jwks } = await keysOf(shop);
      expect(jwks.keys.map(({ kid }) => kid)).toEqual([
        decodeToken(bob.login.access_token).header.kid,
        decodeToken(ada.login.access_token).header.kid,
      ]);
      for (const jwk of jwks.keys) expect(jwk).toMatchObject({ alg: 'ES256', use: 'sig' });
      expect(JSON.stringify(jwks)).not.toContain('"d"');
      for (const { login } of [ada, bob]) {
        await jwtVerify(login.access_token, createLocalJWKSet(jwks));
        await new ApiClient(shop, login.access_token).get('/me');
      }
      await restart([newer]);
      await new ApiClient(shop, bob.token).get('/me');
      await new ApiClient(shop, ada.token).get('/me', 401);
    } finally {
      await shop.close();
    }
  });
});
