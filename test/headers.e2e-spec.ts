import { type Response, Shop } from './support/shop.js';

describe('response headers', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it.each(['/health/live', '/docs', '/mailbox', '/nowhere', '/customer/shop/me'])('secure %s', async (url) => {
    const { headers } = await shop.send('GET', url);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'access-control-allow-origin': '*',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  it('forbid storing a response with tokens', async () => {
    const [ada, staff] = [await shop.customer(), await shop.requestToken()];
    const login = { body: { email: ada.email, password: ada.password } };
    const visitor = await shop.visitor();
    const responses = [
      staff,
      await visitor.send('POST', '/login', login),
      await visitor.send('GET', `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`),
      await ada.send('GET', '/validateauthtoken'),
    ];
    for (const { status, headers } of responses) {
      expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    }
  });
});

describe('a response to a request with a token', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  it('is not cached in either API, regardless of its status', async () => {
    const [ada, clerk] = [await shop.customer(), await shop.employee('support')];
    const authorization = { authorization: `Bearer ${ada.token ?? ''}` };
    const responses = [
      await ada.send('GET', '/me'),
      await ada.send('PATCH', '/me', { body: { firstName: 7 } }),
      await ada.send('GET', '/customers'),
      await clerk.send('GET', `/customers/${ada.id}`),
      await clerk.send('POST', '/assistedbuying/login', { body: { customerNumber: ada.id } }),
      await shop.unauthenticated.send('GET', '/me'),
      await shop.send('GET', '/customers', { headers: authorization }),
      await shop.send('GET', '/customers/DE--0', { headers: authorization }),
      await shop.send('GET', '/agent-customer-search', { headers: authorization }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([200, 400, 403, 200, 200, 401, 200, 404, 401]);
    for (const { headers } of responses) expect(headers['cache-control']).toBe('no-store');
  });

  it('is not cached if the Glue API issues a token', async () => {
    const [{ email, password }, { email: username, password: secret }] = [
      await shop.customer(),
      await shop.createEmployee(),
    ];
    const post = (type: string, attributes: object) =>
      shop.send('POST', `/${type}`, { body: { data: { type, attributes } } });
    const responses = [
      await post('access-tokens', { username: email, password }),
      await post('access-tokens', { username: email, password: 'a wrong guess' }),
      await post('refresh-tokens', { refreshToken: 'x' }),
      await post('agent-access-tokens', { username, password: secret }),
      await post('agent-access-tokens', { username, password: 'a wrong guess' }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([201, 401, 401, 201, 401]);
    for (const { headers } of responses) expect(headers['cache-control']).toBe('no-store');
  });
});

describe('a 401', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const challengeOf = ({ status, headers }: Response) => [status, headers['www-authenticate']];

  it('names the Bearer scheme in the Emporix API', async () => {
    const { token } = await shop.visitor();
    const responses = [
      await shop.unauthenticated.send('GET', '/me'),
      await shop.unauthenticated.send('HEAD', '/me'),
      await shop.unauthenticated.send('GET', '/me', { headers: { authorization: 'Basic YTpi' } }),
      await shop.visitor().then((visitor) => visitor.send('GET', '/refreshauthtoken?refreshToken=x')),
      await shop.send('GET', '/admin/shop/settings', { headers: { authorization: `${token}` } }),
    ];
    for (const response of responses) expect(challengeOf(response)).toEqual([401, 'Bearer']);
  });

  it('names Basic at the token endpoint only for a client that used it', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = (body: string, headers = {}) =>
      shop.send('POST', '/oauth/token', { body, headers: { ...form, ...headers } });
    const basic = { authorization: `Basic ${btoa('shop-service:wrong')}` };
    const grant = 'grant_type=client_credentials';
    expect(challengeOf(await request(grant, basic))).toEqual([401, 'Basic realm="Foyer"']);
    expect(challengeOf(await request(`${grant}&client_id=shop-service&client_secret=wrong`))).toEqual([401, 'Bearer']);
  });
});

describe('the service in production', () => {
  it('sends Strict-Transport-Security', async () => {
    const shop = await Shop.open({}, { mode: 'production' });
    const { headers } = await shop.send('GET', '/health/live');
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{7,}/);
    await shop.close();
  });
});
