import { invalidAccessToken, loginTokens, notAuthorized, aliasedValues, unknownCustomer } from './support/responses.js';
import { Shop, ApiClient } from './support/shop.js';
import { rows } from './support/rows.js';

const activated = { active: true, onHold: false };

describe('a customer who must be activated by an employee', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it('cannot log in before the activation and is notified of it by mail', async () => {
    const ada = await shop.signUp({ customerDetails: { firstName: 'Ada' } });
    const [visitor, service] = [await shop.visitor(), await shop.serviceClient()];
    await visitor.post('/login', 400, ada);
    expect(await service.get(`/customers/${ada.id}`)).toMatchObject({ active: false, onHold: false });
    const kinds = async () => (await shop.mailsTo(ada.email)).map(({ kind }) => kind);
    expect(await kinds()).toEqual(['awaiting-activation']);

    await service.patch(`/customers/${ada.id}`, 200, activated);
    await visitor.post('/login', 200, ada);
    expect(await service.get(`/customers/${ada.id}`)).toMatchObject({ active: true, onHold: false });
    expect((await shop.mailTo(ada.email, 'activated')).text).toContain('Hello,');

    await service.patch(`/customers/${ada.id}`, 200, activated);
    expect(await kinds()).toEqual(['activated', 'awaiting-activation']);
  });

  it('receives the mail regardless of the letter case of the address', async () => {
    const { email } = shop.person();
    const { id } = await shop.signUp({ email: email.toUpperCase() });
    await shop.activate(id);
    expect((await shop.mailsTo(email)).map(({ kind }) => kind)).toEqual(['activated', 'awaiting-activation']);
  });

  it.each([{ active: false }, { onHold: true }])('loses all tokens immediately after %p', async (decision) => {
    const ada = await shop.customer();
    const login = { email: ada.email, password: ada.password };
    const [phone, bob] = [await shop.logIn(ada), await shop.customer()];
    const [visitor, service] = [await shop.visitor(), await shop.serviceClient()];
    await service.patch(`/customers/${ada.id}`, 200, decision);
    for (const session of [ada, phone]) {
      const { status, body } = await session.send('GET', '/me');
      expect([status, body]).toEqual([401, invalidAccessToken]);
      await visitor.get(`/refreshauthtoken?refreshToken=${session.login.refresh_token}`, 401);
    }
    await visitor.post('/login', 400, login);
    await bob.get('/me');

    await service.patch(`/customers/${ada.id}`, 200, activated);
    await visitor.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`, 401);
    await ada.get('/me', 401);
    await visitor.post('/login', 200, login);
  });

  it('is found only by customer number', async () => {
    const service = await shop.serviceClient();
    for (const method of ['GET', 'PATCH']) {
      const { status, body } = await service.send(method, '/customers/C0033', method === 'PATCH' ? { body: {} } : {});
      expect([status, body]).toEqual([404, unknownCustomer('C0033')]);
    }
  });

  it('is updated only with customer_manage and read only with customer_read', async () => {
    const { id } = await shop.signUp();
    const [reader, manager] = [
      await shop.serviceClient('customer.customer_read'),
      await shop.serviceClient('customer.customer_manage'),
    ];
    await reader.get(`/customers/${id}`);
    const { status, body } = await reader.send('PATCH', `/customers/${id}`, { body: activated });
    expect([status, body]).toEqual([403, notAuthorized]);
    expect(await reader.get(`/customers/${id}`)).toMatchObject({ active: false });
    await manager.patch(`/customers/${id}`, 200, activated);
    expect((await manager.send('GET', `/customers/${id}`)).body).toEqual(notAuthorized);
  });

  it.each([{ active: 'yes' }, { active: null }, { onHold: 1 }])('is not updated by an invalid %p', async (decision) => {
    const { id } = await shop.signUp();
    const service = await shop.serviceClient();
    await service.patch(`/customers/${id}`, 400, decision);
    expect(await service.get(`/customers/${id}`)).toMatchObject({ active: false, onHold: false });
  });
});

describe('a customer who must confirm the e-mail', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'email' })));
  afterAll(() => shop.close());

  const optInOf = async (email: string) => (await shop.mailTo(email, 'opt-in')).token;

  it('is logged in by the mailed link, with the session id of the visitor', async () => {
    const ada = await shop.signUp();
    const { access_token: token, sessionId } = await shop.logInAnonymously();
    const visitor = new ApiClient(shop, token);
    await visitor.post('/login', 400, ada);
    const mail = await shop.mailTo(ada.email, 'opt-in');
    expect(mail.text).toContain(`http://localhost:8080/signup/confirm?token=${mail.token}`);

    const { status, body, headers } = await visitor.send('GET', `/signup/optin/${mail.token}`);
    expect(status).toBe(200);
    expect(body).toEqual(loginTokens(sessionId));
    for (const [present, deprecated] of aliasedValues(body)) expect(deprecated).toBe(present);
    expect(headers['cache-control']).toBe('no-store');
    const me = await shop.unauthenticated.send('GET', '/me', {
      headers: { authorization: `Bearer ${String(body.access_token)}` },
    });
    expect(me.body).toMatchObject({ id: ada.id, lastLogin: expect.any(String) });
    await visitor.post('/login', 200, ada);
  });

  it('can use the link only once', async () => {
    const { email } = await shop.signUp();
    const [visitor, token] = [await shop.visitor(), await optInOf(email)];
    const responses = await Promise.all([1, 2, 3].map(() => visitor.send('GET', `/signup/optin/${token}`)));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
    const { body } = await visitor.send('GET', `/signup/optin/${token}`);
    expect(body).toEqual({ status: 400, type: 'bad_request', message: expect.any(String) });
  });

  it('must use the link within three days', async () => {
    const [early, late] = [await shop.signUp(), await shop.signUp()];
    const tokens = [await optInOf(early.email), await optInOf(late.email)];
    shop.advanceClock(3 * 24 * 3600 - 60);
    await (await shop.visitor()).get(`/signup/optin/${tokens[0]}`);
    shop.advanceClock(60);
    const visitor = await shop.visitor();
    await visitor.get(`/signup/optin/${tokens[1]}`, 400);
    await visitor.post('/login', 400, late);
    await visitor.post('/signup/optin/refresh_token', 202, { email: late.email });
    await visitor.get(`/signup/optin/${await optInOf(late.email)}`);
  });

  it('can request a new link, which revokes the older one', async () => {
    const { email } = await shop.signUp();
    const [visitor, older] = [await shop.visitor(), await optInOf(email)];
    await visitor.post('/signup/optin/refresh_token', 202, { email: email.toUpperCase() });
    const newer = await optInOf(email);
    expect(newer).not.toBe(older);
    await visitor.get(`/signup/optin/${older}`, 400);
    await visitor.get(`/signup/optin/${newer}`);
  });

  it('gets the same response to a new link request as any other address', async () => {
    const [pending, confirmed, unknown] = [await shop.signUp(), await shop.signUp(), shop.person()];
    const visitor = await shop.visitor();
    await visitor.get(`/signup/optin/${await optInOf(confirmed.email)}`);
    const requestLink = (email: string) => visitor.send('POST', '/signup/optin/refresh_token', { body: { email } });
    const [first, ...others] = await Promise.all([pending, confirmed, unknown].map(({ email }) => requestLink(email)));
    for (const { status, text } of others) expect([status, text]).toEqual([first?.status, first?.text]);
    expect(await shop.mailsTo(pending.email)).toHaveLength(2);
    expect(await shop.mailsTo(confirmed.email)).toHaveLength(1);
    expect(await shop.mailsTo(unknown.email)).toEqual([]);
    expect((await requestLink('no address')).status).toBe(400);
  });

  it("is not confirmed by a mail scanner, which has no visitor's token", async () => {
    const { email } = await shop.signUp();
    const [visitor, token] = [await shop.visitor(), await optInOf(email)];
    const { status, body } = await shop.unauthenticated.send('GET', `/signup/optin/${token}`);
    expect([status, body]).toEqual([401, invalidAccessToken]);
    for (const client of [shop.unauthenticated, visitor]) await client.send('HEAD', `/signup/optin/${token}`);
    await visitor.get(`/signup/optin/${token}`);
  });

  it('is not confirmed by a token of another kind or tenant', async () => {
    await shop.addTenant('other', { activation: 'email' });
    const ada = await shop.signUp();
    const [visitor, token] = [await shop.visitor(), await optInOf(ada.email)];
    await (await shop.visitor('other')).get(`/signup/optin/${token}`, 400);
    await visitor.post('/password/reset', 204, { email: ada.email });
    await visitor.get(`/signup/optin/${(await shop.mailTo(ada.email, 'password-reset')).token}`, 400);
    await visitor.post('/password/reset/update', 400, { token, password: 'new secret words' });
    await visitor.get('/signup/optin/refresh_token', 400);
    await visitor.post(`/signup/optin/${token}`, 404, { email: ada.email });
    await visitor.get(`/signup/optin/${token}`);
  });

  it.each([{ active: false }, { onHold: true }])('cannot use the link after %p', async (decision) => {
    const ada = await shop.signUp();
    const [visitor, service] = [await shop.visitor(), await shop.serviceClient()];
    await service.patch(`/customers/${ada.id}`, 200, decision);
    await visitor.get(`/signup/optin/${await optInOf(ada.email)}`, 400);
    await visitor.post('/signup/optin/refresh_token', 202, { email: ada.email });
    expect(await shop.mailsTo(ada.email)).toHaveLength(1);
    await visitor.post('/login', 400, ada);
    expect(await service.get(`/customers/${ada.id}`)).toMatchObject({ active: false });
  });
});

