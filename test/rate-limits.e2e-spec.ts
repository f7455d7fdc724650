import { sendCompanyRequest, member } from './support/companies.js';
import { DEFAULT_RATES, type Rates } from '../src/config/config.js';
import { type Response, Shop, type ApiClient } from './support/shop.js';

const PER_ADDRESS = 1200;
const PER_ADMINISTRATOR = 60;

/**
 * Sends `times` requests, twenty at a time, because no more searches of one caller may be queued.
 *
 * @returns the statuses
 */
async function inGroups(times: number, call: () => Promise<Response>): Promise<number[]> {
  const statuses = new Set<number>();
  for (let left = times; left > 0; left -= 20) {
    const responses = await Promise.all(Array.from({ length: Math.min(left, 20) }, call));
    for (const { status } of responses) statuses.add(status);
  }
  return [...statuses];
}

describe('a request that sends a mail', () => {
  let shop: Shop;
  let visitor: ApiClient;
  beforeEach(async () => {
    shop = await Shop.open();
    visitor = await shop.visitor();
  });
  afterEach(() => shop.close());

  const reset = (email: string): Promise<Response> => visitor.send('POST', '/password/reset', { body: { email } });

  it('is rejected above the limit of its address, despite a forged X-Forwarded-For', async () => {
    let sent = 0;
    const withForgedAddress = (body: object) =>
      visitor.send('POST', '/password/reset', { body, headers: { 'x-forwarded-for': `10.0.0.${++sent % 250}` } });
    const requestReset = () => withForgedAddress({ email: shop.person().email });
    // Requests that send no mail count too, and are faster.
    expect(await inGroups(PER_ADDRESS - 80, () => withForgedAddress({}))).toEqual([400]);
    expect(await inGroups(80, requestReset)).toEqual([204]);
    const { status, headers } = await requestReset();
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  it('returns how many requests are left', async () => {
    const { headers } = await reset(shop.person().email);
    expect(headers).toMatchObject({ 'ratelimit-limit': '1200', 'ratelimit-remaining': '1199' });
  });
});

describe('a request of a company Admin that may mail a colleague', () => {
  let shop: Shop;
  beforeEach(async () => (shop = await Shop.open()));
  afterEach(() => shop.close());

  it('is rejected above the limit per minute; employees are not limited', async () => {
    const [admin, staff] = [await member(shop, 'Admin'), await shop.serviceClient()];
    const rename = (caller: ApiClient) =>
      caller.send('PATCH', `/customers/${admin.id}`, { body: { firstName: 'Ada' } });
    expect(await inGroups(PER_ADMINISTRATOR, () => rename(admin))).toEqual([200]);
    expect((await rename(admin)).status).toBe(429);
    expect((await rename(staff)).status).toBe(200);
  });
});

it('exports of one customer are limited per minute; those of another one are not', async () => {
  const shop = await Shop.open();
  const [ada, eve] = [await shop.customer(), await shop.customer()];
  for (let time = 0; time < 20; time++) await ada.post('/me/export', 200, { password: ada.password });
  await ada.post('/me/export', 429, { password: ada.password });
  await eve.post('/me/export', 200, { password: eve.password });
  await shop.close();
});

it('social login and token exchange are limited by network address', async () => {
  const shop = await Shop.open();
  const visitor = await shop.visitor();
  for (const path of ['/socialLogin?code=x', '/exchangeauthtoken?subjectAccessToken=x']) {
    expect((await visitor.send('POST', path)).headers).toMatchObject({ 'ratelimit-limit': '6000' });
  }
  await shop.close();
});

it('introspection has a limit of its own, so that a busy service does not delay the logins of employees', async () => {
  const shop = await Shop.open();
  const { token = '' } = await shop.visitor();
  const remaining = async () => Number((await shop.requestToken()).headers['ratelimit-remaining']);
  const before = await remaining();
  expect((await shop.introspect(token)).headers).toMatchObject({ 'ratelimit-limit': '60000' });
  expect(await remaining()).toBe(before - 1);
  await shop.close();
});

describe('the usage of one network address', () => {
  /** A shop behind a trusted proxy, so that a test can choose the client address. */
  const open = (rates: Partial<Rates>): Promise<Shop> =>
    Shop.open({ activation: 'none' }, { trustedProxies: ['127.0.0.1'], rates: { ...DEFAULT_RATES, ...rates } });
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const visit = (shop: Shop, address: string) => shop.send('GET', loginOf(shop), { headers: from(address) });
  const signUp = async (shop: Shop, address: string, details: object = {}): Promise<Response> =>
    (await shop.visitor()).send('POST', '/signup', { body: { ...shop.person(), ...details }, headers: from(address) });
  const logIn = async (shop: Shop, address: string): Promise<Response> =>
    (await shop.visitor()).send('POST', '/login', { body: shop.person(), headers: from(address) });

  it.each([
    ['anonymous', visit],
    ['signup', signUp],
    ['login', logIn],
  ] as const)('has a configurable limit per minute for %s requests', async (name, call) => {
    const shop = await open({ [name]: 3 });
    for (let time = 0; time < 3; time++) expect((await call(shop, '203.0.113.7')).status).not.toBe(429);
    const { status, headers } = await call(shop, '203.0.113.7');
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '0' });
    expect((await call(shop, '203.0.113.8')).status).not.toBe(429);
    await shop.close();
  });

  it('is also limited in bytes across all routes; large sign-ups count more', async () => {
    const shop = await open({ storedMegabytes: 1 });
    // Rejected before the password is hashed.
    const details = { password: '', customerDetails: { mixins: { m: { text: 'x'.repeat(8000) } } } };
    const statuses: number[] = [];
    for (let time = 0; time < 40; time++) statuses.push((await signUp(shop, '203.0.113.7', details)).status);
    const full = statuses.indexOf(429);
    expect(full).toBeGreaterThan(10);
    expect([new Set(statuses.slice(0, full)), new Set(statuses.slice(full))]).toEqual([new Set([400]), new Set([429])]);
    const { headers } = await signUp(shop, '203.0.113.7', details);
    expect(Number(headers['retry-after'])).toBeGreaterThan(3000);
    // Small requests of visitors are still accepted for a while.
    expect((await visit(shop, '203.0.113.7')).status).toBe(200);
    await inGroups(140, () => visit(shop, '203.0.113.7'));
    expect((await visit(shop, '203.0.113.7')).status).toBe(429);
    expect((await visit(shop, '203.0.113.8')).status).toBe(200);
    await shop.close();
  });

  it('is not limited in bytes for a customer who has logged in', async () => {
    const shop = await open({ storedMegabytes: 1 });
    const [ada, visitor] = [await shop.customer(), await shop.visitor()];
    expect((await visitor.send('POST', '/signup', { body: { text: 'x'.repeat(110_000) } })).status).toBe(400);
    expect((await visitor.send('POST', '/signup', { body: { text: 'x'.repeat(20_000) } })).status).toBe(429);
    const { email, password } = ada;
    const change = { email, password, newEmail: shop.person().email };
    for (let time = 0; time < 20; time++) await ada.post('/me/accounts/internal/email/change', 204, change);
    await shop.close();
  });
});

