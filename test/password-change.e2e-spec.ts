import { invalidFields, expectErrorMessage } from './support/errors.js';
import { Shop } from './support/shop.js';

const NEW = 'new secret words';

describe('a password change', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  it('replaces the old password with the new one', async () => {
    const ada = await shop.customer();
    await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: NEW });
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, { email: ada.email, password: ada.password });
    await visitor.post('/login', 200, { email: ada.email, password: NEW });
  });

  it('requires the current password', async () => {
    const ada = await shop.customer();
    const body = { currentPassword: 'a wrong guess', newPassword: NEW };
    const response = await ada.send('POST', '/password/change', { body });
    expectErrorMessage(response);
    expect(response.body).toEqual({ status: 400, type: 'bad_request', message: 'The password is incorrect.' });
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, { email: ada.email, password: NEW });
    await visitor.post('/login', 200, { email: ada.email, password: ada.password });
  });

  it('ends all other sessions and their refresh tokens, but not the current one', async () => {
    const here = await shop.customer();
    const there = await shop.logIn(here);
    await here.post('/password/change', 204, { currentPassword: here.password, newPassword: NEW });
    await here.get('/me', 200);
    await there.get('/me', 401);
    const visitor = await shop.visitor();
    await visitor.get(`/refreshauthtoken?refreshToken=${there.login.refresh_token}`, 401);
    await visitor.get(`/refreshauthtoken?refreshToken=${here.login.refresh_token}`, 200);
  });

  it('revokes a pending password reset', async () => {
    const ada = await shop.customer();
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: NEW });
    await visitor.post('/password/reset/update', 400, { token, password: 'third secret words' });
    await visitor.post('/login', 200, { email: ada.email, password: NEW });
  });

  it('revokes a pending e-mail change, which an attacker may have requested', async () => {
    const ada = await shop.customer();
    const { email } = shop.person();
    const request = { email: ada.email, password: ada.password, newEmail: email };
    await ada.post('/me/accounts/internal/email/change', 204, request);
    const { token } = await shop.mailTo(email, 'email-change');
    await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: NEW });
    await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 400, { token });
    expect(await ada.get('/me')).toMatchObject({ accounts: [{ id: ada.email }] });
  });

  it('accepts only new passwords of 6 to 128 characters', async () => {
    const ada = await shop.customer();
    for (const newPassword of [
      '',
      '12345',
      '𝄞'.repeat(5),
      'x'.repeat(129),
      '𝄞'.repeat(129),
      'x'.repeat(100_000),
      null,
      7,
    ]) {
      const response = await ada.send('POST', '/password/change', {
        body: { currentPassword: ada.password, newPassword },
      });
      expectErrorMessage(response);
      expect(invalidFields(response)).toEqual(['newPassword']);
    }
    let currentPassword = ada.password;
    for (const newPassword of ['123456', '𝄞'.repeat(6), '𝄞'.repeat(128), 'x'.repeat(128)]) {
      await ada.post('/password/change', 204, { currentPassword, newPassword });
      currentPassword = newPassword;
    }
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, { email: ada.email, password: 'x'.repeat(127) });
    await visitor.post('/login', 200, { email: ada.email, password: 'x'.repeat(128) });
  });

  it('names the missing field', async () => {
    const ada = await shop.customer();
    expect(invalidFields(await ada.send('POST', '/password/change', { body: { newPassword: NEW } }))).toEqual([
      'currentPassword',
    ]);
    expect(
      invalidFields(await ada.send('POST', '/password/change', { body: { currentPassword: ada.password } })),
    ).toEqual(['newPassword']);
  });
});
