import { rows } from './support/rows.js';
import { LogRecorder } from './support/log-recorder.js';
import { type Response, type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';
import { staffActions } from './support/timeline.js';

/** `X-Forwarded-For` as proxies write it, and the address that it names. */
const spellings: [forwarded: string, address: string][] = [
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:50001', '203.0.113.7'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['[::ffff:203.0.113.9]:50001', '203.0.113.9'],
  ['2001:DB8:0:0::7', '2001:db8::7'],
  ['[2001:db8::7]:50001', '2001:db8::7'],
  ['fe80::7%eth0', 'fe80::7'],
  ['198.51.100.1, 203.0.113.7:50001, 10.0.0.2:50002', '203.0.113.7'],
  ['203.0.113.7, [::ffff:10.0.0.2]:50002', '203.0.113.7'],
  ['unknown', '127.0.0.1'],
  [`198.51.100.1, ${'x'.repeat(300)}`, '127.0.0.1'],
  ['203.0.113.7, <script>, 10.0.0.2', '10.0.0.2'],
];

describe('the network address of a client behind a trusted proxy', () => {
  let shop: Shop;
  let ada: LoggedInCustomer;
  let log: LogRecorder;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' }, { trustedProxies: ['::ffff:127.0.0.1', '10.0.0.0/8'] });
    log = new LogRecorder();
    shop.app.useLogger(log);
  });
  beforeEach(async () => (ada = await shop.customer()));
  afterAll(() => shop.close());

  const logIn = async (forwarded: string, person = { email: ada.email, password: ada.password }): Promise<Response> =>
    (await shop.visitor()).send('POST', '/login', { body: person, headers: { 'x-forwarded-for': forwarded } });
  const guess = (forwarded: string, email = ada.email) => logIn(forwarded, { email, password: 'a wrong guess' });

  it.each(spellings)('of %s is %s in sessions, consents, the history and the log', async (forwarded, address) => {
    const headers = { 'x-forwarded-for': forwarded };
    const { body } = await logIn(forwarded);
    const customer = new ApiClient(shop, String(body.access_token));
    expect(log.latestSecurityEvent('logged_in')).toMatchObject({ address });
    const [session] = await customer.get<{ origin: string }[]>('/me/sessions');
    expect(session?.origin).toBe(address);

    const consents = [{ id: 'terms', version: '1', accepted: true }];
    expect((await customer.send('PUT', '/me/consents', { body: { consents }, headers })).status).toBe(204);
    expect(await customer.get('/me/consents')).toMatchObject({ consents: [{ address }] });

    const service = await shop.serviceClient();
    await service.send('PATCH', `/customers/${ada.id}`, { body: { firstName: 'Ada' }, headers });
    const [entry] = await staffActions(service, ada.id);
    expect(entry?.actor).toMatchObject({ address });
  });

  it.each([
    ['ports', (n: number) => `203.0.113.7:${50_000 + n}`],
    ['IPv4 and IPv4-mapped addresses', (n: number) => (n % 2 ? '203.0.113.7' : '::ffff:203.0.113.7')],
    ['addresses of one /64', (n: number) => `2001:db8:0:7::${n + 1}`],
    ['strings that are not addresses', (n: number) => `text ${n}`],
  ])('counts as one network for the lockout despite different %s', async (_what, forwarded) => {
    for (let n = 0; n < 15; n++) expect((await guess(forwarded(n))).status).toBe(400);
    expect((await guess(forwarded(16))).status).toBe(429);
    expect((await logIn('198.51.100.9')).status).toBe(200);
  });

  it('counts as its /64 for rate limits', async () => {
    const left = async (forwarded: string): Promise<number> => {
      const { headers } = await guess(forwarded, shop.person().email);
      return Number(headers['ratelimit-remaining']);
    };
    const before = await left('2001:db8:0:8::1');
    expect(await left('[2001:db8:0:8:ffff::2]:443')).toBe(before - 1);
    expect(await left('2001:db8:0:9::1')).toBe(before);
  });

  it('is stored in full but counted as a network', async () => {
    const unknown = shop.person().email;
    await logIn('2001:db8:0:7::1');
    await guess('2001:db8:0:7::2', unknown);
    const counted = await rows(shop, `select distinct origin from login_failures where origin like '2001:db8:0:7:%'`);
    expect(counted).toEqual([{ origin: '2001:db8:0:7::/64' }]);
    expect(await rows(shop, `select 1 from sessions where origin = '2001:db8:0:7::1'`)).toHaveLength(1);
  });
});

it('the network address without a trusted proxy is that of the connection', async () => {
  const shop = await Shop.open({ activation: 'none' });
  const { email, password } = await shop.signUp();
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  const { body } = await (await shop.visitor()).send('POST', '/login', { body: { email, password }, headers });
  const [session] = await new ApiClient(shop, String(body.access_token)).get<{ origin: string }[]>('/me/sessions');
  expect(session?.origin).toBe('127.0.0.1');
  await shop.close();
});
