import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import type { ExchangeConfig } from '../src/tenants/provider-settings.js';
import { blames } from './support/answers.js';
import { expectErrorMessage } from './support/errors.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { type Answer, type Body, Shop, Visitor } from './support/shop.js';

const HOUR = 3600;

describe('an exchange of a token', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  /** At one host, and without an issuer. */
  let realms: Record<string, ExchangeConfig>;
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, api: audience } = provider;
    const offline = { jwks: `${issuer}/jwks`, issuer, audience, tokenClientId: 'app' };
    const online = {
      domain: issuer,
      tokenIntrospectEndpoint: 'token/introspection',
      clientId: 'shop',
      clientSecret: SECRET,
    };
    const endpoint = (realm: string) => `token/introspection?realm=${realm}`;
    realms = {
      offline_a: { jwks: `${issuer}/jwks?realm=a` },
      offline_b: { jwks: `${issuer}/jwks?realm=b` },
      online_a: { ...online, tokenIntrospectEndpoint: endpoint('a') },
      online_b: { ...online, tokenIntrospectEndpoint: endpoint('b') },
      absolute: { ...online, domain: undefined, tokenIntrospectEndpoint: `${issuer}/${endpoint('c')}` },
    };
    shop = await Shop.open({
      tokenExchange: {
        default: offline,
        overrides: {
          site_PL: { ...online, issuer },
          site_DE: { ...online, issuer, tokenClientId: 'another' },
          other_issuer: { ...offline, issuer: 'https://other.test' },
          other_audience: { ...offline, audience: 'https://other.test' },
          other_client: { ...offline, tokenClientId: 'other' },
          any: { jwks: `${issuer}/jwks` },
          wrong_secret: { ...online, clientSecret: 'wrong' },
        },
      },
    });
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });
  afterEach(() => {
    provider.mood = 'well';
    provider.moody = /./;
  });

  const verified = (): Claims => ({ email: shop.person().email, email_verified: true, given_name: 'Ada' });

  const exchange = async (token: string, config?: string, visitor?: Visitor): Promise<Answer> => {
    const query = new URLSearchParams({ subjectAccessToken: token, ...(config && { config }) });
    return (visitor ?? (await shop.visitor())).send('POST', `/exchangeauthtoken?${query.toString()}`);
  };

  const meOf = ({ access_token }: Body, tenant?: string): Promise<Body> =>
    new Visitor(shop, String(access_token), tenant).get('/me');

  const invalidSubject = {
    fault: {
      faultstring: 'Invalid subject access token',
      detail: { errorcode: 'keymanagement.service.invalid_subject_token' },
    },
  };
  const refused = ({ status, body }: Answer) => expect({ status, body }).toEqual({ status: 401, body: invalidSubject });

  it('answers as the contract has it, and passes the session on', async () => {
    const { sessionId, access_token } = await shop.anonymous();
    const claims = verified();
    const token = await provider.accessToken(provider.know(claims));
    const { status, body } = await exchange(token, undefined, new Visitor(shop, access_token));
    expect([status, body]).toEqual([
      200,
      {
        subject_access_token: token,
        access_token: expect.any(String),
        saas_token: expect.any(String),
        refresh_token: expect.any(String),
        refresh_token_expires_in: 15551999,
        session_idle_time: 120,
        token_type: 'Bearer',
        expires_in: 14399,
        scope: expect.stringContaining('tenant=shop'),
        session_id: sessionId,
      },
    ]);
    const { exp = 0, iat = 0 } = decodeJwt(String(body.access_token));
    expect(exp - iat).toBe(14399);
    expect(await meOf(body)).toMatchObject({
      firstName: 'Ada',
      accounts: [{ id: claims.email, providerId: 'default' }],
      lastLogin: expect.any(String),
    });
    const refreshed = await (await shop.visitor()).get(`/refreshauthtoken?refreshToken=${String(body.refresh_token)}`);
    expect(refreshed.session_id).toBe(sessionId);
  });

  it('knows the customer again, and tells the last login', async () => {
    const login = provider.know(verified());
    const first = await meOf((await exchange(await provider.accessToken(login))).body);
    shop.later(60);
    const second = await meOf((await exchange(await provider.accessToken(login))).body);
    expect(second.id).toBe(first.id);
    expect(Date.parse(String(second.lastLogin))).toBeGreaterThan(Date.parse(String(first.lastLogin)));
  });

  it('asks the provider where the configuration has no keys', async () => {
    const token = await provider.accessToken(provider.know(verified()), 'shop');
    const asked = provider.asked.length;
    const { status, body } = await exchange(token, 'site_PL');
    expect([status, body.subject_access_token]).toEqual([200, token]);
    expect(provider.asked.slice(asked)).toEqual(['/token/introspection']);
    refused(await exchange('made-up', 'site_PL'));
    refused(await exchange(await provider.accessToken(provider.know(verified()), 'shop'), 'site_DE'));
  });

  it('asks for the keys once, and anew when the provider has others', async () => {
    expect((await exchange(await provider.accessToken(provider.know(verified())))).status).toBe(200);
    const asked = provider.asked.length;
    expect((await exchange(await provider.accessToken(provider.know(verified())))).status).toBe(200);
    expect(provider.asked.slice(asked)).not.toContain('/jwks');
    const old = await provider.accessToken(provider.know(verified()));
    provider.rotateKeys();
    await new Promise((soon) => setTimeout(soon, 1100));
    expect((await exchange(await provider.accessToken(provider.know(verified())))).status).toBe(200);
    refused(await exchange(old));
  });

  it('is for one configuration that is there', async () => {
    const token = await provider.accessToken(provider.know(verified()));
    for (const config of ['site_XX', '__proto__', 'constructor']) {
      const { status, body } = await exchange(token, config);
      expect([status, body]).toEqual([400, blames('config')]);
    }
    expectErrorMessage(await exchange('', undefined));
    await shop.addTenant('none');
    expectErrorMessage(await exchange(token, undefined, await shop.visitor('none')));
    expect((await exchange(token)).status).toBe(200);
  });

  it('is good once, also of two at once', async () => {
    const token = await provider.accessToken(provider.know(verified()));
    const answers = await Promise.all([exchange(token), exchange(token), exchange(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    refused(await exchange(token));
    // By whatever configuration.
    refused(await exchange(token, 'any'));
    const opaque = await provider.accessToken(provider.know(verified()), 'shop');
    expect((await exchange(opaque, 'site_PL')).status).toBe(200);
    refused(await exchange(opaque, 'site_PL'));
  });

  it.each(['other_issuer', 'other_audience', 'other_client'])('is refused to a token for %s', async (config) => {
    const token = await provider.accessToken(provider.know(verified()));
    refused(await exchange(token, config));
    expect((await exchange(token, 'any')).status).toBe(200);
  });

  it('is for the client that client_id names, where the issuer writes no azp (RFC 9068)', async () => {
    const token = await provider.accessToken(provider.know({ ...verified(), azp: undefined }));
    expect(decodeJwt(token)).not.toHaveProperty('azp');
    expect(decodeJwt(token)).toHaveProperty('client_id', 'app');
    refused(await exchange(token, 'other_client'));
    expect((await exchange(token)).status).toBe(200);
    refused(await exchange(await provider.accessToken(provider.know({ ...verified(), azp: 'other' }))));
  });

  it('keeps the customers of configurations that check no issuer apart', async () => {
    const login = provider.know();
    await shop.addTenant('realms', {
      ssoCustomerIdentifierField: 'SUBJECT',
      tokenExchange: { overrides: realms },
    });
    const found = new Set<unknown>();
    for (const config of Object.keys(realms)) {
      const token = await provider.accessToken(login, config.startsWith('offline') ? 'app' : 'shop');
      const { body } = await exchange(token, config, await shop.visitor('realms'));
      found.add((await meOf(body, 'realms')).id);
    }
    expect(found.size).toBe(Object.keys(realms).length);
  });

  it.each([Date.now(), 1e15, 1e300])('is refused to a token that is good until %d', async (exp) => {
    refused(await exchange(await provider.signed({ sub: provider.know(), exp })));
  });

  it('is refused to a token whose time is over', async () => {
    const token = await provider.accessToken(provider.know(verified()));
    const opaque = await provider.accessToken(provider.know(verified()), 'shop');
    shop.later(2 * HOUR);
    refused(await exchange(token));
    refused(await exchange(opaque, 'site_PL'));
    shop.later(-2 * HOUR);
  });

  it('is refused to a token with another signature, or with none', async () => {
    const good = await provider.accessToken(provider.know(verified()));
    const claims = decodeJwt(good);
    const { kid = '' } = decodeProtectedHeader(good);
    const jwks = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: object[] };
    const published = createPublicKey({ key: { ...jwks.keys[0] }, format: 'jwk' });
    const secret = published.export({ type: 'spki', format: 'pem' });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const tampered = good.split('.');
    tampered[1] = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
    const forged = {
      none: new UnsecuredJWT(claims).encode(),
      'the public key as a secret': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid })
        .sign(Buffer.from(secret)),
      'a key of its own': await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey),
      'an unknown key': await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'x' }).sign(privateKey),
      'another payload': tampered.join('.'),
      'no signature': `${good.split('.').slice(0, 2).join('.')}.`,
      nothing: 'x',
      dots: '...',
    };
    for (const [what, token] of Object.entries(forged)) {
      const { status, body } = await exchange(token);
      expect({ what, status, body }).toEqual({ what, status: 401, body: invalidSubject });
    }
    expect((await exchange(good)).status).toBe(200);
  });

  it('makes nobody a customer where the tenant has closed that', async () => {
    const { issuer } = provider;
    const closed = { tokenExchange: { default: { jwks: `${issuer}/jwks`, issuer } } };
    await shop.addTenant('closed', { ...closed, ssoCustomerAutoprovisioningDisabled: true });
    const claims = verified();
    const token = await provider.accessToken(provider.know(claims));
    expectErrorMessage(await exchange(token, undefined, await shop.visitor('closed')), 404);
    const found = await (await shop.employee(undefined, 'closed')).get(`/customers?q=contactEmail:${claims.email}`);
    expect(found).toEqual([]);
  });

  it.each([
    ['is down', 'down', 400],
    ['takes ten seconds', 'slow', 400],
    ['answers rubbish', 'rubbish', 400],
    ['fails', 'broken', 400],
  ] as const)('is refused within two seconds when the provider %s', async (_what, mood, status) => {
    const fresh = await IdentityProvider.listen();
    const { issuer } = fresh;
    const online = { domain: issuer, tokenIntrospectEndpoint: '/token/introspection', clientId: 'shop' };
    await shop.addTenant('moody', {
      tokenExchange: {
        default: { jwks: `${issuer}/jwks`, issuer },
        overrides: { online: { ...online, clientSecret: SECRET } },
      },
    });
    shop.later(60);
    const [signed, opaque] = [
      await fresh.accessToken(fresh.know(verified())),
      await fresh.accessToken(fresh.know(verified()), 'shop'),
    ];
    fresh.mood = mood;
    for (const [token, config] of [[signed], [opaque, 'online']] as const) {
      const visitor = await shop.visitor('moody');
      const start = Date.now();
      expectErrorMessage(await exchange(token, config, visitor), status);
      // Two seconds, on a machine that may be busy; less than two waits of one after the other.
      expect(Date.now() - start).toBeLessThan(3500);
    }
    fresh.mood = 'well';
    expect((await exchange(signed, undefined, await shop.visitor('moody'))).status).toBe(200);
    await fresh.close();
  });

  it('is refused when the provider no longer knows the client, or its secret is wrong', async () => {
    expectErrorMessage(await exchange(await provider.accessToken(provider.know(verified()), 'shop'), 'wrong_secret'));
  });

  it('needs a visitor', async () => {
    expect((await shop.stranger.send('POST', `/exchangeauthtoken?subjectAccessToken=${randomUUID()}`)).status).toBe(
      401,
    );
  });
});
