import { blamed, expectErrorMessage } from './support/errors.js';
import { Shop } from './support/shop.js';

const NEW = 'new secret words';
const HOUR = 3600;

describe('a forgotten password', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  /** Asks for a reset. @returns the token from the mail */
  const forget = async (email: string): Promise<string> => {
    await (await shop.visitor()).post('/password/reset', 204, { email });
    return (await shop.mailTo(email, 'password-reset')).token;
  };

  it('is set anew with a mailed token that works once, and ends all sessions', async () => {
    const ada = await shop.loggedIn();
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
    await ada.get('/me', 401);
    await visitor.post('/login', 400, { email: ada.email, password: ada.password });
    await visitor.post('/login', 200, { email: ada.email, password: 'new secret words' });
    await visitor.post('/password/reset/update', 400, { token, password: 'third secret words' });
  });

  it('ends the refresh tokens too', async () => {
    const ada = await shop.loggedIn();
    const token = await forget(ada.email);
    const visitor = await shop.visitor();
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
    await visitor.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`, 401);
  });

  it('is mailed as a link of the tenant with the token behind it', async () => {
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

  it('answers alike for an unknown address, and mails nothing', async () => {
    const ada = await shop.loggedIn();
    const nobody = shop.person();
    const visitor = await shop.visitor();
    const known = await visitor.send('POST', '/password/reset', { body: { email: ada.email } });
    const unknown = await visitor.send('POST', '/password/reset', { body: { email: nobody.email } });
    const told = ({ status, text, headers }: typeof known): unknown => ({
      status,
      text,
      // The caller's own requests are counted.
      headers: { ...headers, date: '', 'x-request-id': '', 'ratelimit-remaining': '', 'ratelimit-reset': '' },
    });
    expect(told(unknown)).toEqual(told(known));
    expect(unknown.status).toBe(204);
    expect(await shop.mailsTo(nobody.email)).toEqual([]);
  });

  it('finds the account by any spelling of the address, and mails to the address on record', async () => {
    const ada = await shop.loggedIn();
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email.toUpperCase() });
    await shop.mailTo(ada.email, 'password-reset');
  });

  it('takes the latest token only', async () => {
    const ada = await shop.loggedIn();
    const older = await forget(ada.email);
    const newer = await forget(ada.email);
    const visitor = await shop.visitor();
    await visitor.post('/password/reset/update', 400, { token: older, password: NEW });
    await visitor.post('/password/reset/update', 204, { token: newer, password: NEW });
  });

  it('takes a token for an hour', async () => {
    const ada = await shop.loggedIn();
    const inTime = await forget(ada.email);
    shop.later(HOUR - 60);
    await (await shop.visitor()).post('/password/reset/update', 204, { token: inTime, password: NEW });
    const late = await forget(ada.email);
    shop.later(HOUR + 1);
    const answer = await (
      await shop.visitor()
    ).send('POST', '/password/reset/update', { body: { token: late, password: 'third secret words' } });
    expectErrorMessage(answer);
    await (await shop.visitor()).post('/login', 200, { email: ada.email, password: NEW });
  });

  it('takes a token once, however many use it at once', async () => {
    const ada = await shop.loggedIn();
    const token = await forget(ada.email);
    const visitor = await shop.visitor();
    const passwords = ['first', 'second', 'third', 'fourth'].map((name) => `${name} secret words`);
    const answers = await Promise.all(
      passwords.map((password) => visitor.send('POST', '/password/reset/update', { body: { token, password } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 400, 400, 400]);
    const won = passwords[answers.findIndex(({ status }) => status === 204)];
    await visitor.post('/login', 200, { email: ada.email, password: won });
  });

  it.each([
    ['does not activate the account', { active: false }],
    ['does not take the account off hold', { onHold: true }],
  ])('%s', async (_name, standing) => {
    const ada = await shop.loggedIn();
    const staff = await shop.employee();
    const token = await forget(ada.email);
    await staff.patch(`/customers/${ada.id}`, 200, standing);
    const visitor = await shop.visitor();
    await visitor.send('POST', '/password/reset/update', { body: { token, password: NEW } });
    expect(await staff.get(`/customers/${ada.id}`)).toMatchObject(standing);
    await visitor.post('/login', 400, { email: ada.email, password: NEW });
  });

  it('kills a pending change of the e-mail', async () => {
    const ada = await shop.loggedIn();
    const { email } = shop.person();
    const request = { email: ada.email, password: ada.password, newEmail: email };
    await ada.post('/me/accounts/internal/email/change', 204, request);
    const change = await shop.mailTo(email, 'email-change');
    const token = await forget(ada.email);
    const visitor = await shop.visitor();
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
    await visitor.post('/me/accounts/internal/email/change/confirm', 400, { token: change.token });
    await visitor.post('/login', 200, { email: ada.email, password: NEW });
  });

  it('takes no token of another tenant', async () => {
    await shop.addTenant('other');
    const ada = await shop.loggedIn();
    const token = await forget(ada.email);
    const elsewhere = await shop.visitor('other');
    expectErrorMessage(await elsewhere.send('POST', '/password/reset/update', { body: { token, password: NEW } }));
    await (await shop.visitor()).post('/password/reset/update', 204, { token, password: NEW });
  });

  it('takes no token that was mailed for something else', async () => {
    const ada = await shop.loggedIn();
    const { email } = shop.person();
    const request = { email: ada.email, password: ada.password, newEmail: email };
    await ada.post('/me/accounts/internal/email/change', 204, request);
    const { token } = await shop.mailTo(email, 'email-change');
    await (await shop.visitor()).post('/password/reset/update', 400, { token, password: NEW });
  });

  it('refuses a weak new password, and the token stays good', async () => {
    const ada = await shop.loggedIn();
    const token = await forget(ada.email);
    const visitor = await shop.visitor();
    for (const password of ['12345', 'x'.repeat(129)]) {
      const answer = await visitor.send('POST', '/password/reset/update', { body: { token, password } });
      expectErrorMessage(answer);
      expect(blamed(answer)).toEqual(['password']);
    }
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
  });
});
