import { invalidFields, expectErrorMessage } from './support/errors.js';
import { Shop } from './support/shop.js';

const NEW = 'new secret words';
const HOUR = 3600;

describe('a password reset', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  /** Requests a reset. @returns the token from the mail */
  const requestReset = async (email: string): Promise<string> => {
    await (await shop.visitor()).post('/password/reset', 204, { email });
    return (await shop.mailTo(email, 'password-reset')).token;
  };

  it('sets the password with a one-time mailed token and revokes all sessions', async () => {
    const ada = await shop.customer();
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
    await ada.get('/me', 401);
    await visitor.post('/login', 400, { email: ada.email, password: ada.password });
    await visitor.post('/login', 200, { email: ada.email, password: 'new secret words' });
    await visitor.post('/password/reset/update', 400, { token, password: 'third secret words' });
  });

  it('revokes the refresh tokens too', async () => {
    const ada = await shop.customer();
    const token = await requestReset(ada.email);
    const visitor = await shop.visitor();
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
    await visitor.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`, 401);
  });

  it('mails a link of the tenant that ends in the token', async () => {
    await shop.addTenant('linked', {
      activation: 'none',
      links: { passwordReset: 'https://shop.example/reset?token=' },
    });
    const visitor = await shop.visitor('linked');
    const { email, password } = shop.person();
    await visitor.post('/signup', 201, { email, password, customerDetails: { firstName: 'Ada' } });
    await visitor.send('POST', '/password/reset', {
      body: { email, site: 'main' },
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    });
    const { text, token } = await shop.mailTo(email, 'password-reset');
    expect(text).toContain(`https://shop.example/reset?token=${token}`);
    // The address is not confirmed, so the mail contains no text that its sender chose.
    expect(text).toMatch(/^Hello,\n/);
    expect(text).not.toContain('evil');
  });

  it('returns the same response for an unknown address and sends no mail', async () => {
    const ada = await shop.customer();
    const unregistered = shop.person();
    const visitor = await shop.visitor();
    const known = await visitor.send('POST', '/password/reset', { body: { email: ada.email } });
    const unknown = await visitor.send('POST', '/password/reset', { body: { email: unregistered.email } });
    const comparable = ({ status, text, headers }: typeof known): unknown => ({
      status,
      text,
      // The caller's own requests are counted.
      headers: { ...headers, date: '', 'x-request-id': '', 'ratelimit-remaining': '', 'ratelimit-reset': '' },
    });
    expect(comparable(unknown)).toEqual(comparable(known));
    expect(unknown.status).toBe(204);
    expect(await shop.mailsTo(unregistered.email)).toEqual([]);
  });

  it('finds the account in any letter case and mails to the stored address', async () => {
    const ada = await shop.customer();
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email.toUpperCase() });
    await shop.mailTo(ada.email, 'password-reset');
  });

  it('accepts only the latest token', async () => {
    const ada = await shop.customer();
    const older = await requestReset(ada.email);
    const newer = await requestReset(ada.email);
    const visitor = await shop.visitor();
    await visitor.post('/password/reset/update', 400, { token: older, password: NEW });
    await visitor.post('/password/reset/update', 204, { token: newer, password: NEW });
  });

  it('accepts a token for an hour', async () => {
    const ada = await shop.customer();
    const inTime = await requestReset(ada.email);
    shop.advanceClock(HOUR - 60);
    await (await shop.visitor()).post('/password/reset/update', 204, { token: inTime, password: NEW });
    const late = await requestReset(ada.email);
    shop.advanceClock(HOUR + 1);
    const response = await (
      await shop.visitor()
    ).send('POST', '/password/reset/update', { body: { token: late, password: 'third secret words' } });
    expectErrorMessage(response);
    await (await shop.visitor()).post('/login', 200, { email: ada.email, password: NEW });
  });

  it('accepts a token only once in concurrent requests', async () => {
    const ada = await shop.customer();
    const token = await requestReset(ada.email);
    const visitor = await shop.visitor();
    const passwords = ['first', 'second', 'third', 'fourth'].map((name) => `${name} secret words`);
    const responses = await Promise.all(
      passwords.map((password) => visitor.send('POST', '/password/reset/update', { body: { token, password } })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400]);
    const won = passwords[responses.findIndex(({ status }) => status === 204)];
    await visitor.post('/login', 200, { email: ada.email, password: won });
  });

  it.each([
    ['does not activate the account', { active: false }],
    ['does not take the account off hold', { onHold: true }],
  ])('%s', async (_name, state) => {
    const ada = await shop.customer();
    const staff = await shop.serviceClient();
    const token = await requestReset(ada.email);
    await staff.patch(`/customers/${ada.id}`, 200, state);
    const visitor = await shop.visitor();
    await visitor.send('POST', '/password/reset/update', { body: { token, password: NEW } });
    expect(await staff.get(`/customers/${ada.id}`)).toMatchObject(state);
    await visitor.post('/login', 400, { email: ada.email, password: NEW });
  });

  it('revokes a pending change of the e-mail', async () => {
    const ada = await shop.customer();
    const { email } = shop.person();
    const request = { email: ada.email, password: ada.password, newEmail: email };
    await ada.post('/me/accounts/internal/email/change', 204, request);
    const change = await shop.mailTo(email, 'email-change');
    const token = await requestReset(ada.email);
    const visitor = await shop.visitor();
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
    await visitor.post('/me/accounts/internal/email/change/confirm', 400, { token: change.token });
    await visitor.post('/login', 200, { email: ada.email, password: NEW });
  });

  it('rejects a token of another tenant', async () => {
    await shop.addTenant('other');
    const ada = await shop.customer();
    const token = await requestReset(ada.email);
    const elsewhere = await shop.visitor('other');
    expectErrorMessage(await elsewhere.send('POST', '/password/reset/update', { body: { token, password: NEW } }));
    await (await shop.visitor()).post('/password/reset/update', 204, { token, password: NEW });
  });

  it('rejects a token that was mailed for another purpose', async () => {
    const ada = await shop.customer();
    const { email } = shop.person();
    const request = { email: ada.email, password: ada.password, newEmail: email };
    await ada.post('/me/accounts/internal/email/change', 204, request);
    const { token } = await shop.mailTo(email, 'email-change');
    await (await shop.visitor()).post('/password/reset/update', 400, { token, password: NEW });
  });

  it('rejects a weak new password and keeps the token valid', async () => {
    const ada = await shop.customer();
    const token = await requestReset(ada.email);
    const visitor = await shop.visitor();
    for (const password of ['12345', 'x'.repeat(129)]) {
      const response = await visitor.send('POST', '/password/reset/update', { body: { token, password } });
      expectErrorMessage(response);
      expect(invalidFields(response)).toEqual(['password']);
    }
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
  });
});