describe('rejections of one network address', () => {
  const ATTACKER = { 'x-forwarded-for': '203.0.113.7' };
  const SHOP = { 'x-forwarded-for': '203.0.113.8' };
  let shop: Shop;
  beforeEach(async () => {
    const rates = { ...DEFAULT_RATES, rejections: 60 };
    shop = await Shop.open({ activation: 'none' }, { trustedProxies: ['127.0.0.1'], rates });
    for (let time = 0; time < 30; time++) await rejected(ATTACKER);
  });
  afterEach(() => shop.close());

  const rejected = (headers: object): Promise<Response> =>
    shop.send('GET', `/customer/${shop.tenant}/me`, { headers: headers as Record<string, string> });
  const visit = (headers: object): Promise<Response> =>
    shop.send('GET', loginOf(shop), { headers: headers as Record<string, string> });

  it('are delayed if there are very many; other responses and other addresses are not', async () => {
    const order: string[] = [];
    const note = async (name: string, call: Promise<Response>, status: number): Promise<void> => {
      expect((await call).status).toBe(status);
      order.push(name);
    };
    await Promise.all([
      note('rejection', rejected(ATTACKER), 401),
      note('visit', visit(ATTACKER), 200),
      note("another network's rejection", rejected(SHOP), 401),
    ]);
    expect(order.at(-1)).toBe('rejection');
  });

  it('leave at once when the service stops', async () => {
    const waiting = Array.from({ length: 12 }, () => rejected(ATTACKER));
    await visit(SHOP);
    await shop.close();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(12).fill(401));
    shop = await Shop.open();
    // The last rejection would otherwise wait for ten seconds.
  }, 8000);
});

it('the rate limits of a process can be switched off', async () => {
  const shop = await Shop.open({}, { rateLimits: false });
  const { headers } = await (
    await shop.visitor()
  ).send('POST', '/password/reset', { body: { email: shop.person().email } });
  expect(headers).not.toHaveProperty('ratelimit-limit');
  await shop.close();
});

it('a burst of 300 requests from one address is accepted', async () => {
  const shop = await Shop.open();
  expect(await inGroups(300, () => shop.send('GET', loginOf(shop)))).toEqual([200]);
  await shop.close();
});

const loginOf = ({ tenant }: Shop): string =>
  `/customerlogin/auth/anonymous/login?tenant=${tenant}&client_id=${tenant}-storefront`;

describe("a customer's search", () => {
  const PER_CUSTOMER = 120;

  it('is limited across all resources, for each customer separately and not for employees', async () => {
    const shop = await Shop.open();
    const [ada, bob, staff] = [await member(shop, 'Admin'), await member(shop, 'Admin'), await shop.serviceClient()];
    for (const caller of [ada, staff]) {
      expect(await inGroups(PER_CUSTOMER / 2, () => caller.send('GET', '/customers'))).toEqual([200]);
      expect(await inGroups(PER_CUSTOMER / 2, () => sendCompanyRequest(caller, 'GET', '/legal-entities'))).toEqual([
        200,
      ]);
    }
    const search = (caller: ApiClient) => caller.send('POST', '/customers/search', { body: { q: 'firstName:Ada' } });
    const { status, headers } = await search(ada);
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await sendCompanyRequest(ada, 'POST', '/legal-entities/search', { body: {} })).status).toBe(429);
    for (const caller of [bob, staff]) expect((await search(caller)).status).toBe(200);
    await ada.get(`/customers/${ada.id}`);
    await shop.close();
  });
});

it('login limits use the client address that a trusted proxy forwards', async () => {
  const shop = await Shop.open({}, { trustedProxies: ['127.0.0.1'] });
  const person = await shop.signUp();
  const visitor = await shop.visitor();
  const guess = (from: string) =>
    visitor.send('POST', '/login', {
      body: { email: person.email, password: 'a wrong guess' },
      headers: { 'x-forwarded-for': from },
    });
  for (let time = 0; time < 15; time++) await guess('203.0.113.7');
  expect((await guess('203.0.113.7')).status).toBe(429);
  expect((await guess('203.0.113.8')).status).toBe(400);
  await shop.close();
});
