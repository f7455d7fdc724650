import { randomUUID } from 'node:crypto';
import { expectErrorMessage } from './support/errors.js';
import { Glue, GlueClient } from './support/glue.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { rows } from './support/rows.js';
import { activateApp } from './support/second-factor.js';
import { ApiClient, type Body, type LoggedInCustomer, type Mail, type Person, Shop } from './support/shop.js';
import { ownEvents } from './support/timeline.js';

const CHANGE = '/me/accounts/internal/email/change';
const UNDO = `${CHANGE}/undo`;
const DAY = 24 * 3600;
const link = 'http://localhost:8080/email/undo?token=';

describe('an undo of a change of the login e-mail', () => {
  let shop: Shop;
  let glue: Glue;
  let provider: IdentityProvider;
  let visitor: ApiClient;

  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    const google = { name: 'google', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
    shop = await Shop.open({ activation: 'email', identityProviders: [google] });
    glue = new Glue(shop);
  });
  beforeEach(async () => {
    visitor = await shop.visitor();
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });

  /** A customer who has confirmed the address. */
  const confirmed = async (input: Body = {}): Promise<LoggedInCustomer> => {
    const ada = await shop.signUp(input);
    await visitor.get(`/signup/optin/${(await shop.mailTo(ada.email, 'opt-in')).token}`);
    return shop.logIn(ada);
  };
  /** Requests a change, and confirms it from the new address. @returns the customer with that address */
  const change = async (ada: LoggedInCustomer, more: Body = {}): Promise<LoggedInCustomer> => {
    const { email } = shop.person();
    await ada.post(CHANGE, 204, { password: ada.password, newEmail: email, ...more });
    await visitor.post(`${CHANGE}/confirm`, 204, { token: (await shop.mailTo(email, 'email-change')).token });
    return shop.logIn({ ...ada, email });
  };
  const changedMails = async (email: string): Promise<Mail[]> =>
    (await shop.mailsTo(email)).filter(({ kind }) => kind === 'email-changed');
  const undoTokenOf = async ({ email }: Person): Promise<string> => {
    const [mail] = await changedMails(email);
    if (!mail?.token) throw new Error(`No link to ${email}`);
    return mail.token;
  };
  const undo = (token: string, status = 204): Promise<Body> => visitor.post(UNDO, status, { token });
  const canLogIn = async (email: string, password: string): Promise<boolean> =>
    (await visitor.send('POST', '/login', { body: { email, password } })).status === 200;
  const emailsOf = async (id: string): Promise<unknown> => {
    const customer = await (await shop.serviceClient()).get(`/customers/${id}`);
    return [customer.email, customer.contactEmail];
  };
  const resetPassword = async ({ email }: Person): Promise<string> => {
    const { token } = await shop.mailTo(email, 'password-reset');
    const password = 'words that only Ada knows';
    await visitor.post('/password/reset/update', 204, { token, password });
    return password;
  };

  it('is mailed as a link to the old address, which has confirmed it; the new one gets a notice', async () => {
    const ada = await confirmed({ customerDetails: { firstName: 'Ada' } });
    const { email } = await change(ada);
    const [mail] = await changedMails(ada.email);
    expect(mail?.text).toContain(`Hello Ada,`);
    expect(mail?.text).toContain(`The e-mail address of your account has changed to ${email}.`);
    expect(mail?.text).toContain(`${link}${mail?.token ?? ''}`);
    expect(mail?.text).toContain('removes all logins with other services');
    const until = new Date(new Date(mail?.createdAt ?? 0).getTime() + 7 * DAY * 1000);
    const date = until.toLocaleDateString('en', { dateStyle: 'long', timeZone: 'UTC' });
    expect(mail?.text).toContain(`The link is valid until ${date}.`);
    expect((await shop.mailTo(email, 'email-change-completed')).text).toContain('Hello Ada,');
  });

  it('restores both e-mails, ends all sessions, and mails a link to set a new password', async () => {
    const ada = await confirmed();
    const thief = await change(ada, { syncContactEmail: true });
    const tokens = await glue.unauthenticated.send('POST', '/access-tokens', {
      attributes: { username: thief.email, password: thief.password },
    });
    expect(tokens.status).toBe(201);
    expect(await emailsOf(ada.id)).toEqual([thief.email, thief.email]);

    await undo(await undoTokenOf(ada));
    expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
    for (const client of [ada, thief]) await client.get('/me', 401);
    const { refreshToken } = (tokens.body as { data: { attributes: { refreshToken: string } } }).data.attributes;
    const refreshed = await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: { refreshToken } });
    expect(refreshed.status).toBe(401);
    for (const email of [ada.email, thief.email]) expect(await canLogIn(email, ada.password)).toBe(false);
    const password = await resetPassword(ada);
    expect(await canLogIn(ada.email, password)).toBe(true);
    expect(await ownEvents(await shop.serviceClient(), ada.id)).toMatchObject([
      { action: 'password_reset' },
      { action: 'email_change_undone' },
      { action: 'email_changed' },
      { action: 'email_change_requested' },
      { action: 'email_confirmed' },
    ]);
  });

  it('does not change a contact e-mail that did not change', async () => {
    const ada = await confirmed();
    const contactEmail = shop.person().email;
    await ada.patch('/me', 200, { contactEmail });
    await change(ada);
    await undo(await undoTokenOf(ada));
    expect(await emailsOf(ada.id)).toEqual([ada.email, contactEmail]);
  });

  it('notifies the replaced address, without a link', async () => {
    const ada = await confirmed();
    const thief = await change(ada);
    await undo(await undoTokenOf(ada));
    const [mail, ...others] = await changedMails(thief.email);
    expect(others).toEqual([]);
    expect(mail?.token).toBeNull();
    expect(mail?.text).not.toContain(ada.email);
  });

  it('is not offered to an address that its owner never confirmed, such as one with a typing error', async () => {
    const { id, email } = await shop.signUp();
    await shop.activate(id);
    await (await shop.employee('admin')).patch(`/customers/${id}`, 200, { email: shop.person().email, reason: 'Typo' });
    const [mail] = await changedMails(email);
    expect(mail?.token).toBeNull();
    expect(mail?.text).toContain('please contact us');
  });

  it('is not offered to the address of a change that was not confirmed, but to the one before it', async () => {
    const ada = await confirmed();
    const admin = await shop.employee('admin');
    const [wrong, right] = [shop.person().email, shop.person().email];
    await admin.patch(`/customers/${ada.id}`, 200, { email: wrong, reason: 'by phone' });
    await admin.patch(`/customers/${ada.id}`, 200, { email: right, reason: 'Typo' });
    expect((await changedMails(wrong))[0]?.token).toBeNull();
    await undo(await undoTokenOf(ada));
    expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
  });

  it('works once, within seven days, with the token of this tenant', async () => {
    const ada = await confirmed();
    const token = await undoTokenOf(await change(ada).then(() => ada));
    await shop.addTenant('other');
    expectErrorMessage(await (await shop.visitor('other')).send('POST', UNDO, { body: { token } }));
    await undo(randomUUID(), 400);
    await undo(token);
    await undo(token, 400);

    const john = await confirmed();
    await change(john);
    const late = await undoTokenOf(john);
    shop.advanceClock(7 * DAY + 1);
    visitor = await shop.visitor();
    expectErrorMessage(await visitor.send('POST', UNDO, { body: { token: late } }));
    shop.advanceClock(-7 * DAY - 1);
  });

  describe('of an owner whose account an attacker uses', () => {
    it('works after further changes, of which none can be undone any more', async () => {
      const ada = await confirmed();
      const first = await change(ada);
      const second = await change(first);
      const [owner, thief] = [await undoTokenOf(ada), await undoTokenOf(first)];
      await undo(owner);
      await undo(thief, 400);
      expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
      expect(await canLogIn(second.email, ada.password)).toBe(false);
    });

    it('works after more changes than can be undone', async () => {
      const ada = await confirmed();
      let thief = ada;
      for (let number = 1; number <= 6; number++) thief = await change(thief);
      expect(await rows(shop, 'select from email_undos where customer_id = $1', [ada.id])).toHaveLength(5);
      await undo(await undoTokenOf(ada));
      expect(await rows(shop, 'select from email_undos where customer_id = $1', [ada.id])).toEqual([]);
      expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
    });

    it('works after a new password, a logout, a reset by mail, and requests for other mails', async () => {
      const ada = await confirmed();
      const thief = await change(ada);
      const owner = await undoTokenOf(ada);
      await thief.post('/password/change', 204, { currentPassword: ada.password, newPassword: 'the words of Eve' });
      await visitor.post('/password/reset', 204, { email: thief.email });
      const { token } = await shop.mailTo(thief.email, 'password-reset');
      await visitor.post('/password/reset/update', 204, { token, password: ada.password });
      const again = await shop.logIn(thief);
      await again.post('/me/erasure/request', 204);
      await again.delete('/me/sessions');
      await again.post(CHANGE, 204, { password: ada.password, newEmail: shop.person().email });
      await undo(owner);
      expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
    });

    it('revokes the tokens that the attacker has requested', async () => {
      const ada = await confirmed();
      const thief = await change(ada);
      const next = shop.person().email;
      await thief.post(CHANGE, 204, { password: ada.password, newEmail: next });
      await visitor.post('/password/reset', 204, { email: thief.email });
      await thief.post('/me/erasure/request', 204);
      await undo(await undoTokenOf(ada));
      const tokenTo = async (email: string, kind: string) => (await shop.mailTo(email, kind)).token;
      await visitor.post(`${CHANGE}/confirm`, 400, { token: await tokenTo(next, 'email-change') });
      await visitor.post('/erasure/confirm', 400, { token: await tokenTo(thief.email, 'erasure') });
      const reset = { token: await tokenTo(thief.email, 'password-reset'), password: 'the words of Eve' };
      await visitor.post('/password/reset/update', 400, reset);
    });

    it('removes identities, and the second factors that were added since', async () => {
      const ada = await confirmed();
      const thief = await change(ada);
      const login = provider.addUser({ email: thief.email, email_verified: true });
      await thief.post('/me/identities', 201, { password: ada.password, ...(await provider.logIn(login)) });
      await activateApp(new GlueClient(shop, thief.token));
      await undo(await undoTokenOf(ada));
      const query = new URLSearchParams({ ...(await provider.logIn(login)) });
      const { body } = await visitor.send('POST', `/socialLogin?${query.toString()}`);
      expect(body.id).not.toBe(ada.id);
      expect(await rows(shop, 'select from identities where customer_id = $1', [ada.id])).toEqual([]);
      expect(await rows(shop, 'select from second_factors where customer_id = $1', [ada.id])).toEqual([]);
    });

    it('keeps the second factors that the owner had before', async () => {
      const ada = await confirmed();
      const app = await activateApp(new GlueClient(shop, ada.token));
      const { email } = shop.person();
      shop.advanceClock(60);
      const headers = { 'x-mfa-code': app.codeIn(0) };
      const body = { password: ada.password, newEmail: email };
      expect((await ada.send('POST', CHANGE, { body, headers })).status).toBe(204);
      await visitor.post(`${CHANGE}/confirm`, 204, { token: (await shop.mailTo(email, 'email-change')).token });
      await undo(await undoTokenOf(ada));
      expect(await rows(shop, 'select from second_factors where customer_id = $1', [ada.id])).toHaveLength(1);
    });

    it('works although the attacker has signed up with the old address, which nobody has confirmed', async () => {
      const ada = await confirmed();
      await change(ada);
      const decoy = await shop.signUp({ email: ada.email });
      await undo(await undoTokenOf(ada));
      expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
      expect(await rows(shop, 'select email from accounts where customer_id = $1', [decoy.id])).toEqual([]);
      expect(await canLogIn(ada.email, decoy.password)).toBe(false);
      const [entry] = await (await shop.serviceClient()).get<Body[]>(`/customers/${decoy.id}/history`);
      expect(entry).toMatchObject({ action: 'login_removed', actor: { kind: 'system', address: null } });
    });

    it('mails the link to set a password although the attacker has used up the limit', async () => {
      const ada = await confirmed();
      for (let number = 1; number <= 11; number++) await visitor.post('/password/reset', 204, { email: ada.email });
      await change(ada);
      const before = (await shop.mailsTo(ada.email)).filter(({ kind }) => kind === 'password-reset').length;
      await undo(await undoTokenOf(ada));
      const after = (await shop.mailsTo(ada.email)).filter(({ kind }) => kind === 'password-reset').length;
      expect(after).toBe(before + 1);
    });
  });

  it('is rejected if another customer has the old address and has confirmed it', async () => {
    const ada = await confirmed();
    const moved = await change(ada);
    const john = await confirmed({ email: ada.email });
    expectErrorMessage(await visitor.send('POST', UNDO, { body: { token: await undoTokenOf(ada) } }));
    expect(await emailsOf(ada.id)).toEqual([moved.email, ada.email]);
    expect(await canLogIn(john.email, john.password)).toBe(true);
  });

  it('of two changes at once results in the oldest address', async () => {
    for (let number = 1; number <= 5; number++) {
      const ada = await confirmed();
      const thief = await change(ada);
      await change(thief);
      const tokens = [await undoTokenOf(thief), await undoTokenOf(ada)];
      const sent = await Promise.all(tokens.map((token) => visitor.send('POST', UNDO, { body: { token } })));
      expect(sent[1]?.status).toBe(204);
      expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
      expect(await rows(shop, 'select from email_undos where customer_id = $1', [ada.id])).toEqual([]);
    }
  });

  it('of one change twice at once succeeds once', async () => {
    const ada = await confirmed();
    await change(ada);
    const token = await undoTokenOf(ada);
    const sent = await Promise.all([1, 2, 3].map(() => visitor.send('POST', UNDO, { body: { token } })));
    expect(sent.map(({ status }) => status).sort()).toEqual([204, 400, 400]);
  });

  it('and a confirmation of a further change at once result in the old address', async () => {
    for (let number = 1; number <= 5; number++) {
      const ada = await confirmed();
      const thief = await change(ada);
      const next = shop.person().email;
      await thief.post(CHANGE, 204, { password: ada.password, newEmail: next });
      const { token } = await shop.mailTo(next, 'email-change');
      const owner = await undoTokenOf(ada);
      const sent = await Promise.all([
        visitor.send('POST', `${CHANGE}/confirm`, { body: { token } }),
        visitor.send('POST', UNDO, { body: { token: owner } }),
      ]);
      expect(sent[1]?.status).toBe(204);
      expect(await emailsOf(ada.id)).toEqual([ada.email, ada.email]);
      expect(await rows(shop, 'select from email_undos where customer_id = $1', [ada.id])).toEqual([]);
    }
  });

  it('is part of the export, and is deleted with the customer', async () => {
    const ada = await confirmed();
    const moved = await change(ada);
    const service = await shop.serviceClient();
    const { emailUndos } = await service.get(`/customers/${ada.id}/export`);
    expect(emailUndos).toEqual([
      { email: ada.email, contact_email: ada.email, changed_at: expect.any(String), expires_at: expect.any(String) },
    ]);
    const token = await undoTokenOf(ada);
    await moved.post('/me/erasure', 204, { password: ada.password });
    await undo(token, 400);
    expect(await rows(shop, 'select from email_undos where customer_id = $1', [ada.id])).toEqual([]);
  });
});
