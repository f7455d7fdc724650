import { type Answer, Shop, type Visitor } from './support/shop.js';

const PER_EMAIL = 20;
const PER_ADDRESS = 1200;

describe('a call that mails somebody', () => {
  let shop: Shop;
  let visitor: Visitor;
  beforeEach(async () => {
    shop = await Shop.open();
    visitor = await shop.visitor();
  });
  afterEach(() => shop.close());

  const reset = (email: string, headers: Record<string, string> = {}): Promise<Answer> =>
    visitor.send('POST', '/password/reset', { body: { email }, headers });
  const often = async (times: number, call: () => Promise<Answer>): Promise<number[]> => {
    const statuses: number[] = [];
    for (let time = 0; time < times; time++) statuses.push((await call()).status);
    return [...new Set(statuses)];
  };

  it('is refused when one e-mail address had too many in an hour, whether or not it has an account', async () => {
    const { email } = await shop.loggedIn();
    for (const asked of [email, shop.person().email]) {
      expect(await often(PER_EMAIL, () => reset(asked))).toEqual([204]);
      const { status, headers, body } = await reset(` ${asked.toUpperCase()}`);
      expect([status, body.type]).toEqual([429, 'too_many_requests']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(3500);
      expect(headers).toMatchObject({ 'ratelimit-limit': '20', 'ratelimit-remaining': '0' });
    }
    expect((await reset(shop.person().email)).status).toBe(204);
    expect(await shop.mailsTo(email)).toHaveLength(PER_EMAIL + 1);
  });

  it('is refused when one network address asks too often in a minute, whatever it says of itself', async () => {
    let sent = 0;
    const claiming = () => reset(shop.person().email, { 'x-forwarded-for': `10.0.0.${++sent % 250}` });
    const answers = await Promise.all(Array.from({ length: PER_ADDRESS }, claiming));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    const { status, headers } = await claiming();
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
  });

  it('tells how many are left', async () => {
    const { headers } = await reset(shop.person().email);
    expect(headers).toMatchObject({ 'ratelimit-limit': '20', 'ratelimit-remaining': '19' });
  });

  it('has the same limits in the second dialect, in its form', async () => {
    const { email } = shop.person();
    const body = { data: { type: 'customer-forgotten-password', attributes: { email } } };
    const ask = () => shop.send('POST', '/customer-forgotten-password', { body });
    expect(await often(PER_EMAIL, ask)).toEqual([204]);
    const { status, body: refusal } = await ask();
    expect([status, refusal.errors]).toEqual([
      429,
      [{ status: 429, detail: expect.stringContaining('Too many requests') }],
    ]);
  });
});

it('the limits of a process can be switched off', async () => {
  const shop = await Shop.open({}, { rateLimits: false });
  const visitor = await shop.visitor();
  for (let time = 0; time <= PER_EMAIL; time++)
    await visitor.post('/password/reset', 204, { email: 'ada@example.com' });
  await shop.close();
});

it('a burst of honest requests from one address passes', async () => {
  const shop = await Shop.open();
  const statuses = await Promise.all(
    Array.from({ length: 300 }, async () => (await shop.send('GET', loginOf(shop))).status),
  );
  expect(new Set(statuses)).toEqual(new Set([200]));
  await shop.close();
});

const loginOf = ({ tenant }: Shop): string =>
  `/customerlogin/auth/anonymous/login?tenant=${tenant}&client_id=${tenant}-storefront`;

it('a proxy that is trusted tells whose address counts', async () => {
  const shop = await Shop.open({}, { trustedProxies: ['127.0.0.1'] });
  const person = await shop.signedUp();
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
