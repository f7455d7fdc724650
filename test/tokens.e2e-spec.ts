import { createHmac, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type JSONWebKeySet, createLocalJWKSet, jwtVerify } from 'jose';
import { newSigningKey } from '../src/sessions/signing/signing-keys.ts';
import { deadToken, expiredToken, notAuthorized } from './support/answers.js';
import { type LoggedIn, Shop, Visitor } from './support/shop.js';
import { es256, forge, hs256, readToken, rs256, unsigned } from './support/tokens.js';

const publicPem = (pem: string) => createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString();
const publicJwk = (pem: string) => createPublicKey(pem).export({ format: 'jwk' });
const stranger = newSigningKey();

describe('an access token', () => {
  let shop: Shop;
  let key: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    key = shop.config.signingKeys[0] ?? '';
  });
  afterAll(() => shop.close());

  const answerTo = async (token: string | undefined, path = '/me', method = 'GET') => {
    const { status, body } = await new Visitor(shop, token).send(method, path, method === 'GET' ? {} : { body: {} });
    return [status, body];
  };

  describe.each([
    ['visitor', ['POST /signup', 'POST /login', 'POST /password/reset', 'POST /password/reset/update']],
    ['customer', ['PATCH /me', 'GET /me/addresses', 'GET /logout', 'GET /validateauthtoken', 'POST /password/change']],
    ['employee', ['GET /customers/1', 'PATCH /customers/1']],
  ])('of a %s', (kind, routes) => {
    it.each(routes)('alone opens %s', async (route) => {
      const [method = '', path = ''] = route.split(' ');
      const tokens = {
        visitor: await shop.visitor(),
        customer: await shop.loggedIn(),
        employee: await shop.employee(),
      };
      for (const [name, { token }] of Object.entries(tokens)) {
        const [status, body] = await answerTo(token, path, method);
        if (name === kind) expect([401, 403]).not.toContain(status);
        else expect([status, body]).toEqual([403, notAuthorized]);
      }
      expect(await answerTo(undefined, path, method)).toEqual([401, deadToken]);
    });
  });

  it('of an employee does not open a profile of its own', async () => {
    expect(await answerTo((await shop.employee()).token)).toEqual([403, notAuthorized]);
  });

  it('that has expired is told apart from one that is dead', async () => {
    const [ada, visitor] = [await shop.loggedIn(), await shop.visitor()];
    await ada.get(`/logout?accessToken=${ada.token}`, 204);
    expect(await answerTo(ada.token)).toEqual([401, deadToken]);
    shop.later(3600);
    expect(await answerTo(visitor.token)).toEqual([401, expiredToken]);
    expect(await answerTo('garbage')).toEqual([401, deadToken]);
  });

  it("of another tenant is dead on this tenant's paths", async () => {
    await shop.addTenant('other', { activation: 'none' });
    const { token } = await shop.loggedIn();
    for (const who of [await shop.visitor(), await shop.employee(), { token }]) {
      const { status, body } = await new Visitor(shop, who.token, 'other').send('GET', '/me');
      expect([status, body]).toEqual([401, deadToken]);
    }
  });

  it('passes when nothing in it was changed, so that the forger of the tests below is a good one', async () => {
    const { token = '' } = await shop.loggedIn();
    expect(await answerTo(forge(token, es256(key)))).toEqual([200, expect.anything()]);
  });

  const forgeries: Record<string, (ada: LoggedIn) => string> = {
    'of algorithm none': (ada) => forge(ada.login.access_token, unsigned, { header: { alg: 'none' } }),
    'of algorithm None': (ada) => forge(ada.login.access_token, unsigned, { header: { alg: 'None' } }),
    'of algorithm none with the old signature': (ada) =>
      forge(ada.login.access_token, es256(key), { header: { alg: 'none' } }),
    'of HS256, with the public PEM for a secret': (ada) =>
      forge(ada.login.access_token, hs256(publicPem(key)), { header: { alg: 'HS256' } }),
    'of HS256, with the public JWK for a secret': (ada) =>
      forge(ada.login.access_token, hs256(JSON.stringify(publicJwk(key))), { header: { alg: 'HS256' } }),
    'of HS256 without a secret': (ada) => forge(ada.login.access_token, hs256(''), { header: { alg: 'HS256' } }),
    'of RS256, where the key is for ES256': (ada) =>
      forge(ada.login.access_token, es256(key), { header: { alg: 'RS256' } }),
    'signed by a stranger under our kid': (ada) => forge(ada.login.access_token, es256(stranger)),
    'of an unknown kid': (ada) => forge(ada.login.access_token, es256(key), { header: { kid: 'unknown' } }),
    'of no kid': (ada) => forge(ada.login.access_token, es256(key), { header: { kid: undefined } }),
    'of the kid __proto__': (ada) => forge(ada.login.access_token, es256(key), { header: { kid: '__proto__' } }),
    'that brings its key in jwk': (ada) =>
      forge(ada.login.access_token, es256(stranger), { header: { jwk: publicJwk(stranger) } }),
    'that brings its key in jwk, without a kid': (ada) =>
      forge(ada.login.access_token, es256(stranger), { header: { kid: undefined, jwk: publicJwk(stranger) } }),
    'that tells in jku where its key is': (ada) =>
      forge(ada.login.access_token, es256(stranger), { header: { jku: 'http://127.0.0.1:9/jwks.json' } }),
    'that tells in x5u where its key is': (ada) =>
      forge(ada.login.access_token, es256(stranger), { header: { x5u: 'http://127.0.0.1:9/key.pem' } }),
    'without its signature': (ada) => ada.login.access_token.replace(/[^.]+$/, ''),
    'without its signature and dot': (ada) => ada.login.access_token.replace(/\.[^.]+$/, ''),
    'with an altered signature': (ada) =>
      ada.login.access_token.replace(/\.(.)([^.]+)$/, (_all, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`),
    'with a signature of zeros': (ada) => forge(ada.login.access_token, () => Buffer.alloc(64)),
    'whose claims were altered': (ada) => {
      const [header, , signature] = ada.login.access_token.split('.');
      const altered = forge(ada.login.access_token, unsigned, { claims: { exp: 99_999_999_999 } }).split('.')[1];
      return `${header}.${altered}.${signature}`;
    },
    'of typ JWT': (ada) => forge(ada.login.access_token, es256(key), { header: { typ: 'JWT' } }),
    'of no typ': (ada) => forge(ada.login.access_token, es256(key), { header: { typ: undefined } }),
    'of another issuer': (ada) => forge(ada.login.access_token, es256(key), { claims: { iss: 'http://evil.test' } }),
    'of no issuer': (ada) => forge(ada.login.access_token, es256(key), { claims: { iss: undefined } }),
    'for another audience': (ada) => forge(ada.login.access_token, es256(key), { claims: { aud: 'other' } }),
    'for several audiences': (ada) => forge(ada.login.access_token, es256(key), { claims: { aud: ['shop', 'other'] } }),
    'of a session that there is not': (ada) =>
      forge(ada.login.access_token, es256(key), { claims: { sid: randomUUID() } }),
    'that is not valid yet': (ada) =>
      forge(ada.login.access_token, es256(key), { claims: { nbf: Math.floor(Date.now() / 1000) + 365 * 24 * 3600 } }),
    'that is a SaaS token': (ada) => String(ada.login.saas_token),
    'that is a refresh token': (ada) => ada.login.refresh_token,
    'that is empty': () => '',
    'that is only dots': () => '..',
    'that is long': () => 'a'.repeat(8000),
  };

  it.each(Object.keys(forgeries))('%s is refused', async (name) => {
    const ada = await shop.loggedIn();
    await ada.get('/me');
    const token = forgeries[name]?.(ada);
    const { status, body } = await shop.stranger.send('GET', '/me', { headers: { authorization: `Bearer ${token}` } });
    expect([status, body]).toEqual([401, deadToken]);
  });

  it('that is a mailed token is refused', async () => {
    const { email } = await shop.loggedIn();
    await (await shop.visitor()).post('/password/reset', 204, { email });
    expect(await answerTo((await shop.mailTo(email, 'password-reset')).token)).toEqual([401, deadToken]);
  });

  it('does not open a refresh when it is forged', async () => {
    const ada = await shop.loggedIn();
    const forged = new Visitor(shop, forge(ada.login.access_token, es256(stranger)));
    await forged.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`, 401);
  });

  it('goes into the header Authorization only', async () => {
    const { token } = await shop.loggedIn();
    expect(await answerTo(undefined, `/me?access_token=${token}`)).toEqual([401, deadToken]);
    const basic = await shop.stranger.send('GET', '/me', { headers: { authorization: `Basic ${token}` } });
    expect([basic.status, basic.body]).toEqual([401, deadToken]);
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
  ])('let anybody verify an access token offline, by %s', async (alg, newKey, parts) => {
    const shop = await Shop.open({ activation: 'none' }, { signingKeys: [newKey()] });
    try {
      const ada = await shop.loggedIn();
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

  it('do not take one algorithm for the other', async () => {
    const [ec, rsa] = [newSigningKey(), rsaKey()];
    const shop = await Shop.open({ activation: 'none' }, { signingKeys: [ec, rsa] });
    try {
      const { token = '' } = await shop.loggedIn();
      const { jwks } = await keysOf(shop);
      const kid = jwks.keys[1]?.kid;
      const good = forge(token, rs256(rsa), { header: { alg: 'RS256', kid } });
      await new Visitor(shop, good).get('/me');
      const secret = publicPem(rsa);
      const input = forge(token, unsigned, { header: { alg: 'HS256', kid } }).replace(/\.$/, '');
      const bad = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      await new Visitor(shop, bad).get('/me', 401);
      await new Visitor(shop, forge(token, rs256(rsa), { header: { alg: 'ES256', kid } })).get('/me', 401);
    } finally {
      await shop.close();
    }
  });

  it('may be rotated: the new key signs, the old one verifies as long as it is listed', async () => {
    const [older, newer] = [newSigningKey(), newSigningKey()];
    const settings = { activation: 'none' } as const;
    let shop = await Shop.open(settings, { signingKeys: [older] });
    const restart = async (signingKeys: string[]) => {
      await shop.app.close();
      shop = await Shop.open(settings, { ...shop.config, signingKeys });
    };
    try {
      const ada = await shop.loggedIn();
      await restart([newer, older]);
      const bob = await shop.loggedIn();
      const { jwks } = await keysOf(shop);
      expect(jwks.keys.map(({ kid }) => kid)).toEqual([
        readToken(bob.login.access_token).header.kid,
        readToken(ada.login.access_token).header.kid,
      ]);
      for (const jwk of jwks.keys) expect(jwk).toMatchObject({ alg: 'ES256', use: 'sig' });
      expect(JSON.stringify(jwks)).not.toContain('"d"');
      for (const { login } of [ada, bob]) {
        await jwtVerify(login.access_token, createLocalJWKSet(jwks));
        await new Visitor(shop, login.access_token).get('/me');
      }
      await restart([newer]);
      await new Visitor(shop, bob.token).get('/me');
      await new Visitor(shop, ada.token).get('/me', 401);
    } finally {
      await shop.close();
    }
  });
});
