import { manage, member } from './support/companies.js';
import { type Answer, Shop, type Visitor } from './support/shop.js';

const PER_EMAIL = 20;
const PER_ADDRESS = 1200;
const PER_ADMINISTRATOR = 60;

/**
 * So many calls, forty at a time: all at once, a slow machine would have no connection for the last.
 *
 * @returns the statuses
 */
async function inGroups(times: number, call: () => Promise<Answer>): Promise<number[]> {
  const statuses = new Set<number>();
  for (let left = times; left > 0; left -= 40) {
    const answers = await Promise.all(Array.from({ length: Math.min(left, 40) }, call));
    for (const { status } of answers) statuses.add(status);
  }
  return [...statuses];
}

describe('a call that mails somebody', () => {
  let shop: Shop;
  let visitor: Visitor;
  beforeEach(async () => {
    shop = await Shop.open();
    visitor = await shop.visitor();
  });
  afterEach(() => shop.close());

  const reset = (email: string): Promise<Answer> => visitor.send('POST', '/password/reset', { body: { email } });
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
    const claiming = (body: object) =>
      visitor.send('POST', '/password/reset', { body, headers: { 'x-forwarded-for': `10.0.0.${++sent % 250}` } });
    const asking = () => claiming({ email: shop.person().email });
    // Also those that mail nobody count, and take no time.
    expect(await inGroups(PER_ADDRESS - 80, () => claiming({}))).toEqual([400]);
    expect(await inGroups(80, asking)).toEqual([204]);
    const { status, headers } = await asking();
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

describe('a call of a company’s administrator, who may mail a colleague', () => {
  let shop: Shop;
  beforeEach(async () => (shop = await Shop.open()));
  afterEach(() => shop.close());

  it('is refused after too many to one address in an hour, or too many in a minute; staff is not counted', async () => {
    const [admin, staff] = [await member(shop, 'Admin'), await shop.employee()];
    const { email: contactEmail } = shop.person();
    const invite = async (who: Visitor): Promise<number> => {
      const { status, body } = await who.send('POST', '/customers', { body: { contactEmail } });
      if (status === 201) await staff.delete(`/customers/${String(body.id)}`, 202);
      return status;
    };
    const invited = async (who: Visitor, times: number): Promise<number[]> => {
      const statuses: number[] = [];
      for (let time = 0; time < times; time++) statuses.push(await invite(who));
      return statuses;
    };
    expect(new Set(await invited(admin, PER_EMAIL))).toEqual(new Set([201]));
    expect(await invited(admin, 1)).toEqual([429]);
    expect(await invited(staff, 1)).toEqual([201]);
    const rename = (who: Visitor) => who.send('PATCH', `/customers/${admin.id}`, { body: { firstName: 'Ada' } });
    const left = PER_ADMINISTRATOR - PER_EMAIL - 1;
    expect(await inGroups(left, () => rename(admin))).toEqual([200]);
    expect((await rename(admin)).status).toBe(429);
    expect((await rename(staff)).status).toBe(200);
  });
});

it('a login at an identity provider has a limit by network address', async () => {
  const shop = await Shop.open();
  const visitor = await shop.visitor();
  for (const path of ['/socialLogin?code=x', '/exchangeauthtoken?subjectAccessToken=x']) {
    expect((await visitor.send('POST', path)).headers).toMatchObject({ 'ratelimit-limit': '6000' });
  }
  await shop.close();
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
  expect(await inGroups(300, () => shop.send('GET', loginOf(shop)))).toEqual([200]);
  await shop.close();
});

const loginOf = ({ tenant }: Shop): string =>
  `/customerlogin/auth/anonymous/login?tenant=${tenant}&client_id=${tenant}-storefront`;

describe("a customer's search", () => {
  const PER_CUSTOMER = 120;

  it('is limited, whatever it looks for; not that of another customer, nor of staff', async () => {
    const shop = await Shop.open();
    const [ada, bob, staff] = [await member(shop, 'Admin'), await member(shop, 'Admin'), await shop.employee()];
    for (const caller of [ada, staff]) {
      expect(await inGroups(PER_CUSTOMER / 2, () => caller.send('GET', '/customers'))).toEqual([200]);
      expect(await inGroups(PER_CUSTOMER / 2, () => manage(caller, 'GET', '/legal-entities'))).toEqual([200]);
    }
    const search = (caller: Visitor) => caller.send('POST', '/customers/search', { body: { q: 'firstName:Ada' } });
    const { status, headers } = await search(ada);
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await manage(ada, 'POST', '/legal-entities/search', { body: {} })).status).toBe(429);
    for (const caller of [bob, staff]) expect((await search(caller)).status).toBe(200);
    await ada.get(`/customers/${ada.id}`);
    await shop.close();
  });
});

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
