import { setTimeout as passed } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { deadToken, unknownCustomer } from './support/answers.js';
import { Glue } from './support/glue.js';
import { Shop, type Visitor } from './support/shop.js';

type Statement = [text: string, values: unknown[]];

/** What others do at the moment in which staff changes something. */
describe('at the same moment in which staff', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'email' })));
  afterAll(() => shop.close());

  /** Lets somebody act after a change was made, and before it is committed. */
  const during = async <T>(change: Statement[], act: () => Promise<T>, then: Statement[] = []): Promise<T> => {
    const em = shop.app.get(EntityManager).fork({ disableContextResolution: true });
    await em.begin();
    for (const [text, values] of change) await em.execute(text, values);
    const acting = act();
    await passed(400);
    for (const [text, values] of then) await em.execute(text, values);
    await em.commit();
    return acting;
  };
  const deleted = (id: string): Statement => ['delete from customers where id = ?', [id]];
  const acting = (clerk: Visitor, customerNumber: string) =>
    clerk.send('POST', '/assistedbuying/login', { body: { customerNumber } });

  describe('shuts an employee out', () => {
    it.each([
      ['a deactivation', 'update employees set active = false where id = ?'],
      ['another role', `update employees set role = 'viewer' where id = ?`],
      ['another password', `update employees set password_hash = 'another' where id = ?`],
      ['a removal', 'delete from employees where id = ?'],
    ])('the employee begins to act for nobody: %s', async (_how, change) => {
      const [ada, clerk] = [await shop.loggedIn(), await shop.staff('support')];
      const ended = 'update sessions set ended_at = now() where employee_id = ?';
      const answer = await during([[change, [clerk.id]]], () => acting(clerk, ada.id), [[ended, [clerk.id]]]);
      expect([answer.status, answer.body]).toEqual([401, deadToken]);
      await ada.get('/me');
    });
  });

  describe('deletes a customer', () => {
    it('nobody begins to act for the customer', async () => {
      const [ada, clerk] = [await shop.loggedIn(), await shop.staff('support')];
      const answer = await during([deleted(ada.id)], () => acting(clerk, ada.id));
      expect([answer.status, answer.body]).toEqual([404, unknownCustomer(ada.id)]);
    });

    it('a forgotten password is answered as any other', async () => {
      const [ada, bob, visitor] = [await shop.loggedIn(), await shop.loggedIn(), await shop.visitor()];
      const asked = () => visitor.send('POST', '/password/reset', { body: { email: ada.email } });
      expect((await during([deleted(ada.id)], asked)).status).toBe(204);
      const attributes = { email: bob.email };
      const glue = () => new Glue(shop).stranger.send('POST', '/customer-forgotten-password', { attributes });
      expect((await during([deleted(bob.id)], glue)).status).toBe(204);
    });

    it('so is who asks for the opt-in mail again', async () => {
      const [ada, visitor] = [await shop.signedUp(), await shop.visitor()];
      const asked = () => visitor.send('POST', '/signup/optin/refresh_token', { body: { email: ada.email } });
      expect((await during([deleted(ada.id)], asked)).status).toBe(202);
    });

    it('the password is not changed', async () => {
      const ada = await shop.loggedIn();
      const body = { currentPassword: ada.password, newPassword: 'new secret words' };
      const change = () => ada.send('POST', '/password/change', { body });
      const { status } = await during([deleted(ada.id)], change);
      expect([400, 401]).toContain(status);
    });
  });

  it('and a login need the same rows in another order, the login is tried again', async () => {
    const [ada, visitor] = [await shop.loggedIn(), await shop.visitor()];
    const held: Statement = ['select 1 from customers where id = ? for update', [ada.id]];
    const wanted: Statement = ['update accounts set initial_password = false where customer_id = ?', [ada.id]];
    const login = () => visitor.send('POST', '/login', { body: { email: ada.email, password: ada.password } });
    expect((await during([held], login, [wanted])).status).toBe(200);
  });

  it('changes a customer, the customer confirms the e-mail', async () => {
    const [ada, visitor, staff] = [await shop.signedUp(), await shop.visitor(), await shop.employee()];
    const { token } = await shop.mailTo(ada.email, 'opt-in');
    const change: Statement = [`update customers set first_name = 'Eve', version = version + 1 where id = ?`, [ada.id]];
    const answer = await during([change], () => visitor.send('GET', `/signup/optin/${token}`));
    expect(answer.status).toBe(200);
    expect(await staff.get(`/customers/${ada.id}`)).toMatchObject({ firstName: 'Eve', active: true });
  });

  it('adds an address, another who puts it changes it', async () => {
    const [{ id }, staff] = [await shop.signedUp(), await shop.employee()];
    const [path, address] = [`/customers/${id}/addresses`, `address-of-${id}`];
    const added: Statement = [
      'insert into addresses (tenant, id, customer_id, created_at) values (?, ?, ?, now())',
      [shop.tenant, address, id],
    ];
    const body = { contactName: 'Ada Lovelace' };
    expect((await during([added], () => staff.send('PUT', `${path}/${address}`, { body }))).status).toBe(204);
    expect(await staff.get(`${path}/${address}`)).toMatchObject(body);
  });
});