describe('a customer who must confirm the e-mail and be activated by an employee', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'both' })));
  afterAll(() => shop.close());

  const changeSettings = async (body: object): Promise<void> => {
    const { token } = await shop.employee();
    const headers = { authorization: `Bearer ${token ?? ''}` };
    expect((await shop.send('PATCH', '/admin/shop/settings', { body, headers })).status).toBe(200);
  };

  it('cannot log in until both are done, the e-mail first', async () => {
    const ada = await shop.signUp();
    const visitor = await shop.visitor();
    const { token } = await shop.mailTo(ada.email, 'opt-in');
    expect(await visitor.get(`/signup/optin/${token}`, 200)).toEqual({ status: 'awaiting_activation' });
    await visitor.get(`/signup/optin/${token}`, 400);
    await visitor.post('/login', 400, ada);
    await shop.activate(ada.id);
    await visitor.post('/login', 200, ada);
  });

  it('cannot log in until both are done, the employee first', async () => {
    const ada = await shop.signUp();
    const visitor = await shop.visitor();
    await shop.activate(ada.id);
    await visitor.post('/login', 400, ada);
    const { token } = await shop.mailTo(ada.email, 'opt-in');
    expect(await visitor.get(`/signup/optin/${token}`)).toHaveProperty('access_token');
    await visitor.post('/login', 200, ada);
  });

  it('still depends on the employee when the tenant switches to e-mail confirmation', async () => {
    const [deactivated, waiting] = [await shop.signUp(), await shop.signUp()];
    const [visitor, service] = [await shop.visitor(), await shop.serviceClient()];
    await service.patch(`/customers/${deactivated.id}`, 200, { active: false });
    await changeSettings({ activation: 'email' });
    await visitor.post('/signup/optin/refresh_token', 202, { email: deactivated.email });
    expect(await shop.mailsTo(deactivated.email)).toHaveLength(1);
    const { token } = await shop.mailTo(waiting.email, 'opt-in');
    expect(await visitor.get(`/signup/optin/${token}`)).toEqual({ status: 'awaiting_activation' });
    await changeSettings({ activation: 'both' });
    expect(await service.get(`/customers/${waiting.id}`)).toMatchObject({ active: false });
    await shop.activate(waiting.id);
    await visitor.post('/login', 200, waiting);
  });

  it('can still confirm the e-mail after a hold has ended', async () => {
    const ada = await shop.signUp();
    const [visitor, service] = [await shop.visitor(), await shop.serviceClient()];
    await service.patch(`/customers/${ada.id}`, 200, { onHold: true });
    await service.patch(`/customers/${ada.id}`, 200, activated);
    await visitor.post('/signup/optin/refresh_token', 202, { email: ada.email });
    await visitor.get(`/signup/optin/${(await shop.mailTo(ada.email, 'opt-in')).token}`);
    await visitor.post('/login', 200, ada);
  });
});

