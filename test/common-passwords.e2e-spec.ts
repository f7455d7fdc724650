import { randomUUID } from 'node:crypto';
import { expectErrorMessage } from './support/errors.js';
import { Glue, errorResponse } from './support/glue.js';
import { type Response, type LoggedInCustomer, Shop } from './support/shop.js';

const GOOD = 'seven quiet herons';

describe('a common password', () => {
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

  /** Requires an error for this field only. */
  function expectRejected(response: Response, field: string): void {
    expectErrorMessage(response);
    const message = `${field} is too easy to guess: it must not be a common password or contain the name of the shop or of the customer`;
    const details = [{ field, type: 'validation_failure', message }];
    expect(response.body).toEqual({ status: 400, type: 'validation_failure', message, details });
  }

  const signUp = async (body: object): Promise<Response> => (await shop.visitor()).send('POST', '/signup', { body });

  it.each([
    ['a common word', 'P@ssw0rd123'],
    ['a keyboard sequence', '1qaz2wsx'],
    ['the name of the service', 'Foyer2026!'],
    ['the name of the tenant', 'shopshop1'],
    ['the name of the mail sender', 'blue fjord'],
  ])('is rejected in a sign-up: %s', async (_what, password) => {
    const person = shop.person({ password });
    expectRejected(await signUp(person), 'password');
    expect((await signUp({ ...person, password: GOOD })).status).toBe(201);
  });

  it('is rejected in a sign-up if it resembles the e-mail address', async () => {
    const email = 'ada.lovelace@example.com';
    for (const password of ['Ada.Lovelace!', 'lovelace1815', email]) {
      expectRejected(await signUp({ email, password }), 'password');
      expect((await signUp({ email: shop.person().email, password })).status).toBe(201);
    }
    expectRejected(await signUp({ ...shop.person(), signup: { email, password: 'lovelace1815' } }), 'signup.password');
  });

  describe('of a customer with an account', () => {
    let ada: LoggedInCustomer;
    let name: string;
    beforeEach(async () => {
      name = `king.${randomUUID().replace(/[\d-]/g, '')}`;
      ada = await shop.customer({ email: `${name}@example.com`, password: GOOD });
    });

    it('is rejected in a password change, and nothing changes', async () => {
      for (const newPassword of ['password123', `${name}!`]) {
        const body = { currentPassword: ada.password, newPassword };
        expectRejected(await ada.send('POST', '/password/change', { body }), 'newPassword');
      }
      await shop.logIn(ada);
      await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: 'eight quiet herons' });
    });

    it('is rejected in a reset, and the token stays valid', async () => {
      const visitor = await shop.visitor();
      await visitor.post('/password/reset', 204, { email: ada.email });
      const { token } = await shop.mailTo(ada.email, 'password-reset');
      for (const password of ['password123', `${name}!`]) {
        expectRejected(await visitor.send('POST', '/password/reset/update', { body: { token, password } }), 'password');
      }
      await ada.get('/me');
      await visitor.post('/password/reset/update', 204, { token, password: 'eight quiet herons' });
      await shop.logIn({ ...ada, password: 'eight quiet herons' });
    });
  });

  it('is rejected if an employee sets it for a customer', async () => {
    const service = await shop.serviceClient();
    const contactEmail = 'augusta.king@example.com';
    for (const password of ['password123', 'AugustaKing1']) {
      expectRejected(await service.send('POST', '/customers', { body: { contactEmail, password } }), 'password');
    }
    await service.post('/customers', 201, { contactEmail, password: GOOD });
  });

  it('is rejected in the Glue API with its own message', async () => {
    const commonPassword = errorResponse('422', 'The password is listed as common.');
    const common = { password: 'password123', confirmPassword: 'password123' };
    const attributes = glue.person(common);
    expect(await glue.unauthenticated.send('POST', '/customers', { attributes })).toEqual(commonPassword);

    const ada = await glue.customer();
    const change = { password: ada.password, newPassword: 'password123', confirmPassword: 'password123' };
    const path = `/customer-password/${ada.reference}`;
    expect(await ada.send('PATCH', path, { attributes: change })).toEqual(commonPassword);
    const wrong = { ...change, password: 'a wrong guess' };
    expect(await ada.send('PATCH', path, { attributes: wrong })).toEqual(errorResponse('408', 'Invalid password'));
    await glue.unauthenticated.post('/customer-forgotten-password', 204, { email: ada.email });
    const { token: restorePasswordKey } = await shop.mailTo(ada.email, 'password-reset');
    const restore = { restorePasswordKey, ...common };
    const restoring = await glue.unauthenticated.send('PATCH', '/customer-restore-password/mine', {
      attributes: restore,
    });
    expect(restoring).toEqual(commonPassword);
  });

  it('is accepted by a tenant until its settings reject common passwords', async () => {
    await shop.addTenant('lax');
    const visitor = await shop.visitor('lax');
    await visitor.post('/signup', 201, { email: shop.person().email, password: 'password123' });
    const service = await shop.serviceClient(undefined, 'lax');
    const headers = { authorization: `Bearer ${service.token}` };
    const change = { passwordPolicy: { refuseCommon: true } };
    const { body } = await shop.send('PATCH', '/admin/lax/settings', { body: change, headers });
    expect(body.passwordPolicy).toEqual({
      shortest: 12,
      longest: 128,
      refuseCommon: true,
      requireCharacterClasses: false,
    });
    await visitor.post('/signup', 400, { email: shop.person().email, password: 'password123' });
  });

  it('is rejected by a strict tenant', async () => {
    await shop.addTenant('careful', { strict: true });
    const visitor = await shop.visitor('careful');
    const body = { email: shop.person().email, password: 'password12345678' };
    expectRejected(await visitor.send('POST', '/signup', { body }), 'password');
  });
});
