import { randomUUID } from 'node:crypto';
import { LogRecorder } from './support/log-recorder.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { type Response, Shop } from './support/shop.js';

describe('the log of logins that a provider did not confirm', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  let log: LogRecorder;
  let secrets: string[];
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri, api: audience } = provider;
    const code = { clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
    const online = { domain: issuer, tokenIntrospectEndpoint: 'token/introspection', clientId: 'shop' };
    shop = await Shop.open({
      identityProviders: [
        { ...code, name: 'keycloak', issuer },
        { ...code, name: 'wrong', issuer, clientSecret: 'not that secret' },
        // No server listens on this port.
        { ...code, name: 'down', issuer: 'http://127.0.0.1:9' },
      ],
      tokenExchange: {
        default: { jwks: `${issuer}/jwks`, issuer, audience, tokenClientId: 'app' },
        overrides: {
          other_client: { jwks: `${issuer}/jwks`, tokenClientId: 'other' },
          other_audience: { jwks: `${issuer}/jwks`, audience: 'https://other.test' },
          online: { ...online, clientSecret: SECRET },
          online_issuer: { ...online, clientSecret: SECRET, issuer: 'https://other.test' },
          down: { jwks: 'http://127.0.0.1:9/jwks' },
        },
      },
    });
    log = new LogRecorder();
    shop.app.useLogger(log);
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });
  beforeEach(() => {
    log.entries = [];
    secrets = [SECRET, 'not that secret'];
  });
  afterEach(() => {
    const all = JSON.stringify(log.entries);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });

  /** Adds a person whose claims must not be logged. */
  const newPerson = (more: Claims = {}): string => {
    const { email } = shop.person();
    const login = provider.addUser({ email, email_verified: true, given_name: 'Adalbertina', ...more });
    secrets.push(email, 'Adalbertina', login);
    return login;
  };
  const socialLogin = async (query: Record<string, string>): Promise<Response> => {
    secrets.push(...Object.values(query).filter((value) => value.length > 20 && !value.includes('//')));
    return (await shop.visitor()).send('POST', `/socialLogin?${new URLSearchParams(query).toString()}`);
  };
  const exchange = async (token: string, config?: string): Promise<Response> => {
    secrets.push(token);
    const query = new URLSearchParams({ subjectAccessToken: token, ...(config && { config }) });
    return (await shop.visitor()).send('POST', `/exchangeauthtoken?${query.toString()}`);
  };

  /** Requires exactly one line, for this request. */
  const expectLogged = ({ headers }: Response, facts: object): void => {
    const lines = log.entries.filter((entry) => entry.at(-1) === 'sso');
    const common = { tenant: 'shop', requestId: headers['x-request-id'] };
    expect(lines).toEqual([[expect.anything(), 'An identity provider did not confirm a login', 'sso']]);
    // Through JSON, as in the log: undefined values are omitted.
    expect(JSON.parse(JSON.stringify(lines[0]?.[0]))).toEqual({ ...common, ...facts });
  };

  it('contains the reason why the provider rejected a code', async () => {
    const response = await socialLogin({ code: randomUUID(), code_verifier: 'x'.repeat(43) });
    expect(response.status).toBe(401);
    expectLogged(response, {
      provider: 'keycloak',
      code: 'OAUTH_RESPONSE_BODY_ERROR',
      reason: 'invalid_grant',
      description: 'grant request is invalid',
    });
  });

  it('contains the error of a wrong client secret', async () => {
    const response = await socialLogin({ ...(await provider.logIn(newPerson())), state: 'wrong--1' });
    expect(response.status).toBe(401);
    expectLogged(response, {
      provider: 'wrong',
      code: expect.any(String),
      reason: 'invalid_client',
      description: 'client authentication failed',
    });
  });

  it('contains a mismatch of the nonce', async () => {
    const response = await socialLogin({ ...(await provider.logIn(newPerson())), nonce: randomUUID() });
    expect(response.status).toBe(401);
    expectLogged(response, { provider: 'keycloak', reason: 'nonce differs' });
  });

  it('contains the reason why a provider cannot be reached', async () => {
    const response = await socialLogin({ code: 'any', state: 'down--1' });
    expect(response.status).toBe(400);
    expectLogged(response, {
      provider: 'down',
      reason: 'something went wrong',
      cause: 'connect ECONNREFUSED 127.0.0.1:9',
    });
    log.entries = [];
    const token = await provider.accessToken(newPerson());
    expectLogged(await exchange(token, 'down'), {
      provider: 'down',
      code: 'ECONNREFUSED',
      reason: 'connect ECONNREFUSED 127.0.0.1:9',
    });
  });

  it.each<[string, string, Claims, object]>([
    ['is of another client', 'other_client', {}, { reason: 'azp or client_id differs' }],
    [
      'is for another audience',
      'other_audience',
      {},
      { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', reason: 'unexpected "aud" claim value' },
    ],
  ])('contains the reason that a token %s', async (_what, config, claims, facts) => {
    const response = await exchange(await provider.accessToken(newPerson(claims)), config);
    expect(response.status).toBe(401);
    expectLogged(response, { provider: config, ...facts });
  });

  it.each([
    ['online', 'unknown', 'the token is not active'],
    ['online_issuer', undefined, 'iss differs'],
  ])('contains the reason why the introspection of a token failed: %s', async (config, forged, reason) => {
    const response = await exchange(forged ?? (await provider.accessToken(newPerson(), 'shop')), config);
    expect(response.status).toBe(401);
    expectLogged(response, { provider: config, reason });
  });

  it('contains the reason that a token was already exchanged', async () => {
    const token = await provider.accessToken(newPerson());
    expect((await exchange(token)).status).toBe(200);
    log.entries = [];
    const again = await exchange(token);
    expect(again.status).toBe(401);
    expectLogged(again, { provider: 'default', reason: 'the token was exchanged before' });
  });

  it('contains no line for a successful login', async () => {
    expect((await socialLogin({ ...(await provider.logIn(newPerson())) })).status).toBe(200);
    expect(log.entries.filter((entry) => entry.at(-1) === 'sso')).toEqual([]);
  });
});
