import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { invalidAccessToken, unknownCustomer } from './support/responses.js';
import { Glue } from './support/glue.js';
import { Shop, type ApiClient } from './support/shop.js';

type Statement = [text: string, values: unknown[]];

/** Another transaction, such as an employee's, makes a change that is not yet committed. */
describe('a request during an uncommitted change', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'email' })));
  afterAll(() => shop.close());

  /** Runs `act` after a change is made and before it is committed. */
  const runDuringChange = async <T>(change: Statement[], act: () => Promise<T>, then: Statement[] = []): Promise<T> => {
    const em = shop.app.get(EntityManager).fork({ disableContextResolution: true });
    await em.begin();
    for (const [text, values] of change) await em.execute(text, values);
    const result = act();
    await sleep(400);
    for (const [text, values] of then) await em.execute(text, values);
    await em.commit();
    return result;
  };
  const deleteCustomer = (id: string): Statement => ['delete from customers where id = ?', [id]];
  const impersonate = (clerk: ApiClient, customerNumber: string) =>
    clerk.send('POST', '/assistedbuying/login', { body: { customerNumber } });

  describe('to the employee', () => {
    it.each([
      ['a deactivation', 'update employees set active = false where id = ?'],
      ['a new role', `update employees set role = 'viewer' where id = ?`],
      ['a new password', `update employees set password_hash = 'another' where id = ?`],
      ['a deletion', 'delete from employees where id = ?'],
    ])('does not start an impersonation: %s', async (_how, change) => {
      const [ada, clerk] = [await shop.customer(), await shop.employee('support')];
      const endAll = 'update sessions set ended_at = now() where employee_id = ?';
      const response = await runDuringChange([[change, [clerk.id]]], () => impersonate(clerk, ada.id), [
        [endAll, [clerk.id]],
      ]);
      expect([response.status, response.body]).toEqual([401, invalidAccessToken]);
      await ada.get('/me');
    });
  });

  describe('that deletes the customer', () => {
    it('does not start an impersonation', async () => {
      const [ada, clerk] = [await shop.customer(), await shop.employee('support')];
      const response = await runDuringChange([deleteCustomer(ada.id)], () => impersonate(clerk, ada.id));
      expect([response.status, response.body]).toEqual([404, unknownCustomer(ada.id)]);
    });

    it('returns the usual response to a password reset', async () => {
      const [ada, bob, visitor] = [await shop.customer(), await shop.customer(), await shop.visitor()];
      const request = () => visitor.send('POST', '/password/reset', { body: { email: ada.email } });
      expect((await runDuringChange([deleteCustomer(ada.id)], request)).status).toBe(204);
      const attributes = { email: bob.email };
      const glue = () => new Glue(shop).unauthenticated.send('POST', '/customer-forgotten-password', { attributes });
      expect((await runDuringChange([deleteCustomer(bob.id)], glue)).status).toBe(204);
    });

    it('returns the usual response to another opt-in mail', async () => {
      const [ada, visitor] = [await shop.signUp(), await shop.visitor()];
      const request = () => visitor.send('POST', '/signup/optin/refresh_token', { body: { email: ada.email } });
      expect((await runDuringChange([deleteCustomer(ada.id)], request)).status).toBe(202);
    });

    it('does not change the password', async () => {
      const ada = await shop.customer();
      const body = { currentPassword: ada.password, newPassword: 'new secret words' };
      const change = () => ada.send('POST', '/password/change', { body });
      const { status } = await runDuringChange([deleteCustomer(ada.id)], change);
      expect([400, 401]).toContain(status);
    });
  });

  it('is retried after a deadlock, for a login', async () => {
    const [ada, visitor] = [await shop.customer(), await shop.visitor()];
    const lockCustomer: Statement = ['select 1 from customers where id = ? for update', [ada.id]];
    const updateAccount: Statement = ['update accounts set initial_password = false where customer_id = ?', [ada.id]];
    const login = () => visitor.send('POST', '/login', { body: { email: ada.email, password: ada.password } });
    expect((await runDuringChange([lockCustomer], login, [updateAccount])).status).toBe(200);
  });

  it('confirms the e-mail and keeps the change', async () => {
    const [ada, visitor, staff] = [await shop.signUp(), await shop.visitor(), await shop.serviceClient()];
    const { token } = await shop.mailTo(ada.email, 'opt-in');
    const change: Statement = [`update customers set first_name = 'Eve', version = version + 1 where id = ?`, [ada.id]];
    const response = await runDuringChange([change], () => visitor.send('GET', `/signup/optin/${token}`));
    expect(response.status).toBe(200);
    expect(await staff.get(`/customers/${ada.id}`)).toMatchObject({ firstName: 'Eve', active: true });
  });

  it('updates an address that the change adds', async () => {
    const [{ id }, staff] = [await shop.signUp(), await shop.serviceClient()];
    const [path, address] = [`/customers/${id}/addresses`, `address-of-${id}`];
    const insertAddress: Statement = [
      'insert into addresses (tenant, id, customer_id, created_at) values (?, ?, ?, now())',
      [shop.tenant, address, id],
    ];
    const body = { contactName: 'Ada Lovelace' };
    expect(
      (await runDuringChange([insertAddress], () => staff.send('PUT', `${path}/${address}`, { body }))).status,
    ).toBe(204);
    expect(await staff.get(`${path}/${address}`)).toMatchObject(body);
  });
});
