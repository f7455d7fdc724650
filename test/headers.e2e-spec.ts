import { Shop } from './support/shop.js';

describe('the headers of an answer', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it.each(['/health/live', '/docs', '/mailbox', '/nowhere', '/customer/shop/me'])('of %s', async (url) => {
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

  it('that carries tokens keep it from being stored', async () => {
    const [ada, staff] = [await shop.loggedIn(), await shop.staffToken()];
    const login = { body: { email: ada.email, password: ada.password } };
    const visitor = await shop.visitor();
    const answers = [
      staff,
      await visitor.send('POST', '/login', login),
      await visitor.send('GET', `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`),
      await ada.send('GET', '/validateauthtoken'),
    ];
    for (const { status, headers } of answers) {
      expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    }
  });
});

describe('an answer to somebody with a token', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  it('is kept in no cache, in either dialect, whatever it says', async () => {
    const [ada, clerk] = [await shop.loggedIn(), await shop.staff('support')];
    const authorization = { authorization: `Bearer ${ada.token ?? ''}` };
    const answers = [
      await ada.send('GET', '/me'),
      await ada.send('PATCH', '/me', { body: { firstName: 7 } }),
      await ada.send('GET', '/customers'),
      await clerk.send('GET', `/customers/${ada.id}`),
      await clerk.send('POST', '/assistedbuying/login', { body: { customerNumber: ada.id } }),
      await shop.stranger.send('GET', '/me'),
      await shop.send('GET', '/customers', { headers: authorization }),
      await shop.send('GET', '/customers/DE--0', { headers: authorization }),
      await shop.send('GET', '/agent-customer-search', { headers: authorization }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 403, 200, 200, 401, 200, 404, 401]);
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
  });

  it('is neither where a token is made in the second dialect', async () => {
    const [{ email, password }, { email: username, password: words }] = [await shop.loggedIn(), await shop.hired()];
    const post = (type: string, attributes: object) =>
      shop.send('POST', `/${type}`, { body: { data: { type, attributes } } });
    const answers = [
      await post('access-tokens', { username: email, password }),
      await post('access-tokens', { username: email, password: 'a wrong guess' }),
      await post('refresh-tokens', { refreshToken: 'x' }),
      await post('agent-access-tokens', { username, password: words }),
      await post('agent-access-tokens', { username, password: 'a wrong guess' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 401, 401, 201, 401]);
    for (const { headers } of answers) expect(headers['cache-control']).toBe('no-store');
  });
});

describe('in production', () => {
  it('browsers are told to come by TLS alone', async () => {
    const shop = await Shop.open({}, { mode: 'production' });
    const { headers } = await shop.send('GET', '/health/live');
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{7,}/);
    await shop.close();
  });
});
