import { randomBytes } from 'node:crypto';
import { comparable, validationError } from './support/responses.js';
import { countByEmail, rows } from './support/rows.js';
import { type Response, LoggedInCustomer, type Person, Shop, ApiClient } from './support/shop.js';

const DAY = 24 * 3600;

describe('a strict tenant', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ strict: true, activation: 'none' })));
  afterAll(() => shop.close());

  /** A customer who signed up and confirmed the address, which is also the first login. */
  const customer = async (tenant = shop.tenant): Promise<LoggedInCustomer> => {
    const [visitor, person] = [await shop.visitor(tenant), shop.person()];
    const { id } = await visitor.post<{ id: string }>('/signup', 201, person);
    const { token } = await shop.mailTo(person.email, 'opt-in');
    const login = await visitor.get<LoggedInCustomer['login']>(`/signup/optin/${token}`);
    return new LoggedInCustomer(shop, id, person.email, person.password, login);
  };

  describe('rejects a login', () => {
    const logIn = async ({ email, password }: Person) =>
      (await shop.visitor()).send('POST', '/login', { body: { email, password } });

    const reasons: [string, () => Promise<Person>][] = [
      ['the password is wrong', async () => ({ ...(await customer()), password: 'a wrong guess' })],
      ['the address is not confirmed', () => shop.signUp()],
      ['the customer is not active', () => updatedCustomer({ active: false })],
      ['the customer is on hold', () => updatedCustomer({ onHold: true })],
      ['too many attempts failed, even with the right password', lockedCustomer],
    ];
    async function updatedCustomer(changes: object): Promise<Person> {
      const ada = await customer();
      await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, changes);
      return ada;
    }
    async function lockedCustomer(): Promise<Person> {
      const ada = await customer();
      for (let n = 0; n <= 15; n++) await logIn({ ...ada, password: 'a wrong guess' });
      return ada;
    }

    it.each(reasons)('with the same response for an unknown address and when %s', async (_reason, person) => {
      const unknown = comparable(await logIn(shop.person()));
      expect(unknown.status).toBe(400);
      expect(comparable(await logIn(await person()))).toEqual(unknown);
    });

    it('of an employee with the same status before and during a lockout', async () => {
      const credentials = { username: shop.person().email, password: 'a wrong guess' };
      const body = { grant_type: 'password', client_id: 'shop-storefront', ...credentials };
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const logInStaff = () => shop.send('POST', '/oauth/token', { body: String(new URLSearchParams(body)), headers });
      const statuses = new Set<number>();
      for (let n = 0; n <= 15; n++) statuses.add((await logInStaff()).status);
      expect([...statuses]).toEqual([400]);
    });
  });

  describe('responds to a sign-up', () => {
    const signUp = async (person: object) => {
      const start = performance.now();
      const response = await (await shop.visitor()).send('POST', '/signup', { body: person });
      return { response, took: performance.now() - start };
    };
    const customerRows = () =>
      rows(shop, 'select c::text, a::text from customers c join accounts a on a.customer_id = c.id order by 1');

    it('identically whether or not the address is taken, and leaves an existing account unchanged', async () => {
      const ada = await customer();
      const before = await customerRows();
      const taken = await signUp({ ...shop.person(), email: ada.email.toUpperCase() });
      expect(await customerRows()).toEqual(before);
      const separate = await signUp({ ...shop.person(), signup: { email: ada.email, password: 'another secret one' } });
      expect(await customerRows()).toEqual(before);
      const free = await signUp(shop.person());

      for (const { response, took } of [taken, separate, free]) {
        expect(response.body).toEqual({ id: expect.stringMatching(/^[1-9]\d{9}$/) });
        expect({ ...comparable(response), text: '' }).toEqual({ ...comparable(free.response), text: '' });
        // The minimum duration is longer than either case takes.
        expect(took).toBeGreaterThan(145);
      }
      await (await shop.serviceClient()).get(`/customers/${String(taken.response.body.id)}`, 404);
      await shop.logIn(ada);
    });

    it('and notifies the owner of a taken address once an hour, without a token', async () => {
      const ada = await customer();
      const attempts = async () =>
        (await shop.mailsTo(ada.email)).filter(({ kind }) => kind === 'signup-attempt').map(({ token }) => token);
      const body = { ...shop.person(), email: ada.email };
      for (const expected of [[null], [null, null], [null, null, null]]) {
        shop.advanceClock(3601);
        const visitor = await shop.visitor();
        await Promise.all(Array.from({ length: 20 }, () => visitor.send('POST', '/signup', { body })));
        expect(await attempts()).toEqual(expected);
      }
    });

    it('by creating one account and sending one mail for 20 concurrent requests', async () => {
      const person = shop.person();
      const visitor = await shop.visitor();
      const responses = await Promise.all(
        Array.from({ length: 20 }, () => visitor.send('POST', '/signup', { body: person })),
      );
      expect(responses.map(({ status }) => status)).toEqual(Array<number>(20).fill(201));
      expect(await countByEmail(shop, person.email)).toEqual({ customers: 1, accounts: 1 });
      expect((await shop.mailsTo(person.email)).map(({ kind }) => kind)).toEqual(['opt-in']);
    });

    it.each([
      ['none', 200],
      ['employee', 400],
    ] as const)('with a confirmation mail, although the activation is %s', async (activation, status) => {
      const tenant = `asks${activation}`;
      await shop.addTenant(tenant, { strict: true, activation });
      const [visitor, person] = [await shop.visitor(tenant), shop.person()];
      const { id } = await visitor.post<{ id: string }>('/signup', 201, person);
      if (activation === 'employee')
        await (await shop.serviceClient(undefined, tenant)).patch(`/customers/${id}`, 200, {});
      await visitor.post('/login', 400, person);
      const { token } = await shop.mailTo(person.email, 'opt-in');
      const confirmed = await visitor.get(`/signup/optin/${token}`);
      if (activation === 'employee') expect(confirmed).toEqual({ status: 'awaiting_activation' });
      else expect(confirmed).toHaveProperty('access_token');
      await (await shop.visitor(tenant)).post('/login', status, person);
    });
  });

  describe('rejects secrets in a URL', () => {
    const anonymous = `/customerlogin/auth/anonymous/refresh?tenant=shop&client_id=shop-storefront`;

    it.each([
      ['GET', '/customer/shop/refreshauthtoken', 'refreshToken', 'Refresh-Token'],
      ['GET', '/customer/shop/logout', 'accessToken', 'Access-Token'],
      ['GET', anonymous, 'refresh_token', 'Refresh-Token'],
      ['GET', anonymous, 'anonymous_token', 'Anonymous-Token'],
      ['POST', '/customer/shop/socialLogin', 'code', 'Authorization-Code'],
      ['POST', '/customer/shop/socialLogin', 'code_verifier', 'Code-Verifier'],
      ['POST', '/customer/shop/exchangeauthtoken', 'subjectAccessToken', 'Subject-Access-Token'],
    ])('of %s %s?%s=, and names the header %s', async (method, url, parameter, header) => {
      const caller = url.endsWith('logout') ? await customer() : await shop.visitor();
      const separator = url.includes('?') ? '&' : '?';
      const { status, body } = await shop.send(method, `${url}${separator}${parameter}=SECRET`, {
        headers: { authorization: `Bearer ${caller.token ?? ''}` },
      });
      expect([status, body]).toEqual([400, validationError(parameter)]);
      expect(body.message).toContain(header);
      expect(JSON.stringify(body)).not.toContain('SECRET');
    });

    it.each([
      ['a strict tenant', 'shop', true],
      ['a tenant that is not strict', 'lax', false],
    ])('but accepts them in headers (%s)', async (_which, tenant, strict) => {
      await shop.addTenant(tenant, { strict, activation: strict ? 'none' : 'email' });
      const { login } = await customer(tenant);
      const first = { headers: { 'Refresh-Token': login.refresh_token } };
      const { status, body } = await (await shop.visitor(tenant)).send('GET', '/refreshauthtoken', first);
      expect(status).toBe(200);
      const ada = new ApiClient(shop, String(body.access_token), tenant);
      expect((await ada.send('GET', '/logout', { headers: { 'Access-Token': 'another' } })).status).toBe(401);
      expect((await ada.send('GET', '/logout', { headers: { 'Access-Token': ada.token ?? '' } })).status).toBe(204);
      await ada.get('/me', 401);
      const { refresh_token } = await shop.logInAnonymously({}, tenant);
      const url = anonymous.replaceAll('shop', tenant);
      expect((await shop.send('GET', url, { headers: { 'Refresh-Token': refresh_token } })).status).toBe(200);
    });

    it('without consuming the token', async () => {
      const { login } = await customer();
      const visitor = await shop.visitor();
      await visitor.get(`/refreshauthtoken?refreshToken=${login.refresh_token}`, 400);
      const headers = { 'Refresh-Token': login.refresh_token };
      expect((await visitor.send('GET', '/refreshauthtoken', { headers })).status).toBe(200);
    });
  });

  describe('caps lifetimes', () => {
    const lifetimes = {
      customerAccess: DAY,
      customerRefresh: 365 * DAY,
      customerSession: 365 * DAY,
      passwordReset: DAY,
    };

    it('in the returned settings, and restores the stored values when strict is turned off', async () => {
      await shop.addTenant('longlived', {
        strict: true,
        activation: 'employee',
        lifetimes: { ...lifetimes, optIn: 60 },
      });
      const { token } = await shop.employee('admin', 'longlived');
      const settings = (method: string, body?: unknown) =>
        shop.send(method, '/admin/longlived/settings', { body, headers: { authorization: `Bearer ${token ?? ''}` } });
      expect((await settings('GET')).body.lifetimes).toMatchObject({
        ...{
          customerAccess: 900,
          customerRefresh: 14 * DAY,
          customerSession: 30 * DAY,
          passwordReset: 3600,
          optIn: 60,
        },
      });
      const { body } = await settings('PATCH', { strict: false });
      expect(body).toMatchObject({
        strict: false,
        lifetimes,
        activation: 'employee',
        passwordPolicy: { shortest: 12 },
      });
    });

    it('of access tokens, of unused sessions and of used sessions', async () => {
      await shop.addTenant('lasting', { strict: true, activation: 'none', lifetimes });
      const ada = await customer('lasting');
      expect(ada.login.expires_in).toBe(900);
      const refresh = async (token: string) => {
        const headers = { 'Refresh-Token': token };
        const { body } = await (await shop.visitor('lasting')).send('GET', '/refreshauthtoken', { headers });
        return body.refresh_token as string;
      };
      shop.advanceClock(901);
      await new ApiClient(shop, ada.token, 'lasting').get('/me', 401);
      shop.advanceClock(13 * DAY);
      const used = await refresh(ada.login.refresh_token);
      shop.advanceClock(13 * DAY);
      const usedAgain = await refresh(used);
      expect([used, usedAgain]).toEqual([expect.any(String), expect.any(String)]);
      shop.advanceClock(5 * DAY);
      expect(await refresh(usedAgain)).toBeUndefined();

      const { login } = await customer('lasting');
      shop.advanceClock(14 * DAY + 1);
      expect(await refresh(login.refresh_token)).toBeUndefined();
    });
  });

  describe('requires passwords of 15 to 128 characters', () => {
    // Not hexadecimal: digits around two letters, as in `3853595ed319014`, count as a common password.
    const randomPassword = (length: number) => randomBytes(length).toString('base64url').slice(0, length);
    /** Each character has four bytes in UTF-8 and two units in UTF-16. */
    const randomSymbols = (length: number) =>
      String.fromCodePoint(...Array.from(randomBytes(length), (byte) => 0x1f300 + byte));

    it('wherever a password is set, without rules for its composition', async () => {
      const ada = await customer();
      const visitor = await shop.visitor();
      const [service, grace] = [await shop.serviceClient(), await shop.createEmployee('viewer')];
      const reset = async () => {
        await visitor.post('/password/reset', 204, { email: ada.email });
        return (await shop.mailTo(ada.email, 'password-reset')).token;
      };
      let current = ada.password;
      const places: [string, number, (password: string) => Promise<Response>][] = [
        ['password', 201, (password) => visitor.send('POST', '/signup', { body: { ...shop.person(), password } })],
        [
          'signup.password',
          201,
          (password) =>
            visitor.send('POST', '/signup', { body: { ...shop.person(), signup: { ...shop.person(), password } } }),
        ],
        [
          'newPassword',
          204,
          async (newPassword) => {
            const body = { currentPassword: current, newPassword };
            const response = await ada.send('POST', '/password/change', { body });
            if (response.status === 204) current = newPassword;
            return response;
          },
        ],
        [
          'password',
          204,
          async (password) =>
            visitor.send('POST', '/password/reset/update', { body: { token: await reset(), password } }),
        ],
        [
          'password',
          201,
          (password) => service.send('POST', '/customers', { body: { contactEmail: shop.person().email, password } }),
        ],
        [
          'password',
          204,
          async (password) => {
            await shop.send('POST', '/admin/shop/password/reset', { body: { email: grace.email } });
            const { token } = await shop.mailTo(grace.email, 'employee-password-reset');
            return shop.send('POST', '/admin/shop/password/reset/confirm', { body: { token, password } });
          },
        ],
      ];
      for (const [field, status, set] of places) {
        for (const password of [6, 14, 129].map(randomPassword).concat([14, 129].map(randomSymbols))) {
          const { status, body } = await set(password);
          expect([status, body]).toEqual([400, validationError(field)]);
          expect(body.message).toContain('15 to 128');
        }
        for (const password of [15, 128].map(randomPassword).concat([15, 128].map(randomSymbols))) {
          expect((await set(password)).status).toBe(status);
        }
      }
    });
  });
});
