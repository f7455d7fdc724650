import { Clock } from '../src/common/clock.js';
import { createApp } from '../src/app.js';
import { Lockout, type Realm } from '../src/credentials/lockout.js';
import { Glue, GlueClient } from './support/glue.js';
import { comparable } from './support/responses.js';
import { rows } from './support/rows.js';
import { ApiClient, type Response, LoggedInCustomer, type Person, Shop } from './support/shop.js';

const HOME = '203.0.113.7';
const UNKNOWN = '203.0.113.8';
const HOTEL = '203.0.113.9';
const trustedProxies = ['127.0.0.1'];

describe('an account with an account-wide lock', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' }, { trustedProxies });
    await shop.addTenant('strict', { activation: 'none', strict: true });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const logIn = async (
    { email, password }: Person,
    from: string,
    tenant = shop.tenant,
    path = '/login',
  ): Promise<Response> =>
    (await shop.visitor(tenant)).send('POST', path, {
      body: { email, password },
      headers: { 'x-forwarded-for': from },
    });
  const glueLogIn = async ({ email: username, password }: Person, from: string): Promise<number> => {
    const headers = { 'x-forwarded-for': from };
    const { status } = await glue.unauthenticated.send('POST', '/access-tokens', {
      attributes: { username, password },
      headers,
    });
    return status;
  };
  /** A customer who has logged in at home. */
  const owner = async (tenant = shop.tenant): Promise<LoggedInCustomer> => {
    const person = shop.person();
    const visitor = await shop.visitor(tenant);
    const { id } = await visitor.post<{ id: string }>('/signup', 201, person);
    if (tenant === 'strict') await visitor.get(`/signup/optin/${(await shop.mailTo(person.email, 'opt-in')).token}`);
    const { body } = await logIn(person, HOME, tenant);
    return new LoggedInCustomer(shop, id, person.email, person.password, body as LoggedInCustomer['login']);
  };
  /** Has the effect of 100 failed logins from many addresses. */
  const lock = async ({ email }: Person, tenant = shop.tenant, realm: Realm = 'customer'): Promise<void> => {
    const now = Date.now();
    const [last, until] = [new Date(now), new Date(now + 60_000)];
    await rows(
      shop,
      `insert into login_failures (tenant, account, origin, failures, last_at, locked_until)
        values ($1, $2, '', 100, $3, $4)`,
      [tenant, shop.app.get(Lockout).keyOf(realm, email), last, until],
    );
  };

  /** The stored networks of a customer, the latest first. */
  const knownNetworks = async ({ id }: LoggedInCustomer): Promise<string[]> => {
    const statement = 'select known_networks as networks from customers where id = $1';
    const [row] = await rows<{ networks: string[] }>(shop, statement, [id]);
    return row?.networks ?? [];
  };

  it('is locked after 100 failed logins from ten addresses', async () => {
    const ada = await owner();
    const guess = async (n: number): Promise<number> =>
      (await logIn({ ...ada, password: 'a wrong guess' }, `198.51.100.${n % 10}`)).status;
    for (let n = 0; n < 100; n++) expect(await guess(n)).toBe(400);
    expect(await guess(100)).toBe(429);
    expect([(await logIn(ada, UNKNOWN)).status, (await logIn(ada, HOME)).status]).toEqual([429, 200]);
  });

  it('stays open for its owner on a known network, in both APIs', async () => {
    const ada = await owner();
    await lock(ada);
    expect((await logIn(ada, UNKNOWN)).status).toBe(429);
    expect(await glueLogIn(ada, UNKNOWN)).toBe(429);
    expect((await logIn(ada, HOME)).status).toBe(200);
    expect(await glueLogIn(ada, HOME)).toBe(201);
    // Logging in at home does not open it for others.
    expect((await logIn(ada, UNKNOWN)).status).toBe(429);

    // Guesses on a known network are counted too.
    for (let n = 0; n < 15; n++) expect((await logIn({ ...ada, password: 'a wrong guess' }, HOME)).status).toBe(400);
    expect((await logIn(ada, HOME)).status).toBe(429);
  });

  it('is open after a reset only for the network of the reset, not for a thief who logged in before', async () => {
    const ada = await owner();
    const visitor = await shop.visitor();
    expect((await logIn(ada, UNKNOWN)).status).toBe(200);
    await visitor.post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    const password = 'new secret words';
    const reset = { body: { token, password }, headers: { 'x-forwarded-for': HOTEL } };
    expect((await visitor.send('POST', '/password/reset/update', reset)).status).toBe(204);
    await lock(ada);
    expect((await logIn({ ...ada, password }, UNKNOWN)).status).toBe(429);
    expect((await logIn({ ...ada, password }, HOME)).status).toBe(429);
    expect((await logIn({ ...ada, password }, HOTEL)).status).toBe(200);
  });

  it('returns the same as a wrong password at a strict tenant, and stays open at home', async () => {
    const ada = await owner('strict');
    await lock(ada, 'strict');
    const wrong = await logIn({ ...ada, password: 'a wrong guess' }, UNKNOWN, 'strict');
    const locked = await logIn(ada, UNKNOWN, 'strict');
    expect(locked.status).toBe(400);
    expect(comparable(locked)).toEqual(comparable(wrong));
    expect((await logIn(ada, HOME, 'strict')).status).toBe(200);
  });

  it('stays open at home for a password change', async () => {
    const ada = await owner();
    await lock(ada);
    const change = (from: string) =>
      ada.send('POST', '/password/change', {
        body: { currentPassword: ada.password, newPassword: 'new secret words' },
        headers: { 'x-forwarded-for': from },
      });
    expect((await change(UNKNOWN)).status).toBe(429);
    expect((await change(HOME)).status).toBe(204);
  });

  it('stays open at home after a logout, and from any address of an IPv6 /64', async () => {
    const ada = await owner();
    const { body } = await logIn(ada, '2001:db8:0:7::1');
    for (const token of [ada.token, String(body.access_token)]) {
      await new ApiClient(shop, token).get(`/logout?accessToken=${token}`, 204);
    }
    await lock(ada);
    expect((await logIn(ada, '2001:db8:0:7:ffff::2')).status).toBe(200);
    expect((await logIn(ada, '2001:db8:0:8::1')).status).toBe(429);
    expect((await logIn(ada, HOME)).status).toBe(200);
  });

  it('stays open only for the ten latest networks', async () => {
    const ada = await owner();
    for (let n = 1; n <= 9; n++) await logIn(ada, `192.0.2.${n}`);
    await logIn(ada, HOME);
    for (let n = 11; n <= 13; n++) await logIn(ada, `192.0.2.${n}`);
    const latest = [13, 12, 11].map((n) => `192.0.2.${n}`);
    expect(await knownNetworks(ada)).toEqual([...latest, HOME, ...[9, 8, 7, 6, 5, 4].map((n) => `192.0.2.${n}`)]);
    await lock(ada);
    expect([(await logIn(ada, '192.0.2.3')).status, (await logIn(ada, '192.0.2.4')).status]).toEqual([429, 200]);
  });

  it('stays locked on a network with only failed logins', async () => {
    const ada = await owner();
    await logIn({ ...ada, password: 'a wrong guess' }, UNKNOWN);
    expect(await knownNetworks(ada)).toEqual([HOME]);
  });

  it('stays open for an employee on a known network', async () => {
    const { email: username, password } = await shop.createEmployee('support');
    const attempt = async (from: string, guess = password): Promise<number> => {
      const form = { grant_type: 'password', client_id: 'shop-storefront', username, password: guess };
      const { status } = await shop.send('POST', '/oauth/token', {
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': from },
      });
      return status;
    };
    expect(await attempt(HOME)).toBe(200);
    await lock({ email: username, password }, shop.tenant, 'staff');
    expect([await attempt(UNKNOWN), await attempt(HOME)]).toEqual([429, 200]);
  });

  // Must run last: a second service in the same process replaces the guard of the first.
  it('stays open on a known network in another process too', async () => {
    const ada = await owner();
    await lock(ada);
    const other = await createApp(shop.config);
    try {
      other.get(Clock).now = () => shop.app.get(Clock).now();
      const otherClient = new GlueClient({ app: other } as Shop);
      const from = async (address: string): Promise<number> => {
        const attributes = { username: ada.email, password: ada.password };
        const headers = { 'x-forwarded-for': address };
        return (await otherClient.send('POST', '/access-tokens', { attributes, headers })).status;
      };
      expect([await from(UNKNOWN), await from(HOME)]).toEqual([429, 201]);
    } finally {
      await other.close();
    }
  });
});
