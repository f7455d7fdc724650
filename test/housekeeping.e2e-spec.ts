import { Housekeeping } from '../src/housekeeping/housekeeping.service.js';
import { getOwnContext, call } from './support/contexts.js';
import { rows } from './support/rows.js';
import { Shop, ApiClient } from './support/shop.js';

const DAY = 86_400;

describe('housekeeping', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  beforeEach(() => shop.reset());
  afterAll(() => shop.close());

  const clean = () => shop.app.get(Housekeeping).run();
  const count = async (table: string): Promise<number> => {
    const [row] = await rows<{ count: number }>(shop, `select count(*)::int as count from ${table}`);
    return row?.count ?? 0;
  };

  it('deletes only sessions that have expired or ended more than a day ago', async () => {
    const ada = await shop.customer();
    const phone = await shop.logIn(ada);
    await phone.get(`/logout?accessToken=${phone.token}`, 204);
    await rows(shop, `delete from sessions where kind <> 'customer'`);
    await clean();
    expect(await count('sessions')).toBe(2);
    shop.advanceClock(DAY + 1);
    await clean();
    expect(await count('sessions')).toBe(1);
    await ada.get('/me');
    shop.advanceClock(366 * DAY);
    await clean();
    expect(await count('sessions')).toBe(0);
  });

  it('deletes mailed tokens a week after they expire, and mails after a month', async () => {
    const { email } = await shop.customer();
    await (await shop.visitor()).post('/password/reset', 204, { email });
    shop.advanceClock(7 * DAY);
    await clean();
    expect([await count('one_time_tokens'), await count('outbox')]).toEqual([1, 3]);
    shop.advanceClock(DAY);
    await clean();
    expect([await count('one_time_tokens'), await count('outbox')]).toEqual([0, 3]);
    shop.advanceClock(23 * DAY);
    await clean();
    expect(await count('outbox')).toBe(0);
  });

  it('deletes exchanged tokens that have expired', async () => {
    await rows(
      shop,
      `insert into exchanged_tokens (tenant, issuer, token, expires_at)
        values ('shop', 'https://login.test', 'a', now() + interval '1 hour'), ('shop', 'https://login.test', 'b', now())`,
    );
    await clean();
    expect(await count('exchanged_tokens')).toBe(2);
    shop.advanceClock(120);
    await clean();
    expect(await rows(shop, 'select token from exchanged_tokens')).toEqual([{ token: 'a' }]);
    shop.advanceClock(3600);
    await clean();
    expect(await count('exchanged_tokens')).toBe(0);
  });

  describe('deletes the context', () => {
    const change = async (caller: ApiClient): Promise<unknown> =>
      call(caller, 'POST', '/me/context/attributes', 201, { key: 'gift', value: 'yes' });

    it('of a visitor whose session has expired', async () => {
      await change(await shop.visitor());
      await clean();
      expect(await count('session_contexts')).toBe(1);
      shop.advanceClock(31 * DAY);
      const visitor = await shop.visitor();
      await change(visitor);
      await clean();
      expect(await count('session_contexts')).toBe(1);
      expect(await getOwnContext(visitor)).toMatchObject({ context: { gift: 'yes' } });
    });

    it('of a customer with the last session that uses it', async () => {
      const { id, email, password } = await shop.customer();
      const visitor = await shop.visitor();
      await change(visitor);
      const phone = await shop.logIn({ id, email, password }, visitor);
      // It has the same session id.
      const tablet = await shop.logIn({ id, email, password }, visitor);
      await phone.get(`/logout?accessToken=${phone.token}`, 204);
      shop.advanceClock(31 * DAY);
      await clean();
      expect(await rows(shop, `select kind from sessions where public_id = $1`, [tablet.login.session_id])).toEqual([
        { kind: 'customer' },
      ]);
      expect(await rows(shop, 'select context from session_contexts')).toEqual([{ context: { gift: 'yes' } }]);
      shop.advanceClock(335 * DAY);
      await clean();
      expect(await count('session_contexts')).toBe(0);
    });
  });

  describe('for visitors', () => {
    const visitors = async (): Promise<number> => {
      const [row] = await rows<{ n: number }>(shop, `select count(*)::int as n from sessions where kind = 'anonymous'`);
      return row?.n ?? 0;
    };
    const refresh = async (query: Record<string, string>): Promise<number> => {
      const parameters = new URLSearchParams({ tenant: 'shop', client_id: 'shop-storefront', ...query });
      return (await shop.send('GET', `/customerlogin/auth/anonymous/refresh?${parameters.toString()}`)).status;
    };

    it('deletes those who did not return before the refresh token expired', async () => {
      const { refresh_token } = await shop.logInAnonymously();
      shop.advanceClock(DAY - 60);
      await clean();
      expect(await visitors()).toBe(1);
      expect(await refresh({ refresh_token })).toBe(200);
      shop.advanceClock(DAY - 60);
      await clean();
      expect(await visitors()).toBe(1);
      shop.advanceClock(180);
      await clean();
      expect(await visitors()).toBe(0);
    });

    it('keeps those who refresh the access token in the deprecated way', async () => {
      let { access_token } = await shop.logInAnonymously();
      for (let hours = 0; hours < 26; hours++) {
        shop.advanceClock(3500);
        const parameters = new URLSearchParams({
          tenant: 'shop',
          client_id: 'shop-storefront',
          anonymous_token: access_token,
        });
        const { body } = await shop.send<{ access_token: string }>(
          'GET',
          `/customerlogin/auth/anonymous/refresh?${parameters.toString()}`,
        );
        access_token = body.access_token;
      }
      await clean();
      expect(await refresh({ anonymous_token: access_token })).toBe(200);
    });

    it('keeps those with a longer-lived access token that is still valid', async () => {
      await shop.addTenant('patient', { lifetimes: { anonymousAccess: 3 * DAY, anonymousRefresh: DAY } });
      const visitor = await shop.visitor('patient');
      shop.advanceClock(2 * DAY);
      await clean();
      await visitor.get('/me');
      shop.advanceClock(2 * DAY);
      await clean();
      expect(await visitors()).toBe(0);
    });

    it('keeps those whose session id has passed to a customer', async () => {
      const { id, email, password } = await shop.customer();
      const visitor = await shop.visitor();
      await shop.logIn({ id, email, password }, visitor);
      shop.advanceClock(2 * DAY);
      await clean();
      expect(await visitors()).toBe(2);
    });
  });

  it('deletes counters of failed logins after an hour', async () => {
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, shop.person());
    await clean();
    expect(await count('login_failures')).toBe(2);
    shop.advanceClock(3601);
    await clean();
    expect(await count('login_failures')).toBe(0);
  });

  it('deletes large numbers of rows in several batches', async () => {
    await rows(
      shop,
      `insert into sessions (tenant, id, kind, public_id, created_at, expires_at, refreshed_at, refresh_expires_at)
        select 'shop', gen_random_uuid(), 'anonymous', gen_random_uuid(), now(), now() - interval '1 day', now(), now()
        from generate_series(1, 12000)`,
    );
    await clean();
    expect(await count('sessions')).toBe(0);
  });
});
