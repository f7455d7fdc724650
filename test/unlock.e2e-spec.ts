import { type Person, Shop, type ApiClient } from './support/shop.js';
import { rows } from './support/rows.js';
import { staffActions } from './support/timeline.js';

const NEW = 'new secret words';
const ATTEMPTS = 15;
const OWNER = { 'x-forwarded-for': '198.51.100.7' };
const ATTACKER = { 'x-forwarded-for': '203.0.113.1' };

/** Sends the right password too early, until the account is locked. */
const logInTooEarly = async (visitor: ApiClient, person: Person): Promise<void> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) await visitor.post('/login', 400, person);
  await visitor.post('/login', 429, person);
};

describe('a customer who tried to log in too early can log in', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it.each<[string, (staff: ApiClient, id: string) => Promise<unknown>]>([
    [
      'decides about the customer',
      ({ token }, id) =>
        shop.send('POST', '/admin/shop/activations', {
          body: { decision: 'activate', customerNumbers: [id] },
          headers: { authorization: `Bearer ${token}` },
        }),
    ],
    ['changes the customer', (staff, id) => staff.patch(`/customers/${id}`, 200, { active: true })],
  ])('once an employee %s', async (_how, activate) => {
    const { id, email, password } = await shop.signUp();
    const visitor = await shop.visitor();
    await logInTooEarly(visitor, { email, password });
    await activate(await shop.serviceClient(), id);
    await visitor.post('/login', 200, { email, password });
  });

  it('once the address is confirmed', async () => {
    await shop.addTenant('mailed', { activation: 'email' });
    const [visitor, ada] = [await shop.visitor('mailed'), shop.person()];
    await visitor.post('/signup', 201, ada);
    await logInTooEarly(visitor, ada);
    await visitor.get(`/signup/optin/${(await shop.mailTo(ada.email, 'opt-in')).token}`);
    await visitor.post('/login', 200, ada);
  });
});

describe('a locked account', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({}, { trustedProxies: ['127.0.0.1'] })));
  afterAll(() => shop.close());

  const loginStatus = async (person: Person, headers: Record<string, string>): Promise<number> =>
    (await (await shop.visitor()).send('POST', '/login', { body: { ...person }, headers })).status;

  /** Locks the account for two networks. The failures also count for the account-wide lock. */
  const newLockedCustomer = async (): Promise<Person & { id: string }> => {
    const { id, email, password } = await shop.customer();
    const visitor = await shop.visitor();
    const body = { email, password: 'a wrong guess' };
    for (const headers of [OWNER, ATTACKER]) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) await visitor.send('POST', '/login', { body, headers });
    }
    const ada = { id, email, password };
    expect([await loginStatus(ada, OWNER), await loginStatus(ada, ATTACKER)]).toEqual([429, 429]);
    return ada;
  };
  const counters = (): Promise<unknown[]> => rows(shop, 'select origin from login_failures', []);
  const unlock = (staff: ApiClient, id: string): Promise<number> =>
    staff.send('POST', `/customers/${id}/unlock`).then((response) => response.status);

  describe('can be used again by its owner after a reset', () => {
    const token = async (email: string): Promise<string> => {
      await (await shop.visitor()).post('/password/reset', 204, { email });
      return (await shop.mailTo(email, 'password-reset')).token;
    };

    it('through the Emporix API', async () => {
      const ada = await newLockedCustomer();
      const body = { token: await token(ada.email), password: NEW };
      await (await shop.visitor()).post('/password/reset/update', 204, body);
      expect(await counters()).toEqual([]);
      expect(await loginStatus({ ...ada, password: NEW }, OWNER)).toBe(200);
    });

    it('through the Glue API', async () => {
      const ada = await newLockedCustomer();
      const attributes = { restorePasswordKey: await token(ada.email), password: NEW, confirmPassword: NEW };
      const body = { data: { type: 'customer-restore-password', attributes } };
      expect((await shop.send('PATCH', '/customer-restore-password/mine', { body })).status).toBe(204);
      expect(await counters()).toEqual([]);
      expect(await loginStatus({ ...ada, password: NEW }, OWNER)).toBe(200);
    });

    it('but stays locked if the token is invalid', async () => {
      const ada = await newLockedCustomer();
      await (await shop.visitor()).post('/password/reset/update', 400, { token: 'x', password: NEW });
      expect(await loginStatus(ada, OWNER)).toBe(429);
      await unlock(await shop.serviceClient(), ada.id);
    });
  });

  describe('can be unlocked', () => {
    it('by an employee, with an entry in the history', async () => {
      const [ada, staff] = [await newLockedCustomer(), await shop.serviceClient()];
      expect(await unlock(staff, ada.id)).toBe(204);
      expect(await counters()).toEqual([]);
      expect(await loginStatus(ada, OWNER)).toBe(200);
      const [entry] = await staffActions(staff, ada.id);
      expect(entry).toMatchObject({ action: 'customer_unlocked', actor: { kind: 'service' }, changes: {} });
    });

    it('only with the scope to manage customers', async () => {
      const ada = await shop.customer();
      expect(await unlock(await shop.serviceClient('customer.customer_read'), ada.id)).toBe(403);
      expect(await unlock(ada, ada.id)).toBe(403);
    });

    it('only within the restriction of the scope', async () => {
      await shop.addTenant('parted', { restrictions: ['DE', 'AT'] });
      const all = await shop.serviceClient(undefined, 'parted');
      const { id } = await all.post<{ id: string }>('/customers', 201, { restriction: 'AT', lastName: 'Doe' });
      const limited = await shop.serviceClient('customer.customer_manage--DE', 'parted');
      expect([await unlock(limited, id), await unlock(all, id), await unlock(all, 'nobody')]).toEqual([404, 204, 404]);
    });
  });
});
