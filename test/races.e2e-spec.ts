import { type LoggedInCustomer, Shop } from './support/shop.js';

/** An attacker who knows the old password acts while the owner resets it. */
describe('a password reset during concurrent requests', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const NEW = 'new secret words';
  const rounds = [1, 2, 3, 4];

  const reset = async (ada: LoggedInCustomer): Promise<() => Promise<unknown>> => {
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    return () => visitor.post('/password/reset/update', 204, { token, password: NEW });
  };

  it.each(rounds)('leaves no session that was started with the old password (%i)', async () => {
    const ada = await shop.customer();
    const resetting = await reset(ada);
    const visitors = await Promise.all(Array.from({ length: 12 }, () => shop.visitor()));
    const [, ...logins] = await Promise.all([
      resetting(),
      ...visitors.map((visitor) =>
        visitor.send<{ access_token?: string }>('POST', '/login', {
          body: { email: ada.email, password: ada.password },
        }),
      ),
    ]);
    const tokens = logins.flatMap(({ body }) => (body.access_token ? [body.access_token] : []));
    for (const token of tokens) {
      const response = await ada.send('GET', '/me', { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(401);
    }
  });

  it.each(rounds)('is not overwritten by a change with the old password (%i)', async () => {
    const ada = await shop.customer();
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    const body = { currentPassword: ada.password, newPassword: 'words of a thief' };
    const [reset, change] = await Promise.all([
      visitor.send('POST', '/password/reset/update', { body: { token, password: NEW } }),
      ada.send('POST', '/password/change', { body }),
    ]);
    // A change that was committed first has revoked the token of the reset. Otherwise it has changed nothing.
    expect([reset.status, change.status].filter((status) => status === 204)).toHaveLength(1);
    const password = reset.status === 204 ? NEW : body.newPassword;
    await visitor.post('/login', 200, { email: ada.email, password });
  });

  it.each(rounds)('leaves no pending e-mail change that was requested with the old password (%i)', async () => {
    const ada = await shop.customer();
    const resetting = await reset(ada);
    const newEmail = shop.person().email;
    const body = { email: ada.email, password: ada.password, newEmail };
    await Promise.all([resetting(), ada.send('POST', '/me/accounts/internal/email/change', { body })]);
    const [mail] = await shop.mailsTo(newEmail);
    if (mail)
      await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 400, { token: mail.token });
    await (await shop.visitor()).post('/login', 200, { email: ada.email, password: NEW });
  });
});

describe('a deactivation during the confirmation of an e-mail', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it.each([1, 2, 3, 4])('stays in effect, and neither request fails (%i)', async () => {
    const ada = await shop.customer();
    const newEmail = shop.person().email;
    const change = { email: ada.email, password: ada.password, newEmail, syncContactEmail: true };
    await ada.post('/me/accounts/internal/email/change', 204, change);
    const { token } = await shop.mailTo(newEmail, 'email-change');
    const [visitor, staff] = [await shop.visitor(), await shop.serviceClient()];
    const [confirmed, deactivated] = await Promise.all([
      visitor.send('POST', '/me/accounts/internal/email/change/confirm', { body: { token } }),
      staff.send('PATCH', `/customers/${ada.id}`, { body: { active: false } }),
    ]);
    expect([204, 400]).toContain(confirmed.status);
    expect(deactivated.status).toBe(200);
    expect(await staff.get(`/customers/${ada.id}`)).toMatchObject({ active: false });
  });
});

describe('the service under hostile input', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it('returns a short response to a body with a huge key', async () => {
    const body = { ['k'.repeat(400_000)]: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [n, '\0'])) };
    const response = await shop.send('POST', '/oauth/token', { body });
    expect(response.status).toBe(400);
    expect(response.text.length).toBeLessThan(50_000);
  });

  it('rejects a body with too many values', async () => {
    const ada = await shop.customer();
    await ada.post('/me/addresses', 400, { unknown: Array.from({ length: 30_000 }, () => 0) });
  });

  it('limits all mixins of a customer together to 64 KiB', async () => {
    const ada = await shop.customer();
    await ada.patch('/me', 200, { mixins: { one: 'x'.repeat(40_000) } });
    await ada.patch('/me', 400, { mixins: { two: 'x'.repeat(40_000) } });
  });

  it('does not set lastLogin for a login with a revoked visitor token', async () => {
    const { id, email, password } = await shop.signUp();
    await shop.activate(id);
    const { refresh_token, access_token } = await shop.logInAnonymously();
    const refreshUrl = `/customerlogin/auth/anonymous/refresh?tenant=shop&client_id=shop-storefront&refresh_token=${refresh_token}`;
    await shop.send('GET', refreshUrl);
    shop.advanceClock(11);
    await shop.send('GET', refreshUrl);
    for (const attempt of [password, 'not the password']) {
      const response = await shop.unauthenticated.send('POST', '/login', {
        body: { email, password: attempt },
        headers: { authorization: `Bearer ${access_token}` },
      });
      expect(response.status).toBe(401);
    }
    expect(await (await shop.serviceClient()).get(`/customers/${id}`)).toMatchObject({ lastLogin: null });
  });
});

describe('the token endpoint', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it('accepts client credentials in the header, as sent by Swagger UI (RFC 6749 2.3.1)', async () => {
    const requestToken = (secret: string) =>
      shop.send('POST', '/oauth/token', {
        body: 'grant_type=client_credentials',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${btoa(`shop-service:${encodeURIComponent(secret)}`)}`,
        },
      });
    expect((await requestToken('the secret of the service')).status).toBe(200);
    expect((await requestToken('another secret')).status).toBe(401);
  });
});
