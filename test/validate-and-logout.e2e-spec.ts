import { validationError, invalidAccessToken, notAuthorized } from './support/responses.js';
import { member, sendCompanyRequest } from './support/companies.js';
import { type ApiClient, type LoggedInCustomer, Shop } from './support/shop.js';

describe('validateauthtoken', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  it('returns the owner of the token and the remaining seconds', async () => {
    const ada = await shop.customer();
    const { status, body, headers } = await ada.send<{ expires_in: number }>('GET', '/validateauthtoken');
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: expect.stringMatching(/customer\.customerprofile_view.* tenant=shop$/),
      sessionId: ada.login.session_id,
      email: ada.email,
    });
    expect(headers['cache-control']).toBe('no-store');
    expect(body.expires_in).toBeGreaterThan(2591990);
    shop.advanceClock(1000);
    const { expires_in } = await ada.get<{ expires_in: number }>('/validateauthtoken');
    expect(body.expires_in - expires_in).toBeGreaterThanOrEqual(1000);
    expect(body.expires_in - expires_in).toBeLessThan(1010);
  });

  it('returns the login e-mail, not the contact e-mail', async () => {
    const [contact, login] = [shop.person(), shop.person()];
    await (await shop.visitor()).post('/signup', 201, { ...contact, signup: login });
    const ada = await shop.logIn({ ...login, id: '' });
    expect(await ada.get('/validateauthtoken')).toMatchObject({ email: login.email });
  });

  it('rejects callers who are not customers', async () => {
    expect((await shop.unauthenticated.send('GET', '/validateauthtoken')).body).toEqual(invalidAccessToken);
    expect((await (await shop.visitor()).send('GET', '/validateauthtoken')).body).toEqual(notAuthorized);
    expect((await (await shop.serviceClient()).send('GET', '/validateauthtoken')).body).toEqual(notAuthorized);
  });
});

describe('the scopes of the identity service', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  const scopes = ({ token }: ApiClient, tenant = 'shop') =>
    shop.send('GET', `/iam/${tenant}/users/me/scopes`, {
      headers: { ...(token && { authorization: `Bearer ${token}` }) },
    });

  it('are those of the customer’s token', async () => {
    const ada = await shop.customer();
    const { status, body, headers } = await scopes(ada);
    const { scope } = await ada.get('/validateauthtoken');
    expect([status, body]).toEqual([200, { userId: ada.id, scopes: scope }]);
    expect(String(body.scopes).split(' ')).toEqual(expect.arrayContaining(['iam.scope_read_own', 'tenant=shop']));
    expect(headers['cache-control']).toBe('no-store');
  });

  it('lack those of a company that the customer no longer administers', async () => {
    const admin = await member(shop, 'Admin');
    expect((await scopes(admin)).body.scopes).toContain('customer.customer_manage_own');
    await sendCompanyRequest(await shop.serviceClient(), 'DELETE', `/contact-assignments/${admin.assignment}`);
    expect((await scopes(admin)).body.scopes).not.toContain('customer.customer_manage_own');
  });

  it('are returned to customers only', async () => {
    await shop.addTenant('other');
    const ada = await shop.customer();
    expect((await scopes(shop.unauthenticated)).body).toEqual(invalidAccessToken);
    expect((await scopes(ada, 'other')).body).toEqual(invalidAccessToken);
    for (const caller of [await shop.visitor(), await shop.serviceClient()]) {
      const { status, body } = await scopes(caller);
      expect([status, body]).toEqual([403, notAuthorized]);
    }
  });
});

describe('a logout', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  const logOut = (customer: LoggedInCustomer, accessToken = customer.token) =>
    customer.send('GET', `/logout?accessToken=${accessToken}`);
  const refresh = async ({ login }: LoggedInCustomer) =>
    (await shop.visitor()).send('GET', `/refreshauthtoken?refreshToken=${login.refresh_token}`);

  it('revokes the access token and the refresh token', async () => {
    const ada = await shop.customer();
    const { status, text, headers } = await logOut(ada);
    expect([status, text]).toEqual([204, '']);
    expect(headers['cache-control']).toBe('no-store');
    for (const path of ['/me', '/validateauthtoken', `/logout?accessToken=${ada.token}`]) {
      const response = await ada.send('GET', path);
      expect([response.status, response.body]).toEqual([401, invalidAccessToken]);
    }
    expect((await refresh(ada)).status).toBe(401);
    await shop.logIn(ada);
  });

  it('also revokes the tokens of a refresh', async () => {
    const ada = await shop.customer();
    const { body } = await refresh(ada);
    await logOut(ada);
    const headers = { authorization: `Bearer ${String(body.access_token)}` };
    expect((await shop.unauthenticated.send('GET', '/me', { headers })).body).toEqual(invalidAccessToken);
    const visitor = await shop.visitor();
    await visitor.get(`/refreshauthtoken?refreshToken=${String(body.refresh_token)}`, 401);
  });

  it.each(['/logout', '/logout?accessToken='])('requires the parameter accessToken: %s', async (path) => {
    const ada = await shop.customer();
    const { status, body } = await ada.send('GET', path);
    expect([status, body]).toEqual([400, validationError('accessToken')]);
    await ada.get('/me');
  });

  it("with another customer's token ends no session", async () => {
    const [ada, bob] = [await shop.customer(), await shop.customer()];
    const { status, body } = await logOut(ada, bob.token);
    expect([status, body]).toEqual([401, invalidAccessToken]);
    expect((await shop.unauthenticated.send('GET', `/logout?accessToken=${bob.token}`)).status).toBe(401);
    for (const customer of [ada, bob]) {
      await customer.get('/me');
      expect((await refresh(customer)).status).toBe(200);
    }
  });

  it("does not end the customer's other sessions, even with the same session id", async () => {
    const visitor = await shop.visitor();
    const person = await shop.signUp();
    const [laptop, phone, tab] = [
      await shop.logIn(person, visitor),
      await shop.logIn(person),
      await shop.logIn(person, visitor),
    ];
    await logOut(laptop);
    for (const other of [phone, tab]) {
      await other.get('/me');
      expect((await refresh(other)).status).toBe(200);
    }
  });
});
