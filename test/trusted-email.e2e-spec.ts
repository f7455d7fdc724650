import { assignCustomer, member } from './support/companies.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { type Response, type Body, Shop, ApiClient } from './support/shop.js';

/** Entra ID sends no `email_verified`. The shop trusts its addresses by the setting `trustEmail`. */
describe('a provider whose e-mail addresses the tenant trusts', () => {
  let shop: Shop;
  let entra: IdentityProvider;
  /** Another provider of the same tenant, without trust. */
  let other: IdentityProvider;
  beforeAll(async () => {
    [entra, other] = [await IdentityProvider.listen(), await IdentityProvider.listen()];
    shop = await Shop.open(settingsOf(true));
  });
  afterAll(async () => {
    await shop.close();
    await entra.close();
    await other.close();
  });

  const loginOf = (name: string, { issuer, redirectUri }: IdentityProvider, trustEmail: boolean) => ({
    ...{ name, issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri], trustEmail },
  });
  const exchangeOf = ({ issuer }: IdentityProvider, trustEmail: boolean) => ({
    ...{ jwks: `${issuer}/jwks`, issuer, trustEmail },
  });
  const settingsOf = (trustEmail: boolean) => ({
    activation: 'none' as const,
    identityProviders: [loginOf('entra', entra, trustEmail), loginOf('other', other, false)],
    tokenExchange: { default: exchangeOf(entra, trustEmail), overrides: { other: exchangeOf(other, false) } },
  });

  type LogIn = (login: string, tenant?: string) => Promise<Response>;
  const atProvider =
    (provider: IdentityProvider, name: string): LogIn =>
    async (login, tenant = 'shop') => {
      const query = new URLSearchParams({ ...(await provider.logIn(login)), state: `${name}--1` }).toString();
      return (await shop.visitor(tenant)).send('POST', `/socialLogin?${query}`);
    };
  const byExchange: LogIn = async (login, tenant = 'shop') => {
    const path = `/exchangeauthtoken?subjectAccessToken=${await entra.accessToken(login)}`;
    return (await shop.visitor(tenant)).send('POST', path);
  };
  const bySocialLogin: LogIn = (login, tenant) => atProvider(entra, 'entra')(login, tenant);
  const atOther: LogIn = (login, tenant) => atProvider(other, 'other')(login, tenant);

  const outcome = async (response: Response | Promise<Response>, tenant = 'shop'): Promise<unknown> => {
    const { status, body } = await response;
    return status === 200 ? (await new ApiClient(shop, String(body.access_token), tenant).get('/me')).id : body.type;
  };
  const user = (email: string, more: Claims = {}): string => entra.addUser({ email, ...more });
  const mailsTo = async (email: string): Promise<string[]> => (await shop.mailsTo(email)).map(({ kind }) => kind);

  /** A customer whom an employee or a synchronisation created, without a password. */
  const syncedCustomer = async (more: Body = {}, tenant = 'shop') => {
    const { email } = shop.person();
    const service = await shop.serviceClient(undefined, tenant);
    const path = '/customers?sendPasswordResetNotifications=false';
    const { id } = await service.post<{ id: string }>(path, 201, { contactEmail: email, ...more });
    await service.patch(`/customers/${id}`, 200, { active: true });
    return { id, email };
  };

  describe.each([
    ['a social login', bySocialLogin],
    ['a token exchange', byExchange],
  ])('with %s', (_way, logIn) => {
    it('links the account of a customer without a password, without a confirmation', async () => {
      const { id, email } = await syncedCustomer();
      const login = user(email);
      expect([await outcome(logIn(login)), await outcome(logIn(login))]).toEqual([id, id]);
      expect(await mailsTo(email)).toEqual(['identity-linked']);
      const { accounts } = await (await shop.serviceClient()).get(`/customers/${id}?expand=accounts`);
      expect(accounts).toEqual([{ id: email, providerId: login }]);
    });

    it('creates a customer with that address', async () => {
      const { email } = shop.person();
      const { body } = await logIn(user(email));
      expect(await new ApiClient(shop, String(body.access_token)).get('/me')).toMatchObject({ contactEmail: email });
    });

    it('ignores an address that the provider marks as unverified', async () => {
      const { email } = await syncedCustomer();
      expect(await outcome(logIn(user(email, { email_verified: false })))).toBe('email_not_verified');
      expect(await mailsTo(email)).toEqual([]);
    });

    it('does not link an account with a password: its owner must confirm', async () => {
      const signedUp = await shop.signUp();
      const created = await syncedCustomer({ password: 'old secret words' });
      for (const { email } of [signedUp, created]) {
        expect(await outcome(logIn(user(email)))).toBe('confirmation_required');
        expect(await mailsTo(email)).toContain('link-identity');
      }
      await shop.logIn(signedUp);
    });
  });

  it('is not trusted if the ID token marks the address of userinfo as unverified', async () => {
    const { email } = await syncedCustomer();
    const login = user(email, { idToken: { email_verified: false } });
    expect(await outcome(bySocialLogin(login))).toBe('email_not_verified');
  });

  it('does not link the account of a customer of another provider', async () => {
    const { email } = shop.person();
    const first = other.addUser({ email, email_verified: true });
    const id = await outcome(atOther(first));
    expect(await outcome(bySocialLogin(user(email)))).toBe('confirmation_required');
    expect(await outcome(atOther(first))).toBe(id);
  });

  it('does not link an account twice, even for concurrent logins of two subjects', async () => {
    const { id, email } = await syncedCustomer();
    const tokens = await Promise.all([user(email), user(email)].map((login) => entra.accessToken(login)));
    const visitor = await shop.visitor();
    const exchanged = tokens.map((token) => visitor.send('POST', `/exchangeauthtoken?subjectAccessToken=${token}`));
    const outcomes = await Promise.all(exchanged.map((response) => outcome(response)));
    expect(outcomes.sort()).toEqual([id, 'confirmation_required'].sort());
    expect(await outcome(bySocialLogin(user(email)))).toBe('confirmation_required');
  });

  it('accepts two concurrent logins of one subject', async () => {
    const { id, email } = await syncedCustomer();
    const login = user(email);
    expect(await Promise.all([outcome(byExchange(login)), outcome(byExchange(login))])).toEqual([id, id]);
  });

  it('does not link the account of a customer who may not log in', async () => {
    const service = await shop.serviceClient();
    for (const change of [{ onHold: true }, { active: false }, { type: 'CONTACT' }]) {
      const { id, email } = await syncedCustomer();
      await service.patch(`/customers/${id}`, 200, change);
      expect(await outcome(bySocialLogin(user(email)))).toBe('confirmation_required');
      expect(await service.get(`/customers/${id}?expand=accounts`)).toMatchObject({ accounts: [{ id: email }] });
    }
  });

  it('is unlinked when the owner of the account sets a password by mail', async () => {
    const { id, email } = await syncedCustomer();
    const login = user(email);
    expect(await outcome(bySocialLogin(login))).toBe(id);
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email });
    const { token } = await shop.mailTo(email, 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
    expect(await outcome(bySocialLogin(login))).toBe('confirmation_required');
  });

  it('keeps the mailed link for the first password valid, and is unlinked when the link is used', async () => {
    const { email } = shop.person();
    const service = await shop.serviceClient();
    const { id } = await service.post<{ id: string }>('/customers', 201, { contactEmail: email });
    await service.patch(`/customers/${id}`, 200, { active: true });
    const { token } = await shop.mailTo(email, 'initial-password');
    const login = user(email);
    expect(await outcome(bySocialLogin(login))).toBe(id);
    const body = { token, password: 'new secret words' };
    await (await shop.visitor()).post('/password/reset/update', 204, body);
    expect(await outcome(bySocialLogin(login))).toBe('confirmation_required');
  });

  it('ends a membership by invitation of a company Admin, but not one that an employee assigned', async () => {
    const admin = await member(shop, 'Admin');
    const { email } = shop.person();
    const { id: invited } = await admin.post<{ id: string }>('/customers', 201, { contactEmail: email });
    expect(await outcome(bySocialLogin(user(email)))).toBe(invited);
    await admin.get(`/customers/${invited}`, 404);
    const assigned = await syncedCustomer();
    await assignCustomer(shop, assigned, admin.company);
    expect(await outcome(bySocialLogin(user(assigned.email)))).toBe(assigned.id);
    await admin.get(`/customers/${assigned.id}`);
  });

  it('has no effect on the logins of another provider, or without the setting', async () => {
    await shop.addTenant('careful', settingsOf(false));
    const { email } = await syncedCustomer();
    const careful = await syncedCustomer({}, 'careful');
    expect(await outcome(atOther(other.addUser({ email, email_verified: true })))).toBe('confirmation_required');
    expect(await outcome(atOther(other.addUser({ email })))).toBe('email_not_verified');
    for (const logIn of [bySocialLogin, byExchange]) {
      expect(await outcome(logIn(user(careful.email), 'careful'))).toBe('email_not_verified');
      const login = user(careful.email, { email_verified: true });
      expect(await outcome(logIn(login, 'careful'))).toBe('confirmation_required');
    }
  });

  it('has no effect at a strict tenant', async () => {
    await shop.addTenant('strict', { ...settingsOf(true), strict: true });
    const { email } = await syncedCustomer({}, 'strict');
    const token = await entra.accessToken(user(email, { email_verified: true }));
    const headers = { 'subject-access-token': token };
    const response = await (await shop.visitor('strict')).send('POST', '/exchangeauthtoken', { headers });
    expect(await outcome(response, 'strict')).toBe('confirmation_required');
  });

  it('reaches only the customers of its own tenant', async () => {
    await shop.addTenant('evil', settingsOf(true));
    await shop.addTenant('victim', { activation: 'none' });
    const victim = await syncedCustomer({}, 'victim');
    const login = user(victim.email);
    const token = await entra.accessToken(login);
    const visitor = await shop.visitor('victim');
    expect((await visitor.send('POST', `/exchangeauthtoken?subjectAccessToken=${token}`)).status).toBe(400);
    expect((await bySocialLogin(login, 'victim')).status).toBe(400);
    const created = await byExchange(login, 'evil');
    expect(await outcome(created, 'evil')).not.toBe(victim.id);
    const headers = { authorization: `Bearer ${String(created.body.access_token)}` };
    expect((await shop.send('GET', '/customer/victim/me', { headers })).status).toBe(401);
    const service = await shop.serviceClient(undefined, 'victim');
    expect(await service.get(`/customers/${victim.id}?expand=accounts`)).toMatchObject({
      accounts: [{ id: victim.email }],
    });
  });
});
