import { randomUUID } from 'node:crypto';
import { expectErrorMessage } from './support/errors.js';
import { Glue, refused } from './support/glue.js';
import { type Answer, type LoggedIn, Shop } from './support/shop.js';

const GOOD = 'seven quiet herons';

describe('a password that anybody would guess', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({
      activation: 'none',
      passwordPolicy: { shortest: 8, refuseCommon: true },
      mailFrom: 'Blue Fjord <no-reply@bluefjord.example>',
    });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  /** Is told of the field by its name, and of nothing else. */
  function expectRefused(answer: Answer, field: string): void {
    expectErrorMessage(answer);
    const message = `${field} is too easy to guess: it must not be a common password or contain the name of the shop or of the customer`;
    const details = [{ field, type: 'validation_failure', message }];
    expect(answer.body).toEqual({ status: 400, type: 'validation_failure', message, details });
  }

  const signUp = async (body: object): Promise<Answer> => (await shop.visitor()).send('POST', '/signup', { body });

  it.each([
    ['common', 'P@ssw0rd123'],
    ['a way over the keyboard', '1qaz2wsx'],
    ['the service', 'Foyer2026!'],
    ['the tenant', 'shopshop1'],
    ['the name in its mails', 'blue fjord'],
  ])('is refused at the sign-up: %s', async (_what, password) => {
    const person = shop.person({ password });
    expectRefused(await signUp(person), 'password');
    expect((await signUp({ ...person, password: GOOD })).status).toBe(201);
  });

  it('is refused at the sign-up when it is of the e-mail address', async () => {
    const email = 'ada.lovelace@example.com';
    for (const password of ['Ada.Lovelace!', 'lovelace1815', email]) {
      expectRefused(await signUp({ email, password }), 'password');
      expect((await signUp({ email: shop.person().email, password })).status).toBe(201);
    }
    expectRefused(await signUp({ ...shop.person(), signup: { email, password: 'lovelace1815' } }), 'signup.password');
  });

  describe('of somebody who has an account', () => {
    let ada: LoggedIn;
    let name: string;
    beforeEach(async () => {
      name = `king.${randomUUID().replace(/[\d-]/g, '')}`;
      ada = await shop.loggedIn({ email: `${name}@example.com`, password: GOOD });
    });

    it('is refused at a change, and nothing changes', async () => {
      for (const newPassword of ['password123', `${name}!`]) {
        const body = { currentPassword: ada.password, newPassword };
        expectRefused(await ada.send('POST', '/password/change', { body }), 'newPassword');
      }
      await shop.logIn(ada);
      await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: 'eight quiet herons' });
    });

    it('is refused at a reset, for which the token stays good', async () => {
      const visitor = await shop.visitor();
      await visitor.post('/password/reset', 204, { email: ada.email });
      const { token } = await shop.mailTo(ada.email, 'password-reset');
      for (const password of ['password123', `${name}!`]) {
        expectRefused(await visitor.send('POST', '/password/reset/update', { body: { token, password } }), 'password');
      }
      await ada.get('/me');
      await visitor.post('/password/reset/update', 204, { token, password: 'eight quiet herons' });
      await shop.logIn({ ...ada, password: 'eight quiet herons' });
    });
  });

  it('is refused when staff sets it, for a customer or for its own', async () => {
    const service = await shop.employee();
    const contactEmail = 'augusta.king@example.com';
    for (const password of ['password123', 'AugustaKing1']) {
      expectRefused(await service.send('POST', '/customers', { body: { contactEmail, password } }), 'password');
    }
    await service.post('/customers', 201, { contactEmail, password: GOOD });

    const headers = { authorization: `Bearer ${service.token}` };
    const admin = (method: string, path: string, body: object): Promise<Answer> =>
      shop.send(method, `/admin/shop/employees${path}`, { body, headers });
    const grace = { email: 'grace.hopper@example.com', role: 'viewer' };
    expectRefused(await admin('POST', '', { ...grace, password: 'GraceHopper1' }), 'password');
    const { body } = await admin('POST', '', { ...grace, password: GOOD });
    expectRefused(await admin('PATCH', `/${String(body.id)}`, { password: 'grace.hopper' }), 'password');
  });

  it('is refused in the second dialect in its own words', async () => {
    const easy = (field: string) => refused('901', `${field} => This value is too easy to guess.`);
    const common = { password: 'password123', confirmPassword: 'password123' };
    const attributes = glue.person(common);
    expect(await glue.stranger.send('POST', '/customers', { attributes })).toEqual(easy('password'));

    const ada = await glue.customer();
    const change = { password: ada.password, newPassword: 'password123', confirmPassword: 'password123' };
    const path = `/customer-password/${ada.reference}`;
    expect(await ada.send('PATCH', path, { attributes: change })).toEqual(easy('newPassword'));
    await glue.stranger.post('/customer-forgotten-password', 204, { email: ada.email });
    const { token: restorePasswordKey } = await shop.mailTo(ada.email, 'password-reset');
    const restore = { restorePasswordKey, ...common };
    const restoring = await glue.stranger.send('PATCH', '/customer-restore-password/mine', { attributes: restore });
    expect(restoring).toEqual(easy('password'));
  });

  it('is taken by a tenant that does not mind, as the vendors do, until it does', async () => {
    await shop.addTenant('lax');
    const visitor = await shop.visitor('lax');
    await visitor.post('/signup', 201, { email: shop.person().email, password: 'password123' });
    const service = await shop.employee(undefined, 'lax');
    const headers = { authorization: `Bearer ${service.token}` };
    const change = { passwordPolicy: { refuseCommon: true } };
    const { body } = await shop.send('PATCH', '/admin/lax/settings', { body: change, headers });
    expect(body.passwordPolicy).toEqual({ shortest: 12, longest: 128, refuseCommon: true });
    await visitor.post('/signup', 400, { email: shop.person().email, password: 'password123' });
  });

  it('is refused by a tenant that is strict', async () => {
    await shop.addTenant('careful', { strict: true });
    const visitor = await shop.visitor('careful');
    const body = { email: shop.person().email, password: 'password12345678' };
    expectRefused(await visitor.send('POST', '/signup', { body }), 'password');
  });
});
