import { decodeToken } from './support/tokens.js';
import { type AccessClaims, AccessTokens } from '../src/sessions/signing/access-tokens.ts';
import { decodeJwt } from 'jose';
import { loginTokens } from './support/responses.js';
import { invalidFields, expectErrorMessage } from './support/errors.js';
import { type Claims, IdentityProvider, type RedirectParameters, SECRET } from './support/provider.js';
import { type Response, type Body, Shop, ApiClient } from './support/shop.js';

const MINUTE = 60;

describe('a social login', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    shop = await Shop.open({ identityProviders: [settingsOf(provider)] }, { providerTimeout: 1800 });
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });
  afterEach(() => {
    provider.behavior = 'normal';
    provider.affectedPaths = /./;
  });

  const settingsOf = ({ issuer, redirectUri }: IdentityProvider, name = 'keycloak') => ({
    name,
    issuer,
    clientId: 'shop',
    clientSecret: SECRET,
    redirectUris: [redirectUri, 'https://shop.test/app'],
  });

  const verified = (more: Claims = {}): Claims => ({
    email: shop.person().email,
    email_verified: true,
    given_name: 'Ada',
    family_name: 'Lovelace',
    ...more,
  });

  /** Sends the parameters of the provider's redirect to Foyer. */
  const socialLogin = async (
    query: Partial<RedirectParameters> & Record<string, string | undefined>,
    visitor?: ApiClient,
    headers: Record<string, string> = {},
  ): Promise<Response> => {
    const parameters = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const path = `/socialLogin?${new URLSearchParams(parameters).toString()}`;
    return (visitor ?? (await shop.visitor())).send('POST', path, { headers });
  };

  const logIn = async (login: string, visitor?: ApiClient): Promise<Body> => {
    const response = await socialLogin({ ...(await provider.logIn(login)) }, visitor);
    expect(response.status).toBe(200);
    return response.body;
  };

  const meOf = (login: Body): Promise<Body> => new ApiClient(shop, String(login.access_token)).get('/me');

  it('returns the documented response, with lifetimes as strings', async () => {
    const { sessionId, access_token } = await shop.logInAnonymously();
    const login = provider.addUser(verified());
    const body = await logIn(login, new ApiClient(shop, access_token));
    expect(body).toEqual({
      social_access_token: expect.any(String),
      social_id_token: expect.any(String),
      access_token: expect.any(String),
      saas_token: expect.any(String),
      refresh_token: expect.any(String),
      expires_in: '2591999',
      refresh_token_expires_in: '86399',
      session_idle_time: 120,
      token_type: 'Bearer',
      scope: expect.stringMatching(/^customer\.customerprofile_view .*tenant=shop$/),
      session_id: sessionId,
    });
    expect(decodeJwt(String(body.social_id_token))).toMatchObject({ iss: provider.issuer, sub: login });
    const { id } = await meOf(body);
    expect(decodeJwt(String(body.saas_token)).sub).toBe(id);
    const refreshed = await (await shop.visitor()).get(`/refreshauthtoken?refreshToken=${String(body.refresh_token)}`);
    expect(refreshed.session_id).toBe(sessionId);
  });

  it('creates an active, confirmed customer without a password for a new identity', async () => {
    const claims = verified();
    const login = provider.addUser(claims);
    const customer = await meOf(await logIn(login));
    expect(customer).toMatchObject({
      firstName: 'Ada',
      lastName: 'Lovelace',
      contactEmail: claims.email,
      accounts: [{ id: claims.email, providerId: login }],
    });
    const seen = await (await shop.serviceClient()).get(`/customers/${String(customer.id)}?expand=accounts`);
    expect(seen).toMatchObject({ active: true, onHold: false, accounts: customer.accounts });
    const timeline = await (await shop.serviceClient()).get(`/customers/${String(customer.id)}/history`);
    expect(timeline).toMatchObject([
      { action: 'logged_in' },
      { action: 'signed_up', changes: { fields: ['keycloak'] } },
    ]);
    const body = { email: claims.email, password: 'old secret words' };
    expectErrorMessage(await (await shop.visitor()).send('POST', '/login', { body }));
  });

  it('finds the customer by subject after the e-mail address has changed', async () => {
    const claims = verified();
    const login = provider.addUser(claims);
    const first = await meOf(await logIn(login));
    Object.assign(claims, { email: shop.person().email, email_verified: false });
    shop.advanceClock(MINUTE);
    const second = await meOf(await logIn(login));
    expect([second.id, second.accounts]).toEqual([first.id, first.accounts]);
    expect(Date.parse(String(second.lastLogin))).toBeGreaterThan(Date.parse(String(first.lastLogin)));
  });

  it('creates a single customer for two concurrent first logins', async () => {
    const login = provider.addUser(verified());
    const returns = await Promise.all([provider.logIn(login), provider.logIn(login)]);
    const responses = await Promise.all(returns.map((each) => socialLogin({ ...each })));
    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
    const [one, other] = await Promise.all(responses.map(({ body }) => meOf(body)));
    expect(one?.id).toBe(other?.id);
  });

  it('lets the customer set a password later and log in with it', async () => {
    const claims = verified();
    const customer = await meOf(await logIn(provider.addUser(claims)));
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: claims.email });
    const { token } = await shop.mailTo(String(claims.email), 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
    const login = await visitor.post('/login', 200, { email: claims.email, password: 'new secret words' });
    expect(login).toEqual(loginTokens(expect.any(String)));
    expect((await meOf(login)).id).toBe(customer.id);
  });

  it('is rejected for a customer who is on hold', async () => {
    const login = provider.addUser(verified());
    const { id } = await meOf(await logIn(login));
    await (await shop.serviceClient()).patch(`/customers/${String(id)}`, 200, { onHold: true });
    expectErrorMessage(await socialLogin({ ...(await provider.logIn(login)) }));
  });

  it('rejects a reused or unknown code and a wrong code verifier or nonce', async () => {
    const redirect = await provider.logIn(provider.addUser(verified()));
    expect((await socialLogin({ ...redirect, code: 'unknown' })).status).toBe(401);
    expect((await socialLogin({ ...redirect, code_verifier: 'x'.repeat(43) })).status).toBe(401);
    const other = await provider.logIn(provider.addUser(verified()));
    expect((await socialLogin({ ...other, nonce: 'of another login' })).status).toBe(401);
    const third = await provider.logIn(provider.addUser(verified()));
    expect((await socialLogin({ ...third })).status).toBe(200);
    const again = await socialLogin({ ...third });
    expect([again.status, again.body]).toEqual([401, { fault: expect.anything() }]);
  });

  it('rejects an invalid PKCE code verifier without calling the provider', async () => {
    const callsBefore = provider.requestedPaths.length;
    for (const code_verifier of ['x'.repeat(42), 'x'.repeat(129), '']) {
      expect(invalidFields(await socialLogin({ code: 'any', code_verifier }))).toEqual(['code_verifier']);
    }
    expect(provider.requestedPaths).toHaveLength(callsBefore);
  });

  it('accepts only registered redirect URIs, exactly matched, and defaults to the first one', async () => {
    const callsBefore = provider.requestedPaths.length;
    for (const redirect_uri of [
      `${provider.redirectUri}/`,
      'https://eve.test/callback',
      provider.redirectUri.toUpperCase(),
    ]) {
      expect(invalidFields(await socialLogin({ code: 'any', redirect_uri }))).toEqual(['redirect_uri']);
    }
    expect(provider.requestedPaths).toHaveLength(callsBefore);
    const redirect = await provider.logIn(provider.addUser(verified()));
    expect((await socialLogin({ ...redirect, redirect_uri: undefined })).status).toBe(200);
    const elsewhere = await provider.logIn(provider.addUser(verified()));
    expect((await socialLogin({ ...elsewhere, redirect_uri: 'https://shop.test/app' })).status).toBe(401);
  });

  it('accepts the token of the visitor in the query, and no redirect URI', async () => {
    const { sessionId, access_token } = await shop.logInAnonymously();
    const { code, code_verifier } = await provider.logIn(provider.addUser(verified()));
    const query = { code, code_verifier, anonymous_token: access_token };
    const { status, body } = await socialLogin(query, shop.unauthenticated);
    expect([status, body.session_id]).toEqual([200, sessionId]);
    const ada = await shop.customer();
    for (const [anonymous_token, rejection] of [
      [undefined, 401],
      ['forged', 401],
      [ada.token, 403],
    ] as const) {
      expect((await socialLogin({ code: 'any', anonymous_token }, shop.unauthenticated)).status).toBe(rejection);
    }
  });

  it('uses the provider named in the state, or else the default provider', async () => {
    const second = await IdentityProvider.listen();
    const providers = [settingsOf(provider), { ...settingsOf(second, 'google'), default: true }];
    await shop.addTenant('several', { identityProviders: providers });
    const visitor = await shop.visitor('several');
    const loginStatus = async (place: IdentityProvider, state?: string) => {
      const redirect = await place.logIn(place.addUser(verified()));
      return (await socialLogin({ ...redirect, state }, visitor)).status;
    };
    expect(await loginStatus(provider, 'keycloak--1234')).toBe(200);
    expect(await loginStatus(second, 'google--1234')).toBe(200);
    expect(await loginStatus(second, 'unknown--1234')).toBe(200);
    expect(await loginStatus(second)).toBe(200);
    expect(await loginStatus(provider)).toBe(401);
    expect(await loginStatus(second, 'keycloak--google--')).toBe(401);
    await second.close();
  });

  it('is rejected if the tenant has no identity provider', async () => {
    await shop.addTenant('none');
    expectErrorMessage(await socialLogin({ code: 'any' }, await shop.visitor('none')));
  });

  it('returns 404 and creates no customer if auto-provisioning is off', async () => {
    const closed = { identityProviders: [settingsOf(provider)], ssoCustomerAutoprovisioningDisabled: true };
    await shop.addTenant('closed', closed);
    const claims = verified();
    const visitor = await shop.visitor('closed');
    expectErrorMessage(await socialLogin({ ...(await provider.logIn(provider.addUser(claims))) }, visitor), 404);
    const found = await (
      await shop.serviceClient(undefined, 'closed')
    ).get(`/customers?q=contactEmail:${claims.email}`);
    expect(found).toEqual([]);
  });

  it('creates no customer without a verified e-mail address', async () => {
    const idToken = { email_verified: true };
    for (const claims of [
      verified({ email_verified: false }),
      {},
      // The ID token claims `email_verified` without an address; the address is in the profile.
      verified({ email_verified: false, idToken }),
      verified({ email_verified: undefined, idToken }),
    ]) {
      const response = await socialLogin({ ...(await provider.logIn(provider.addUser(claims))) });
      expectErrorMessage(response);
      expect(response.body.type).toBe('email_not_verified');
    }
  });

  it('requires and stores no e-mail address if customers are identified by subject', async () => {
    const settings = { identityProviders: [settingsOf(provider)], ssoCustomerIdentifierField: 'SUBJECT' as const };
    await shop.addTenant('subjects', { ...settings, activation: 'none' });
    const claims = verified({ email_verified: false });
    const login = provider.addUser(claims);
    const visitor = await shop.visitor('subjects');
    const { body } = await socialLogin({ ...(await provider.logIn(login)) }, visitor);
    const customer = new ApiClient(shop, String(body.access_token), 'subjects');
    const me = await customer.get('/me');
    expect(me).toMatchObject({ firstName: 'Ada', accounts: [{ id: login, providerId: login }] });
    expect(me).not.toHaveProperty('contactEmail');
    expect(await customer.get('/validateauthtoken')).not.toHaveProperty('email');
    const change = { currentPassword: 'old secret words', newPassword: 'new secret words' };
    expectErrorMessage(await customer.send('POST', '/password/change', { body: change }));
    const owner = { email: claims.email, password: 'old secret words' };
    await visitor.post('/signup', 201, owner);
    await visitor.post('/login', 200, owner);
  });

  describe('with the header session-id', () => {
    const loginWith = async (id: string, anonymous_token?: string) => {
      const { sessionId, access_token } = await shop.logInAnonymously();
      const query = { ...(await provider.logIn(provider.addUser(verified()))), anonymous_token };
      const { status, body } = await socialLogin(query, new ApiClient(shop, access_token), { 'session-id': id });
      return { status, own: sessionId, got: body.session_id };
    };

    it("continues a visitor's session only with a token of that visitor", async () => {
      const { sessionId, access_token } = await shop.logInAnonymously();
      await shop.addTenant('elsewhere');
      const [other, elsewhere] = [await shop.logInAnonymously(), await shop.logInAnonymously({}, 'elsewhere')];
      const ada = await shop.customer();
      for (const token of [undefined, '', 'garbage', other.access_token, elsewhere.access_token, ada.token]) {
        const { status, own, got } = await loginWith(sessionId, token);
        expect({ token, status, got }).toEqual({ token, status: 200, got: own });
      }
      expect(await loginWith(ada.login.session_id, ada.token)).not.toMatchObject({ got: ada.login.session_id });
      expect(await loginWith(sessionId, access_token)).toMatchObject({ status: 200, got: sessionId });
    });

    it("does not continue a visitor's session with an expired token", async () => {
      const { sessionId, access_token } = await shop.logInAnonymously();
      const { exp: _, ...claims } = decodeToken(access_token).claims as unknown as AccessClaims;
      const expired = shop.app.get(AccessTokens).sign(claims, -1);
      const { status, own, got } = await loginWith(sessionId, expired);
      expect([status, got]).toEqual([200, own]);
    });

    it("never takes over a customer's session, an ended session or an unknown session", async () => {
      const ada = await shop.customer();
      const ended = await shop.logInAnonymously();
      await shop.logIn(ada, new ApiClient(shop, ended.access_token));
      for (const id of [
        ada.login.session_id,
        ended.sessionId,
        'x',
        "' or 1=1",
        '00000000-0000-4000-8000-000000000000',
      ]) {
        const { status, own, got } = await loginWith(id);
        expect({ id, status, got }).toEqual({ id, status: 200, got: own });
      }
      expect((await ada.get('/me')).id).toBe(ada.id);
    });
  });

  describe('when the provider', () => {
    it.each([
      ['is down', 'down', /./],
      ['takes ten seconds', 'slow', /./],
      ['returns garbage', 'html', /./],
      ['fails', 'broken', /./],
      ['is down at the token endpoint', 'down', /^\/token/],
      ['takes ten seconds at the token endpoint', 'slow', /^\/token/],
      ['returns garbage at the token endpoint', 'html', /^\/token/],
      ['fails at the token endpoint', 'broken', /^\/token/],
      ['is slow to return its keys', 'slow', /^\/jwks/],
      ['returns garbage for its keys', 'html', /^\/jwks/],
      ['is down at the profile endpoint', 'down', /^\/me/],
      ['returns garbage at the profile endpoint', 'html', /^\/me/],
    ] as const)('%s, the login fails with a 400 after one attempt', async (_what, behavior, affectedPaths) => {
      // A new provider, so that nothing of it is cached.
      const fresh = await IdentityProvider.listen();
      await shop.addTenant('unreliable', { identityProviders: [settingsOf(fresh)] });
      shop.advanceClock(MINUTE);
      const redirect = await fresh.logIn(fresh.addUser(verified()));
      Object.assign(fresh, { behavior, affectedPaths });
      fresh.requestedPaths.length = 0;
      // The provider that takes ten seconds would accept the login in the end.
      const response = await socialLogin({ ...redirect }, await shop.visitor('unreliable'));
      expectErrorMessage(response);
      expect(response.body.type).toBe('provider_unavailable');
      expect(fresh.requestedPaths.filter((path) => affectedPaths.test(path))).toHaveLength(1);
      fresh.behavior = 'normal';
      const next = await fresh.logIn(fresh.addUser(verified()));
      expect((await socialLogin({ ...next }, await shop.visitor('unreliable'))).status).toBe(200);
      await fresh.close();
    });

    it('has rotated its keys, the new keys are fetched', async () => {
      await logIn(provider.addUser(verified()));
      provider.rotateKeys();
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await logIn(provider.addUser(verified()));
    });

    it('has revoked the client, the login fails with a 401', async () => {
      const fresh = await IdentityProvider.listen();
      await shop.addTenant('revoked', { identityProviders: [settingsOf(fresh)] });
      const redirect = await fresh.logIn(fresh.addUser(verified()));
      fresh.revoke('shop');
      expect((await socialLogin({ ...redirect }, await shop.visitor('revoked'))).status).toBe(401);
      await fresh.close();
    });
  });
});
