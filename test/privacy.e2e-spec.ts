import { randomUUID } from 'node:crypto';
import { dump, rows } from './support/rows.js';
import { Shop } from './support/shop.js';

describe('privacy', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const known = async (firstName = 'Augusta Ada', street = 'St James Square') => {
    const ada = await shop.loggedIn({
      customerDetails: { firstName, lastName: 'Byron', mixins: { loyalty: { points: 7 } } },
      customerAddress: { contactName: `${firstName} Byron`, street, city: 'London', country: 'GB' },
    });
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    return ada;
  };

  describe('an export', () => {
    it('holds everything that is known, and no secret', async () => {
      const ada = await known();
      const everything = await ada.post('/me/export', 200, { password: ada.password });
      expect(Object.keys(everything)).toEqual([
        ...['customer', 'accounts', 'identities', 'addresses', 'companies', 'consents', 'sessions', 'history', 'mails'],
      ]);
      expect(everything).toMatchObject({
        customer: { id: ada.id, first_name: 'Augusta Ada', mixins: { loyalty: { points: 7 } } },
        accounts: [{ email: ada.email }],
        addresses: [{ street: 'St James Square' }],
        sessions: [{ ended_at: null }],
        history: [{ action: 'customer_changed' }],
        mails: [{ kind: 'activated' }, { kind: 'password-reset' }],
      });
      expect(JSON.stringify(everything)).not.toMatch(/argon2|hash|sealed|eyJ/);
      const staff = await (await shop.staff('support')).get(`/customers/${ada.id}/export`);
      expect(staff).toEqual(everything);
    });

    it('needs the password once more, and not of somebody who acts for the customer', async () => {
      const ada = await known();
      await ada.post('/me/export', 400, { password: 'a wrong guess' });
      await ada.post('/me/export', 400, {});
      const staff = await shop.staff('support');
      const { accessToken } = await staff.post<{ accessToken: string }>('/assistedbuying/login', 200, {
        customerNumber: ada.id,
      });
      for (const path of ['/me/export', '/me/erasure']) {
        const headers = { authorization: `Bearer ${accessToken}` };
        const { status } = await ada.send('POST', path, { body: { password: ada.password }, headers });
        expect(status).toBe(403);
      }
      await (await shop.staff('viewer')).get(`/customers/${ada.id}/export`, 403);
    });
  });

  describe('an erasure', () => {
    it.each(['the customer', 'staff'])('by %s leaves nothing of the person in any table', async (who) => {
      const [name, street] = [`Ada${randomUUID()}`, `Square${randomUUID()}`];
      const ada = await known(name, street);
      const phone = await shop.logIn(ada);
      if (who === 'staff') await (await shop.staff('support')).post(`/customers/${ada.id}/erasure`, 204);
      else await ada.post('/me/erasure', 204, { password: ada.password });

      const everywhere = await dump(shop);
      for (const trace of [ada.email, name, street]) expect(everywhere).not.toContain(trace);
      for (const session of [ada, phone]) await session.get('/me', 401);
      await (await shop.visitor()).post('/login', 400, { email: ada.email, password: ada.password });
      const staff = await shop.staff('support');
      await staff.get(`/customers/${ada.id}`, 404);
      const history = await staff.get<{ action: string }[]>(`/customers/${ada.id}/history`);
      expect(history.length).toBeGreaterThan(0);
      await shop.signedUp({ email: ada.email });
    });

    it('needs the password', async () => {
      const ada = await known();
      await ada.post('/me/erasure', 400, { password: 'a wrong guess' });
      await ada.get('/me');
      expect(await rows(shop, 'select 1 from customers where id = $1', [ada.id])).toHaveLength(1);
    });

    it('is not for a customer of another tenant', async () => {
      await shop.addTenant('other');
      const ada = await known();
      await (await shop.staff('admin', 'other')).post(`/customers/${ada.id}/erasure`, 404);
      await (await shop.staff('admin', 'other')).get(`/customers/${ada.id}/export`, 404);
    });
  });
});
