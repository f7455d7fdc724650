import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT, UnsecuredJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import type { ExchangeConfig, KeySet } from '../src/tenants/provider-settings.js';
import { validationError } from './support/responses.js';
import { expectErrorMessage } from './support/errors.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { type Response, type Body, Shop, ApiClient } from './support/shop.js';

const HOUR = 3600;

describe('a token exchange', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  /** Configurations without an issuer, all at one host. */
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
    shop = await Shop.open(
      {
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
      },
      { providerTimeout: 1800 },
    );
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });
  afterEach(() => {
    provider.behavior = 'normal';
    provider.affectedPaths = /./;
  });

  const verified = (): Claims => ({ email: shop.person().email, email_verified: true, given_name: 'Ada' });

  const exchange = async (token: string, config?: string, visitor?: ApiClient): Promise<Response> => {
    const query = new URLSearchParams({ subjectAccessToken: token, ...(config && { config }) });
    return (visitor ?? (await shop.visitor())).send('POST', `/exchangeauthtoken?${query.toString()}`);
  };

  const meOf = ({ access_token }: Body, tenant?: string): Promise<Body> =>
    new ApiClient(shop, String(access_token), tenant).get('/me');

  const invalidSubject = {
    fault: {
      faultstring: 'Invalid subject access token',
      detail: { errorcode: 'keymanagement.service.invalid_subject_token' },
    },
  };
  const expectRejected = ({ status, body }: Response) =>
    expect({ status, body }).toEqual({ status: 401, body: invalidSubject });

  it('returns the response of the contract, and keeps the session id', async () => {
    const { sessionId, access_token } = await shop.logInAnonymously();
    const claims = verified();
    const login = provider.addUser(claims);
    const token = await provider.accessToken(login);
    const { status, body } = await exchange(token, undefined, new ApiClient(shop, access_token));
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
      accounts: [{ id: claims.email, providerId: login }],
      lastLogin: expect.any(String),
    });
    const refreshed = await (await shop.visitor()).get(`/refreshauthtoken?refreshToken=${String(body.refresh_token)}`);
    expect(refreshed.session_id).toBe(sessionId);
  });

  it('finds the customer again, and updates the last login', async () => {
    const login = provider.addUser(verified());
    const first = await meOf((await exchange(await provider.accessToken(login))).body);
    shop.advanceClock(60);
    const second = await meOf((await exchange(await provider.accessToken(login))).body);
    expect(second.id).toBe(first.id);
    expect(Date.parse(String(second.lastLogin))).toBeGreaterThan(Date.parse(String(first.lastLogin)));
  });

  it('introspects the token at the provider if the configuration has no keys', async () => {
    const token = await provider.accessToken(provider.addUser(verified()), 'shop');
    const requestsBefore = provider.requestedPaths.length;
    const { status, body } = await exchange(token, 'site_PL');
    expect([status, body.subject_access_token]).toEqual([200, token]);
    expect(provider.requestedPaths.slice(requestsBefore)).toEqual(['/token/introspection']);
    expectRejected(await exchange('forged', 'site_PL'));
    expectRejected(await exchange(await provider.accessToken(provider.addUser(verified()), 'shop'), 'site_DE'));
  });

  it('fetches the keys once, and again after the provider has rotated them', async () => {
    expect((await exchange(await provider.accessToken(provider.addUser(verified())))).status).toBe(200);
    const requestsBefore = provider.requestedPaths.length;
    expect((await exchange(await provider.accessToken(provider.addUser(verified())))).status).toBe(200);
    expect(provider.requestedPaths.slice(requestsBefore)).not.toContain('/jwks');
    const old = await provider.accessToken(provider.addUser(verified()));
    provider.rotateKeys();
    await new Promise((soon) => setTimeout(soon, 1100));
    expect((await exchange(await provider.accessToken(provider.addUser(verified())))).status).toBe(200);
    expectRejected(await exchange(old));
  });

  it('requires a configuration that exists', async () => {
    const token = await provider.accessToken(provider.addUser(verified()));
    for (const config of ['site_XX', '__proto__', 'constructor']) {
      const { status, body } = await exchange(token, config);
      expect([status, body]).toEqual([400, validationError('config')]);
    }
    expectErrorMessage(await exchange('', undefined));
    await shop.addTenant('none');
    expectErrorMessage(await exchange(token, undefined, await shop.visitor('none')));
    expect((await exchange(token)).status).toBe(200);
  });

  it('succeeds only once per token, also for concurrent requests', async () => {
    const token = await provider.accessToken(provider.addUser(verified()));
    const responses = await Promise.all([exchange(token), exchange(token), exchange(token)]);
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expectRejected(await exchange(token));
    // Another configuration makes no difference.
    expectRejected(await exchange(token, 'any'));
    const opaque = await provider.accessToken(provider.addUser(verified()), 'shop');
    expect((await exchange(opaque, 'site_PL')).status).toBe(200);
    expectRejected(await exchange(opaque, 'site_PL'));
  });

  it('succeeds again with a token that has not expired if the tenant allows it', async () => {
    const { issuer } = provider;
    const tokenExchange = { default: { jwks: `${issuer}/jwks`, issuer } };
    await shop.addTenant('reuse', { tokenExchange, ssoSubjectTokenReuse: true });
    await shop.addTenant('strictreuse', { tokenExchange, ssoSubjectTokenReuse: true, strict: true });
    const token = await provider.accessToken(provider.addUser(verified()));
    const [visitor, strictVisitor] = [await shop.visitor('reuse'), await shop.visitor('strictreuse')];
    const logins = [await exchange(token, undefined, visitor), await exchange(token, undefined, visitor)];
    expect(logins.map(({ status }) => status)).toEqual([200, 200]);
    const [one, other] = await Promise.all(logins.map(({ body }) => meOf(body, 'reuse')));
    expect(one?.id).toBe(other?.id);
    const exchangeByHeader = () =>
      strictVisitor.send('POST', '/exchangeauthtoken', { headers: { 'subject-access-token': token } });
    expect([(await exchangeByHeader()).status, (await exchangeByHeader()).status]).toEqual([200, 401]);
    shop.advanceClock(2 * HOUR);
    expectRejected(await exchange(token, undefined, await shop.visitor('reuse')));
    shop.advanceClock(-2 * HOUR);
  });

  it('verifies tokens with the keys in the configuration', async () => {
    const { issuer } = provider;
    const jwks = (await (await fetch(`${issuer}/jwks`)).json()) as KeySet;
    await shop.addTenant('inline', { tokenExchange: { default: { jwks, issuer } } });
    const visitor = await shop.visitor('inline');
    const login = provider.addUser(verified());
    const requestsBefore = provider.requestedPaths.filter((path) => path === '/jwks').length;
    const first = await exchange(await provider.accessToken(login), undefined, visitor);
    const second = await exchange(await provider.accessToken(login), undefined, visitor);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect((await meOf(first.body, 'inline')).id).toBe((await meOf(second.body, 'inline')).id);
    expect(provider.requestedPaths.filter((path) => path === '/jwks')).toHaveLength(requestsBefore);
    const token = await provider.accessToken(login);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { kid } = decodeProtectedHeader(token);
    const forged = await new SignJWT(decodeJwt(token)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
    expectRejected(await exchange(forged, undefined, visitor));
  });

  it.each(['other_issuer', 'other_audience', 'other_client'])('rejects a token for %s', async (config) => {
    const token = await provider.accessToken(provider.addUser(verified()));
    expectRejected(await exchange(token, config));
    expect((await exchange(token, 'any')).status).toBe(200);
  });

  it('checks client_id if the token has no azp (RFC 9068)', async () => {
    const token = await provider.accessToken(provider.addUser({ ...verified(), azp: undefined }));
    expect(decodeJwt(token)).not.toHaveProperty('azp');
    expect(decodeJwt(token)).toHaveProperty('client_id', 'app');
    expectRejected(await exchange(token, 'other_client'));
    expect((await exchange(token)).status).toBe(200);
    expectRejected(await exchange(await provider.accessToken(provider.addUser({ ...verified(), azp: 'other' }))));
  });

  it('separates the customers of configurations that check no issuer', async () => {
    const login = provider.addUser();
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

  it.each([Date.now(), 1e15, 1e300])('rejects a token with an implausible exp of %d', async (exp) => {
    expectRejected(await exchange(await provider.signToken({ sub: provider.addUser(), exp })));
  });

  it('rejects an expired token', async () => {
    const token = await provider.accessToken(provider.addUser(verified()));
    const opaque = await provider.accessToken(provider.addUser(verified()), 'shop');
    shop.advanceClock(2 * HOUR);
    expectRejected(await exchange(token));
    expectRejected(await exchange(opaque, 'site_PL'));
    shop.advanceClock(-2 * HOUR);
  });

  it('rejects a token with an invalid signature or with none', async () => {
    const good = await provider.accessToken(provider.addUser(verified()));
    const claims = decodeJwt(good);
    const { kid = '' } = decodeProtectedHeader(good);
    const jwks = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: object[] };
    const published = createPublicKey({ key: { ...jwks.keys[0] }, format: 'jwk' });
    const secret = published.export({ type: 'spki', format: 'pem' });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const tampered = good.split('.');
    tampered[1] = Buffer.from(JSON.stringify({ ...claims, sub: 'another-subject' })).toString('base64url');
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

  it('creates no customer if the tenant has disabled auto-provisioning', async () => {
    const { issuer } = provider;
    const closed = { tokenExchange: { default: { jwks: `${issuer}/jwks`, issuer } } };
    await shop.addTenant('closed', { ...closed, ssoCustomerAutoprovisioningDisabled: true });
    const claims = verified();
    const token = await provider.accessToken(provider.addUser(claims));
    expectErrorMessage(await exchange(token, undefined, await shop.visitor('closed')), 404);
    const found = await (
      await shop.serviceClient(undefined, 'closed')
    ).get(`/customers?q=contactEmail:${claims.email}`);
    expect(found).toEqual([]);
  });

  it.each([
    ['is down', 'down', 400],
    ['takes ten seconds', 'slow', 400],
    ['returns rubbish', 'html', 400],
    ['returns an error', 'broken', 400],
  ] as const)('fails after one request when the provider %s', async (_what, behavior, status) => {
    const fresh = await IdentityProvider.listen();
    const { issuer } = fresh;
    const online = { domain: issuer, tokenIntrospectEndpoint: '/token/introspection', clientId: 'shop' };
    await shop.addTenant('unreliable', {
      tokenExchange: {
        default: { jwks: `${issuer}/jwks`, issuer },
        overrides: { online: { ...online, clientSecret: SECRET } },
      },
    });
    shop.advanceClock(60);
    const [signed, opaque] = [
      await fresh.accessToken(fresh.addUser(verified())),
      await fresh.accessToken(fresh.addUser(verified()), 'shop'),
    ];
    fresh.behavior = behavior;
    for (const [token, config] of [[signed], [opaque, 'online']] as const) {
      const visitor = await shop.visitor('unreliable');
      fresh.requestedPaths.length = 0;
      // The provider that takes ten seconds would accept the token in the end.
      expectErrorMessage(await exchange(token, config, visitor), status);
      expect(fresh.requestedPaths).toHaveLength(1);
    }
    fresh.behavior = 'normal';
    expect((await exchange(signed, undefined, await shop.visitor('unreliable'))).status).toBe(200);
    await fresh.close();
  });

  it('fails if the client secret of the configuration is wrong', async () => {
    expectErrorMessage(
      await exchange(await provider.accessToken(provider.addUser(verified()), 'shop'), 'wrong_secret'),
    );
  });

  it('requires a visitor', async () => {
    expect(
      (await shop.unauthenticated.send('POST', `/exchangeauthtoken?subjectAccessToken=${randomUUID()}`)).status,
    ).toBe(401);
  });
});
