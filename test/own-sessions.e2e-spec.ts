import { randomUUID } from 'node:crypto';
import { invalidRefreshToken, invalidAccessToken, notAuthorized } from './support/responses.js';
import { Glue, GlueClient, invalidToken, errorResponse } from './support/glue.js';
import { rows } from './support/rows.js';
import { type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';
import { decodeToken } from './support/tokens.js';

interface OwnSession {
  id: string;
  current: boolean;
  device: string | null;
  origin: string | null;
  client: string | null;
  assisted: boolean;
  createdAt: string;
  lastUse: string;
  expiresAt: string;
}

const list = async (caller: ApiClient): Promise<OwnSession[]> => caller.get<OwnSession[]>('/me/sessions');

/** The id of the caller's session in the customer's list. */
const idOf = async (caller: ApiClient): Promise<string> =>
  (await list(caller)).find(({ current }) => current)?.id ?? '';

describe("a customer's sessions", () => {
  let shop: Shop;
  let ada: LoggedInCustomer;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' }, { trustedProxies: ['127.0.0.1'] });
    await shop.addTenant('other', { activation: 'none' });
  });
  beforeEach(async () => (ada = await shop.customer()));
  afterAll(() => shop.close());

  /** Logs in again with the headers. */
  const logInWith = async (headers: Record<string, string>, tenant = shop.tenant): Promise<ApiClient> => {
    const { email, password } = ada;
    const visitor = await shop.visitor(tenant);
    const { body } = await visitor.send('POST', '/login', { body: { email, password }, headers });
    return new ApiClient(shop, String(body.access_token), tenant);
  };
  const refresh = async (caller: LoggedInCustomer, status: number) =>
    (await shop.visitor()).get(`/refreshauthtoken?refreshToken=${caller.login.refresh_token}`, status);
  const impersonate = async (): Promise<ApiClient> => {
    const clerk = await shop.employee('support');
    const body = { customerNumber: ada.id };
    const headers = { 'user-agent': 'Back office', 'x-forwarded-for': '203.0.113.1' };
    const { body: response } = await clerk.send('POST', '/assistedbuying/login', { body, headers });
    return new ApiClient(shop, String(response.accessToken));
  };

  describe('are listed', () => {
    it('newest first, with the device and the origin of the login', async () => {
      shop.advanceClock(60);
      const phone = await logInWith({ 'user-agent': 'Phone/1.0', 'x-forwarded-for': '198.51.100.7' });
      await shop.customer();
      const sessions = await list(phone);
      expect(sessions).toEqual([
        {
          id: expect.any(String) as string,
          current: true,
          device: 'Phone/1.0',
          origin: '198.51.100.7',
          client: 'shop-storefront',
          assisted: false,
          createdAt: expect.any(String) as string,
          lastUse: sessions[0]?.createdAt,
          expiresAt: expect.any(String) as string,
        },
        expect.objectContaining({ current: false, device: 'lightMyRequest', origin: '127.0.0.1' }),
      ]);
      const [first = '', second = ''] = sessions.map(({ createdAt }) => createdAt);
      expect(Date.parse(first)).toBeGreaterThan(Date.parse(second));
      expect((Date.parse(sessions[0]?.expiresAt ?? '') - Date.parse(first)) / 86_400_000).toBe(365);
    });

    it('for logins through both APIs', async () => {
      const glue = new Glue(shop);
      const { email, password } = ada;
      const { data } = await glue.unauthenticated.post('/access-tokens', 201, { username: email, password });
      expect((await list(ada)).map(({ current, assisted }) => ({ current, assisted }))).toEqual([
        { current: false, assisted: false },
        { current: true, assisted: false },
      ]);
      const other = (await list(ada)).find(({ current }) => !current);
      expect(other).toMatchObject({ device: 'lightMyRequest', origin: '127.0.0.1' });
      await ada.delete(`/me/sessions/${other?.id}`);
      const { accessToken, refreshToken } = data.attributes as Record<string, string>;
      const gone = await new GlueClient(shop, accessToken).send('GET', '/customers');
      expect(gone).toEqual(invalidToken);
      const again = await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: { refreshToken } });
      expect(again).toEqual(errorResponse('004', 'Failed to refresh token.'));
    });

    it.each([
      ['is too long', 'a'.repeat(1000), 'a'.repeat(200)],
      ['contains invalid characters', 'curl\0\ud800', 'curl\ufffd'],
      ['is empty', '', null],
    ])('with the device when the user agent %s', async (_what, userAgent, device) => {
      const [session] = await list(await logInWith({ 'user-agent': userAgent }));
      expect(session?.device).toBe(device);
    });

    it('with the last refresh as lastUse', async () => {
      const [before] = await list(ada);
      shop.advanceClock(60);
      await ada.get('/me');
      expect(await list(ada)).toEqual([before]);
      await refresh(ada, 200);
      const [after] = await list(ada);
      expect(after).toEqual({ ...before, lastUse: after?.lastUse });
      const passed = Date.parse(after?.lastUse ?? '') - Date.parse(before?.lastUse ?? '');
      expect(passed).toBeGreaterThanOrEqual(60_000);
    });

    it('only while they are valid', async () => {
      const phone = await shop.logIn(ada);
      await phone.get(`/logout?accessToken=${phone.token}`, 204);
      const tablet = await shop.logIn(ada);
      await rows(shop, `update sessions set expires_at = $2 where id = $1`, [
        decodeToken(tablet.token ?? '').claims.sid,
        new Date(0),
      ]);
      expect(await list(ada)).toHaveLength(1);
    });

    it('up to a maximum of 100, including the current one', async () => {
      await rows(
        shop,
        `insert into sessions (tenant, id, kind, public_id, customer_id, employee_id, created_at, expires_at, refreshed_at,
            refresh_expires_at)
          select 'shop', gen_random_uuid(), 'customer', gen_random_uuid(), $1, gen_random_uuid(), now() + interval '1 hour',
            now() + interval '1 day', now(), now() from generate_series(1, 150)`,
        [ada.id],
      );
      const sessions = await list(ada);
      expect([sessions.length, sessions.at(-1)?.current]).toEqual([100, true]);
      await ada.delete('/me/sessions');
      expect(await list(ada)).toHaveLength(1);
    });

    it('separately if two have the same session id, and with an id of their own', async () => {
      const visitor = await shop.visitor();
      const [phone, tablet] = [await shop.logIn(ada, visitor), await shop.logIn(ada, visitor)];
      expect(phone.login.session_id).toBe(tablet.login.session_id);
      const ids = (await list(ada)).map(({ id }) => id);
      expect(new Set(ids).size).toBe(3);
      expect(ids).not.toContain(phone.login.session_id);
      await ada.delete(`/me/sessions/${phone.login.session_id}`, 404);
      await ada.delete(`/me/sessions/${await idOf(phone)}`);
      await phone.get('/me', 401);
      await tablet.get('/me');
    });
  });

  describe('are revoked', () => {
    it('one by one', async () => {
      const [phone, tablet] = [await shop.logIn(ada), await shop.logIn(ada)];
      await ada.delete(`/me/sessions/${await idOf(phone)}`);
      expect(await phone.get('/me', 401)).toEqual(invalidAccessToken);
      expect(await refresh(phone, 401)).toEqual(invalidRefreshToken);
      for (const session of [ada, tablet]) await session.get('/me');
      await refresh(tablet, 200);
      expect(await list(ada)).toHaveLength(2);
    });

    it('all except the current one', async () => {
      const eve = await shop.customer();
      const [phone, tablet] = [await shop.logIn(ada), await shop.logIn(ada)];
      await ada.delete('/me/sessions');
      for (const session of [phone, tablet]) {
        expect(await session.get('/me', 401)).toEqual(invalidAccessToken);
        expect(await refresh(session, 401)).toEqual(invalidRefreshToken);
      }
      expect((await list(ada)).map(({ current }) => current)).toEqual([true]);
      await refresh(ada, 200);
      await eve.get('/me');
    });

    it('together with the e-mail changes that they requested', async () => {
      const { email, password } = ada;
      const newEmail = shop.person().email;
      await (await shop.logIn(ada)).post('/me/accounts/internal/email/change', 204, { email, password, newEmail });
      const { token } = await shop.mailTo(newEmail, 'email-change');
      await ada.delete('/me/sessions');
      await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 400, { token });
    });

    it('including the current one, by its id', async () => {
      const id = await idOf(ada);
      await ada.delete(`/me/sessions/${id.toUpperCase()}`);
      await ada.get('/me', 401);
      expect(await refresh(ada, 401)).toEqual(invalidRefreshToken);
    });

    it('only by their own customer', async () => {
      const eve = await shop.customer();
      const { email, password } = shop.person();
      const otherVisitor = await shop.visitor('other');
      await otherVisitor.post('/signup', 201, { email, password });
      const login = await otherVisitor.post<{ access_token: string }>('/login', 200, { email, password });
      const elsewhere = new ApiClient(shop, login.access_token, 'other');
      const gone = await shop.logIn(ada);
      const goneId = await idOf(gone);
      await ada.delete(`/me/sessions/${goneId}`);
      const { sessionId: visitors } = await shop.logInAnonymously();
      const ids = [await idOf(eve), await idOf(elsewhere), goneId, visitors, randomUUID(), 'x', '-1', "'"];
      for (const id of ids) {
        const message = `Session ${id} not found.`;
        expect(await ada.delete(`/me/sessions/${id}`, 404)).toEqual({
          status: 404,
          type: 'resource_not_found',
          message,
        });
      }
      for (const session of [eve, elsewhere]) expect(await list(session)).toHaveLength(1);
    });
  });

  describe('of an employee who acts for the customer', () => {
    it('are listed as assisted, without origin, and can be revoked by the customer', async () => {
      const employee = await impersonate();
      const [assisted, own] = await list(ada);
      expect(assisted).toMatchObject({ assisted: true, current: false, device: null, origin: null });
      expect(own).toMatchObject({ assisted: false, current: true });
      await ada.delete(`/me/sessions/${assisted?.id}`);
      expect(await employee.get('/me', 401)).toEqual(invalidAccessToken);

      const another = await impersonate();
      await ada.delete('/me/sessions');
      expect(await another.get('/me', 401)).toEqual(invalidAccessToken);
    });

    it('store the origin for the operator', async () => {
      const { sid } = decodeToken((await impersonate()).token ?? '').claims;
      expect(await rows(shop, 'select device, origin from sessions where id = $1', [sid])).toEqual([
        { device: 'Back office', origin: '203.0.113.1' },
      ]);
    });

    it('can list the sessions but not revoke them', async () => {
      const employee = await impersonate();
      expect((await list(employee)).map(({ current, assisted }) => [current, assisted])).toEqual([
        [true, true],
        [false, false],
      ]);
      expect(await employee.delete('/me/sessions', 403)).toEqual(notAuthorized);
      for (const id of [await idOf(ada), await idOf(employee), randomUUID()]) {
        expect(await employee.delete(`/me/sessions/${id}`, 403)).toEqual(notAuthorized);
      }
      expect(await list(ada)).toHaveLength(2);
    });
  });
});
