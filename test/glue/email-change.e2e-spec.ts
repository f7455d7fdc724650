import {
  Glue,
  GlueClient,
  type GlueCustomer,
  broken,
  errorResponse,
  glueResponse,
  invalidAttributes,
  missingToken,
  tokenResponse,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const badKey = errorResponse('423', 'This email confirmation code is invalid or has been already used.');
const emailTaken = errorResponse(
  '400',
  'If this email address is already in use, you will receive a password reset link. Otherwise you must first validate ' +
    'your e-mail address to finish registration. Please check your e-mail.',
);

/** The customer resource after changes of its attributes. */
const changed = async (ada: GlueCustomer, changes: Body) => {
  const { data } = await ada.get(ada.path);
  const attributes = { ...data.attributes, updatedAt: expect.any(String), ...changes };
  return glueResponse(200, { data: { ...data, attributes } });
};
const update = (ada: GlueClient & { path: string }, attributes: Body) => ada.send('PATCH', ada.path, { attributes });
const confirm = (glue: Glue, confirmationKey: unknown) =>
  glue.unauthenticated.send('POST', '/customer-email-confirmation', { attributes: { confirmationKey } });
const logIn = (glue: Glue, username: string, { password }: GlueCustomer) =>
  glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });
const kindsTo = async (shop: Shop, email: string) => (await shop.mailsTo(email)).map(({ kind }) => kind);
const loginRejected = errorResponse('003', 'Failed to authenticate user.');

describe('a change of the e-mail with PATCH /customers', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  it('is pending until the customer confirms it from the new address; other attributes change at once', async () => {
    const ada = await glue.customer();
    const { email } = shop.person();
    const response = await changed(ada, { firstName: 'Augusta' });
    expect(await update(ada, { email, firstName: 'Augusta' })).toEqual(response);
    expect((await ada.get(ada.path)).data.attributes).toMatchObject({ email: ada.email, firstName: 'Augusta' });
    const { token, text } = await shop.mailTo(email, 'email-change');
    expect(text).toContain(`http://localhost:8080/email/confirm?token=${token}`);
    expect(await kindsTo(shop, email)).toEqual(['email-change']);
    const notice = await shop.mailTo(ada.email, 'email-change-notice');
    expect(notice.text).toContain(`We received a request to change the e-mail address of your account to ${email}.`);
    expect(await logIn(glue, email, ada)).toEqual(loginRejected);

    const after = await changed(ada, { email });
    expect(await confirm(glue, token)).toEqual(glueResponse(204));
    expect(await ada.send('GET', ada.path)).toEqual(after);
    expect(await logIn(glue, email, ada)).toEqual(tokenResponse('access-tokens'));
    expect(await logIn(glue, ada.email, ada)).toEqual(loginRejected);
    const [latest, ...earlier] = await shop.mailsTo(ada.email);
    expect(latest?.kind).toBe('email-changed');
    expect(latest?.text).toContain(`The e-mail address of your account has changed to ${email}.`);
    expect(earlier.map(({ kind }) => kind)).toEqual(['email-change-notice', 'opt-in']);
    const [customer] = await rows(shop, 'select contact_email from customers where reference = $1', [ada.reference]);
    expect(customer).toEqual({ contact_email: email });
  });

  it('can be confirmed only once', async () => {
    const ada = await glue.customer();
    const { email } = shop.person();
    await update(ada, { email });
    const { token } = await shop.mailTo(email, 'email-change');
    expect(await confirm(glue, token)).toEqual(glueResponse(204));
    expect(await confirm(glue, token)).toEqual(badKey);
  });

  it('can be confirmed for 30 minutes', async () => {
    const ada = await glue.customer();
    const [first, second] = [shop.person().email, shop.person().email];
    await update(ada, { email: first });
    shop.advanceClock(1790);
    await confirm(glue, (await shop.mailTo(first, 'email-change')).token);
    await update(ada, { email: second });
    shop.advanceClock(1801);
    expect(await confirm(glue, (await shop.mailTo(second, 'email-change')).token)).toEqual(badKey);
    expect((await ada.get(ada.path)).data.attributes.email).toBe(first);
  });

  it('is replaced by a newer one', async () => {
    const ada = await glue.customer();
    const [first, second] = [shop.person().email, shop.person().email];
    await update(ada, { email: first });
    await update(ada, { email: second });
    expect(await confirm(glue, (await shop.mailTo(first, 'email-change')).token)).toEqual(badKey);
    expect(await confirm(glue, (await shop.mailTo(second, 'email-change')).token)).toEqual(glueResponse(204));
  });

  it('can be confirmed in the Emporix API, too', async () => {
    const ada = await glue.customer();
    const { email } = shop.person();
    await update(ada, { email });
    const { token } = await shop.mailTo(email, 'email-change');
    await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 204, { token });
    expect((await ada.get(ada.path)).data.attributes.email).toBe(email);
  });

  it.each<[unknown, string]>([
    [undefined, broken.missing],
    ['', broken.blank],
  ])('is not confirmed with the key %p', async (key, text) => {
    expect(await confirm(glue, key)).toEqual(invalidAttributes({ confirmationKey: text }));
  });

  it.each(['unknown', 'x'.repeat(5000), 'a\0'])('is not confirmed with an unknown key', async (key) => {
    expect(await confirm(glue, key)).toEqual(badKey);
  });

  it('is rejected if another customer has the e-mail, in any letter case, and nothing else changes', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    const before = await eve.send('GET', eve.path);
    expect(await update(eve, { email: ada.email.toUpperCase(), firstName: 'Eve' })).toEqual(emailTaken);
    expect(await eve.send('GET', eve.path)).toEqual(before);
    expect(await kindsTo(shop, ada.email)).toEqual(['opt-in']);
    expect(await kindsTo(shop, eve.email)).toEqual(['opt-in']);
  });

  it('is not confirmed if another customer has taken the e-mail meanwhile', async () => {
    const ada = await glue.customer();
    const { email } = shop.person();
    await update(ada, { email });
    const { token } = await shop.mailTo(email, 'email-change');
    await glue.signUp({ email });
    expect(await confirm(glue, token)).toEqual(badKey);
    expect((await ada.get(ada.path)).data.attributes.email).toBe(ada.email);
  });

  it('has no effect if the e-mail is the current one, in any letter case', async () => {
    const ada = await glue.customer();
    const response = await changed(ada, { firstName: 'Augusta' });
    expect(await update(ada, { email: ada.email.toUpperCase(), firstName: 'Augusta' })).toEqual(response);
    expect(await kindsTo(shop, ada.email)).toEqual(['opt-in']);
  });

  it('is possible for a customer whose account has no password', async () => {
    const ada = await glue.customer();
    await rows(shop, 'update accounts set password_hash = null where email = $1', [ada.email]);
    const { email } = shop.person();
    await ada.patch(ada.path, 200, { email });
    expect(await confirm(glue, (await shop.mailTo(email, 'email-change')).token)).toEqual(glueResponse(204));
  });

  it('applies at once to the contact e-mail of a customer without an account', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    await rows(shop, 'delete from accounts where email = $1', [ada.email]);
    const { email } = shop.person();
    expect(await update(ada, { email: eve.email })).toEqual(emailTaken);
    const response = await changed(ada, { email });
    expect(await update(ada, { email })).toEqual(response);
    expect(await ada.send('GET', ada.path)).toEqual(response);
    expect(await kindsTo(shop, email)).toEqual([]);
  });

  it('is forbidden to an agent who acts for the customer; the current e-mail has no effect', async () => {
    const [agent, ada] = [await glue.agent(), await glue.customer()];
    const { data } = await agent.post('/agent-customer-impersonation-access-tokens', 201, {
      customerReference: ada.reference,
    });
    const acting = Object.assign(new GlueClient(shop, String(data.attributes.accessToken)), { path: ada.path });
    const { email } = shop.person();
    expect(await update(acting, { email, firstName: 'Eve' })).toEqual(missingToken);
    expect(await kindsTo(shop, email)).toEqual([]);
    const response = await changed(ada, { lastName: 'King' });
    expect(await update(acting, { email: ada.email, lastName: 'King' })).toEqual(response);
  });

  it('mails one recipient at most 10 times in an hour', async () => {
    const { email } = shop.person();
    for (let n = 0; n < 3; n++) {
      const ada = await glue.customer();
      for (let time = 0; time < 4; time++) await ada.patch(ada.path, 200, { email });
    }
    expect(await kindsTo(shop, email)).toEqual(Array<string>(10).fill('email-change'));
  });
});

