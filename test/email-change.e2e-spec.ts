import { invalidFields, expectErrorMessage } from './support/errors.js';
import { type Body, type LoggedInCustomer, Shop } from './support/shop.js';

const CHANGE = '/me/accounts/internal/email/change';
const CONFIRM = `${CHANGE}/confirm`;
const DAY = 24 * 3600;

describe('a change of the login e-mail', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  /** Requests the change. @returns the token that was mailed to the new address */
  const requestChange = async (
    { email, password, ...ada }: LoggedInCustomer,
    newEmail: string,
    more: Body = {},
  ): Promise<string> => {
    const { status } = await shop.send('POST', `/customer/${shop.tenant}${CHANGE}`, {
      body: { email, password, newEmail, ...more },
      headers: { authorization: `Bearer ${ada.token}` },
    });
    expect(status).toBe(204);
    return (await shop.mailTo(newEmail, 'email-change')).token;
  };
  const canLogIn = async (email: string, { password }: LoggedInCustomer): Promise<boolean> => {
    const { status } = await (await shop.visitor()).send('POST', '/login', { body: { email, password } });
    return status === 200;
  };

  it('is mailed to both addresses, and applies only after confirmation from the new one', async () => {
    const ada = await shop.customer({ customerDetails: { firstName: 'Ada' } });
    const { email } = shop.person();
    const token = await requestChange(ada, email);
    const proof = await shop.mailTo(email, 'email-change');
    expect(proof.text).toContain(`http://localhost:8080/email/confirm?token=${token}`);
    const notice = await shop.mailTo(ada.email, 'email-change-notice');
    // The current address is not confirmed, so the mail omits the text that the customer chose.
    expect(notice.text).toContain('another address');
    expect(notice.text).not.toContain(email);
    expect(notice.text).not.toContain(token);
    expect(notice.token).toBeNull();

    expect(await canLogIn(ada.email, ada)).toBe(true);
    expect(await canLogIn(email, ada)).toBe(false);
    expect(await ada.get('/me')).toMatchObject({ accounts: [{ id: ada.email }] });

    await (await shop.visitor()).post(CONFIRM, 204, { token });
    expect(await canLogIn(ada.email, ada)).toBe(false);
    expect(await canLogIn(email, ada)).toBe(true);
    expect(await ada.get('/me')).toMatchObject({ id: ada.id, accounts: [{ id: email }] });
    expect(await ada.get('/validateauthtoken')).toMatchObject({ email });
    const [last] = await shop.mailsTo(ada.email);
    expect(last?.kind).toBe('email-changed');
    expect(last?.text).toContain('The e-mail address of your account has changed.');
  });

  it.each([
    [undefined, 'old'],
    [false, 'old'],
    [true, 'new'],
  ])('with syncContactEmail %p results in the %s contactEmail', async (syncContactEmail, which) => {
    const ada = await shop.customer();
    const { email } = shop.person();
    const token = await requestChange(ada, email, { syncContactEmail });
    expect(await ada.get('/me')).toMatchObject({ contactEmail: ada.email });
    await (await shop.visitor()).post(CONFIRM, 204, { token });
    expect(await ada.get('/me')).toMatchObject({ contactEmail: which === 'new' ? email : ada.email });
  });

  it('requires the password', async () => {
    const ada = await shop.customer();
    const { email } = shop.person();
    const body = { email: ada.email, password: 'a wrong guess', newEmail: email };
    expectErrorMessage(await ada.send('POST', CHANGE, { body }));
    expect(await shop.mailsTo(email)).toEqual([]);
    expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).not.toContain('email-change-notice');
  });

  it('requires the current login e-mail, ignoring case', async () => {
    const ada = await shop.customer();
    const [contact, { email }] = [shop.person(), shop.person()];
    await ada.patch('/me', 200, { contactEmail: contact.email });
    const body = { email: contact.email, password: ada.password, newEmail: email };
    expectErrorMessage(await ada.send('POST', CHANGE, { body }));
    expect(await shop.mailsTo(email)).toEqual([]);
    await requestChange(ada, email, { email: ada.email.toUpperCase() });
  });

  it.each([undefined, null])('does not require the current login e-mail: %p', async (email) => {
    const ada = await shop.customer();
    const next = shop.person().email;
    const token = await requestChange(ada, next, { email, syncContactEmail: null });
    await (await shop.visitor()).post(CONFIRM, 204, { token });
    expect(await ada.get('/me')).toMatchObject({ accounts: [{ id: next }], contactEmail: ada.email });
  });

  it('to a taken address gets the same response and notice as to a free one, and its owner no mail', async () => {
    const [ada, john] = [await shop.customer(), await shop.customer()];
    const { email } = shop.person();
    const before = await shop.mailsTo(john.email);
    const requestChangeTo = async (newEmail: string): Promise<unknown> => {
      const body = { email: ada.email, password: ada.password, newEmail };
      const { status, text, headers } = await ada.send('POST', CHANGE, { body });
      const counters = { 'ratelimit-remaining': '', 'ratelimit-reset': '' };
      return { status, text, headers: { ...headers, ...counters, date: '', 'x-request-id': '' } };
    };
    expect(await requestChangeTo(john.email)).toEqual(await requestChangeTo(email));
    const notices = (await shop.mailsTo(ada.email)).filter(({ kind }) => kind === 'email-change-notice');
    expect(notices).toHaveLength(2);
    await requestChangeTo(john.email.toUpperCase());
    expect(await shop.mailsTo(john.email)).toEqual(before);
  });

  it('to the current address is rejected, ignoring case', async () => {
    const ada = await shop.customer();
    for (const newEmail of [ada.email, ada.email.toUpperCase()]) {
      const response = await ada.send('POST', CHANGE, { body: { email: ada.email, password: ada.password, newEmail } });
      expectErrorMessage(response);
      expect(invalidFields(response)).toEqual(['newEmail']);
    }
  });

  it('to one free address by two customers applies to the one who confirms first', async () => {
    const [ada, john] = [await shop.customer(), await shop.customer()];
    const { email } = shop.person();
    const hers = await requestChange(ada, email, { syncContactEmail: true });
    const his = await requestChange(john, email, { syncContactEmail: true });
    const visitor = await shop.visitor();
    await visitor.post(CONFIRM, 204, { token: his });
    expectErrorMessage(await visitor.send('POST', CONFIRM, { body: { token: hers } }));
    expect(await john.get('/me')).toMatchObject({ accounts: [{ id: email }], contactEmail: email });
    expect(await ada.get('/me')).toMatchObject({ accounts: [{ id: ada.email }], contactEmail: ada.email });
    expect(await canLogIn(ada.email, ada)).toBe(true);
  });

  it('to one free address by two customers who confirm concurrently applies to only one', async () => {
    const [ada, john] = [await shop.customer(), await shop.customer()];
    const { email } = shop.person();
    const tokens = [await requestChange(ada, email), await requestChange(john, email)];
    const visitor = await shop.visitor();
    const responses = await Promise.all(tokens.map((token) => visitor.send('POST', CONFIRM, { body: { token } })));
    expect(responses.map(({ status }) => status).sort()).toEqual([204, 400]);
  });

  it('to an address that is taken by a sign-up before the confirmation is rejected', async () => {
    const ada = await shop.customer();
    const { email } = shop.person();
    const token = await requestChange(ada, email);
    await shop.signUp({ email });
    expectErrorMessage(await (await shop.visitor()).send('POST', CONFIRM, { body: { token } }));
    expect(await canLogIn(ada.email, ada)).toBe(true);
  });

  it('accepts only the latest token, and only once', async () => {
    const ada = await shop.customer();
    const [first, second] = [shop.person(), shop.person()];
    const older = await requestChange(ada, first.email);
    const newer = await requestChange(ada, second.email);
    const visitor = await shop.visitor();
    await visitor.post(CONFIRM, 400, { token: older });
    const responses = await Promise.all([1, 2, 3].map(() => visitor.send('POST', CONFIRM, { body: { token: newer } })));
    expect(responses.map(({ status }) => status).sort()).toEqual([204, 400, 400]);
    expect(await ada.get('/me')).toMatchObject({ accounts: [{ id: second.email }] });
  });

  it('accepts a token for a day', async () => {
    const ada = await shop.customer();
    const [first, second] = [shop.person(), shop.person()];
    const inTime = await requestChange(ada, first.email);
    shop.advanceClock(DAY - 60);
    await (await shop.visitor()).post(CONFIRM, 204, { token: inTime });
    const late = await requestChange(ada, second.email, { email: first.email });
    shop.advanceClock(DAY + 1);
    expectErrorMessage(await (await shop.visitor()).send('POST', CONFIRM, { body: { token: late } }));
    expect(await canLogIn(first.email, ada)).toBe(true);
  });

  it('rejects a token of another tenant or for another purpose', async () => {
    await shop.addTenant('other');
    const ada = await shop.customer();
    const token = await requestChange(ada, shop.person().email);
    await (await shop.visitor('other')).post(CONFIRM, 400, { token });
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const reset = await shop.mailTo(ada.email, 'password-reset');
    await visitor.post(CONFIRM, 400, { token: reset.token });
    await visitor.post(CONFIRM, 204, { token });
  });

  it('invalidates a pending password reset, whose link is in the old mailbox', async () => {
    const ada = await shop.customer();
    const visitor = await shop.visitor();
    await visitor.post('/password/reset', 204, { email: ada.email });
    const reset = await shop.mailTo(ada.email, 'password-reset');
    const { email } = shop.person();
    await visitor.post(CONFIRM, 204, { token: await requestChange(ada, email) });
    await visitor.post('/password/reset/update', 400, { token: reset.token, password: 'new secret words' });
    expect(await canLogIn(email, ada)).toBe(true);
  });
});