describe('a new customer', () => {
  it('can log in right after sign-up when no activation is required', async () => {
    const shop = await Shop.open({ activation: 'none' });
    try {
      const ada = await shop.signUp();
      await (await shop.visitor()).post('/login', 200, ada);
      expect(await shop.mailsTo(ada.email)).toEqual([]);
    } finally {
      await shop.close();
    }
  });

  it('cannot log in until the hold ends when new customers are on hold', async () => {
    const shop = await Shop.open({ activation: 'none', customerOnHoldOnCreation: true });
    try {
      const ada = await shop.signUp();
      const [visitor, service] = [await shop.visitor(), await shop.serviceClient()];
      expect(await service.get(`/customers/${ada.id}`)).toMatchObject({ active: true, onHold: true });
      await visitor.post('/login', 400, ada);
      await service.patch(`/customers/${ada.id}`, 200, { onHold: false });
      expect(await shop.mailTo(ada.email, 'activated')).toBeDefined();
      await visitor.post('/login', 200, ada);
    } finally {
      await shop.close();
    }
  });

  it('stays on hold after confirming the e-mail', async () => {
    const shop = await Shop.open({ activation: 'email', customerOnHoldOnCreation: true });
    try {
      const ada = await shop.signUp();
      const visitor = await shop.visitor();
      const { token } = await shop.mailTo(ada.email, 'opt-in');
      expect(await visitor.get(`/signup/optin/${token}`)).toEqual({ status: 'awaiting_activation' });
      await visitor.post('/login', 400, ada);
      expect(await rows(shop, `select 1 from sessions where kind = 'customer'`)).toEqual([]);
    } finally {
      await shop.close();
    }
  });
});