describe('a change of the e-mail with PATCH /customers, with emailChange immediate', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', emailChange: 'immediate' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  it('applies at once; the token stays valid, and both addresses get a notice', async () => {
    const ada = await glue.customer();
    const { email } = shop.person();
    const response = await changed(ada, { email, firstName: 'Augusta' });
    expect(await update(ada, { email, firstName: 'Augusta' })).toEqual(response);
    expect(await ada.send('GET', ada.path)).toEqual(response);
    expect(await logIn(glue, email, ada)).toEqual(tokenResponse('access-tokens'));
    expect(await logIn(glue, ada.email, ada)).toEqual(loginRejected);
    expect(await kindsTo(shop, ada.email)).toEqual(['email-changed', 'opt-in']);
    expect(await kindsTo(shop, email)).toEqual(['email-change-completed']);
  });

  it('is rejected if another customer has the e-mail', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    expect(await update(eve, { email: ada.email })).toEqual(emailTaken);
    expect(await kindsTo(shop, eve.email)).toEqual(['opt-in']);
  });

  it('revokes the links that were mailed to the old address', async () => {
    const ada = await glue.customer();
    await glue.unauthenticated.post('/customer-forgotten-password', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    await ada.patch(ada.path, 200, { email: shop.person().email });
    const attributes = { restorePasswordKey: token, password: 'x'.repeat(12), confirmPassword: 'x'.repeat(12) };
    expect(await glue.unauthenticated.send('PATCH', '/customer-restore-password/mine', { attributes })).toEqual(
      errorResponse('415', 'Restore password key is not valid.'),
    );
  });

  it('succeeds for one of several customers who request the same e-mail at the same time', async () => {
    const customers = await Promise.all([glue.customer(), glue.customer(), glue.customer()]);
    const { email } = shop.person();
    const responses = await Promise.all(customers.map((one) => update(one, { email })));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(responses.filter(({ status }) => status !== 200)).toEqual([emailTaken, emailTaken]);
  });
});

describe('a change of the e-mail with PATCH /customers at a strict tenant', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ strict: true, activation: 'none', emailChange: 'immediate' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  it('must be confirmed, and does not reveal whether the e-mail is taken', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    const { email } = shop.person();
    const response = await changed(eve, {});
    const duration = async (act: () => Promise<unknown>) => {
      const start = performance.now();
      expect(await act()).toEqual(response);
      return performance.now() - start;
    };
    expect(await duration(() => update(eve, { email: ada.email }))).toBeGreaterThan(145);
    expect(await duration(() => update(eve, { email }))).toBeGreaterThan(145);
    expect(await kindsTo(shop, ada.email)).toEqual(['opt-in']);
    expect(await kindsTo(shop, email)).toEqual(['email-change']);
    expect(await kindsTo(shop, eve.email)).toEqual(['email-change-notice', 'email-change-notice', 'opt-in']);
  });
});
