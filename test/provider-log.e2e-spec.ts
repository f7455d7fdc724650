import { randomUUID } from 'node:crypto';
import { Listener } from './support/listener.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { type Answer, Shop } from './support/shop.js';

describe('the log of logins that a provider did not confirm', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  let listener: Listener;
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
        // Nobody listens at that port.
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
    listener = new Listener();
    shop.app.useLogger(listener);
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });
  beforeEach(() => {
    listener.said = [];
    secrets = [SECRET, 'not that secret'];
  });
  afterEach(() => {
    const all = JSON.stringify(listener.said);
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
  });

  /** Somebody whose claims must not be told. */
  const somebody = (more: Claims = {}): string => {
    const { email } = shop.person();
    const login = provider.know({ email, email_verified: true, given_name: 'Adalbertina', ...more });
    secrets.push(email, 'Adalbertina', login);
    return login;
  };
  const socialLogin = async (query: Record<string, string>): Promise<Answer> => {
    secrets.push(...Object.values(query).filter((value) => value.length > 20 && !value.includes('//')));
    return (await shop.visitor()).send('POST', `/socialLogin?${new URLSearchParams(query).toString()}`);
  };
  const exchange = async (token: string, config?: string): Promise<Answer> => {
    secrets.push(token);
    const query = new URLSearchParams({ subjectAccessToken: token, ...(config && { config }) });
    return (await shop.visitor()).send('POST', `/exchangeauthtoken?${query.toString()}`);
  };

  /** Exactly one line, of that request. */
  const expectTold = ({ headers }: Answer, facts: object): void => {
    const lines = listener.said.filter((what) => what.at(-1) === 'sso');
    const usual = { tenant: 'shop', requestId: headers['x-request-id'] };
    expect(lines).toEqual([[expect.anything(), 'An identity provider did not confirm a login', 'sso']]);
    // Through JSON, as it is written: what is undefined is left out.
    expect(JSON.parse(JSON.stringify(lines[0]?.[0]))).toEqual({ ...usual, ...facts });
  };

  it('says what the provider had against a code', async () => {
    const answer = await socialLogin({ code: randomUUID(), code_verifier: 'x'.repeat(43) });
    expect(answer.status).toBe(401);
    expectTold(answer, {
      provider: 'keycloak',
      code: 'OAUTH_RESPONSE_BODY_ERROR',
      reason: 'invalid_grant',
      description: 'grant request is invalid',
    });
  });

  it('says that the provider does not know the secret', async () => {
    const answer = await socialLogin({ ...(await provider.logIn(somebody())), state: 'wrong--1' });
    expect(answer.status).toBe(401);
    expectTold(answer, {
      provider: 'wrong',
      code: expect.any(String),
      reason: 'invalid_client',
      description: 'client authentication failed',
    });
  });

  it('says that the nonce differs', async () => {
    const answer = await socialLogin({ ...(await provider.logIn(somebody())), nonce: randomUUID() });
    expect(answer.status).toBe(401);
    expectTold(answer, { provider: 'keycloak', reason: 'nonce differs' });
  });

  it('says why a provider cannot be reached', async () => {
    const answer = await socialLogin({ code: 'any', state: 'down--1' });
    expect(answer.status).toBe(400);
    expectTold(answer, {
      provider: 'down',
      reason: 'something went wrong',
      cause: 'connect ECONNREFUSED 127.0.0.1:9',
    });
    listener.said = [];
    const token = await provider.accessToken(somebody());
    expectTold(await exchange(token, 'down'), {
      provider: 'down',
      code: 'ECONNREFUSED',
      reason: 'connect ECONNREFUSED 127.0.0.1:9',
    });
  });

  it.each<[string, string, Claims, object]>([
    ['is of another client', 'other_client', {}, { reason: 'azp or client_id differs' }],
    [
      'is for others',
      'other_audience',
      {},
      { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', reason: 'unexpected "aud" claim value' },
    ],
  ])('says that a token %s', async (_what, config, claims, facts) => {
    const answer = await exchange(await provider.accessToken(somebody(claims)), config);
    expect(answer.status).toBe(401);
    expectTold(answer, { provider: config, ...facts });
  });

  it.each([
    ['online', 'made-up', 'the token is not active'],
    ['online_issuer', undefined, 'iss differs'],
  ])('says what is wrong with a token that it asked about: %s', async (config, made, reason) => {
    const answer = await exchange(made ?? (await provider.accessToken(somebody(), 'shop')), config);
    expect(answer.status).toBe(401);
    expectTold(answer, { provider: config, reason });
  });

  it('says that a token was exchanged before', async () => {
    const token = await provider.accessToken(somebody());
    expect((await exchange(token)).status).toBe(200);
    listener.said = [];
    const again = await exchange(token);
    expect(again.status).toBe(401);
    expectTold(again, { provider: 'default', reason: 'the token was exchanged before' });
  });

  it('says nothing of a login that went well', async () => {
    expect((await socialLogin({ ...(await provider.logIn(somebody())) })).status).toBe(200);
    expect(listener.said.filter((what) => what.at(-1) === 'sso')).toEqual([]);
  });
});
