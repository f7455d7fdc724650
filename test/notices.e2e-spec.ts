import { randomUUID } from 'node:crypto';
import { Glue, type GlueCustomer } from './support/glue.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { queriesOf, recordQueries } from './support/queries.js';
import { rows } from './support/rows.js';
import { type ApiClient, type Body, type LoggedInCustomer, type Mail, type Person, Shop } from './support/shop.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

const HOUR = 3600;
const NEW_PASSWORD = 'some other secret words';

describe('a notice to the owner of an account', () => {
  let shop: Shop;
  let glue: Glue;
  let provider: IdentityProvider;
  let visitor: ApiClient;
  let service: ApiClient;

  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    const google = { name: 'google', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
    shop = await Shop.open({ activation: 'email', identityProviders: [google] });
    glue = new Glue(shop);
    service = await shop.serviceClient();
  });
  beforeEach(async () => {
    visitor = await shop.visitor();
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });

  const noticesTo = async (email: string, kind: string): Promise<Mail[]> =>
    (await shop.mailsTo(email)).filter((mail) => mail.kind === kind);
  const confirmed = async (input: Body = {}): Promise<LoggedInCustomer> => {
    const ada = await shop.signUp({ customerDetails: { firstName: 'Ada' }, ...input });
    await visitor.get(`/signup/optin/${(await shop.mailTo(ada.email, 'opt-in')).token}`);
    return shop.logIn(ada);
  };
  const resetWith = async (email: string, kind: string): Promise<void> => {
    const { token } = await shop.mailTo(email, kind);
    await visitor.post('/password/reset/update', 204, { token, password: NEW_PASSWORD });
  };

  describe('of a new password', () => {
    it('is sent when the customer changes it, with the name of an owner who has confirmed the address', async () => {
      const ada = await confirmed();
      await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: NEW_PASSWORD });
      const [mail, ...others] = await noticesTo(ada.email, 'password-changed');
      expect(others).toEqual([]);
      expect(mail?.text).toContain('Hello Ada,');
      expect(mail?.token).toBeNull();
    });

    it('goes to the login e-mail, not to the contact e-mail', async () => {
      const ada = await confirmed();
      const contactEmail = shop.person().email;
      await ada.patch('/me', 200, { contactEmail });
      await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: NEW_PASSWORD });
      expect(await noticesTo(ada.email, 'password-changed')).toHaveLength(1);
      expect(await shop.mailsTo(contactEmail)).toEqual([]);
    });

    it('contains no name if the address is not confirmed', async () => {
      const { id, email, password } = await shop.signUp({ customerDetails: { firstName: 'Ada' } });
      await shop.activate(id);
      const ada = await shop.logIn({ id, email, password });
      await ada.post('/password/change', 204, { currentPassword: password, newPassword: NEW_PASSWORD });
      expect((await shop.mailTo(email, 'password-changed')).text).not.toContain('Ada');
    });

    it('is not sent for a rejected change', async () => {
      const ada = await confirmed();
      await ada.post('/password/change', 400, { currentPassword: 'a wrong guess', newPassword: NEW_PASSWORD });
      expect(await noticesTo(ada.email, 'password-changed')).toEqual([]);
    });

    it('is sent when the customer changes it with the Glue API', async () => {
      const ada = await glue.customer();
      const attributes = { password: ada.password, newPassword: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };
      const { status } = await ada.send('PATCH', `/customer-password/${ada.reference}`, { attributes });
      expect(status).toBe(204);
      expect(await noticesTo(ada.email, 'password-changed')).toHaveLength(1);
    });

    it('is sent after a reset by mail', async () => {
      const ada = await confirmed();
      await visitor.post('/password/reset', 204, { email: ada.email });
      await resetWith(ada.email, 'password-reset');
      const [mail, ...others] = await noticesTo(ada.email, 'password-reset-completed');
      expect(others).toEqual([]);
      expect(mail?.text).toContain('Hello Ada,');
      expect(await noticesTo(ada.email, 'password-changed')).toEqual([]);
    });

    it('is sent after a reset with the Glue API', async () => {
      const ada = await glue.customer();
      await visitor.post('/password/reset', 204, { email: ada.email });
      const { token: restorePasswordKey } = await shop.mailTo(ada.email, 'password-reset');
      const attributes = { restorePasswordKey, password: NEW_PASSWORD, confirmPassword: NEW_PASSWORD };
      const { status } = await glue.unauthenticated.send('PATCH', '/customer-restore-password/mine', { attributes });
      expect(status).toBe(204);
      expect(await noticesTo(ada.email, 'password-reset-completed')).toHaveLength(1);
    });

    it('is not sent for the first password', async () => {
      const { email } = shop.person();
      await service.post('/customers', 201, { contactEmail: email });
      await resetWith(email, 'initial-password');
      expect(await noticesTo(email, 'password-reset-completed')).toEqual([]);
      await visitor.post('/password/reset', 204, { email });
      await resetWith(email, 'password-reset');
      expect(await noticesTo(email, 'password-reset-completed')).toHaveLength(1);
    });

    it('is sent for the first five changes in an hour only, so that nobody can flood a mailbox', async () => {
      const ada = await confirmed();
      for (let number = 1; number <= 6; number++) {
        await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: ada.password });
      }
      expect(await noticesTo(ada.email, 'password-changed')).toHaveLength(5);
      // The limit of one kind does not suppress the first notice of another kind.
      await ada.post('/me/erasure', 204, { password: ada.password });
      expect(await noticesTo(ada.email, 'account-erased')).toHaveLength(1);
    });
  });

  describe('of an identity', () => {
    const link = async (ada: LoggedInCustomer): Promise<string> => {
      const login = provider.addUser({ email: ada.email, email_verified: true });
      const { id } = await ada.post<{ id: string }>('/me/identities', 201, {
        password: ada.password,
        ...(await provider.logIn(login)),
      });
      return id;
    };

    it('is sent when it is linked, and when it is unlinked', async () => {
      const ada = await confirmed();
      const id = await link(ada);
      const [linked, ...others] = await noticesTo(ada.email, 'identity-linked');
      expect(others).toEqual([]);
      expect(linked?.subject).toBe('You can now log in with google');
      await ada.delete(`/me/identities/${id}`);
      const [unlinked] = await noticesTo(ada.email, 'identity-unlinked');
      expect(unlinked?.text).toContain('Your account is no longer linked to google.');
    });

    it('is sent when the owner confirms it by mail', async () => {
      const ada = await confirmed();
      const login = provider.addUser({ email: ada.email, email_verified: true });
      const query = new URLSearchParams({ ...(await provider.logIn(login)) });
      await visitor.send('POST', `/socialLogin?${query.toString()}`);
      const { token } = await shop.mailTo(ada.email, 'link-identity');
      await visitor.post('/me/identities/confirm', 204, { token });
      expect(await noticesTo(ada.email, 'identity-linked')).toHaveLength(1);
    });

    it('is not sent when the last way to log in cannot be unlinked', async () => {
      const { email } = shop.person();
      const login = provider.addUser({ email, email_verified: true });
      const query = new URLSearchParams({ ...(await provider.logIn(login)) });
      const { body } = await visitor.send<{ access_token: string }>('POST', `/socialLogin?${query.toString()}`);
      const headers = { authorization: `Bearer ${body.access_token}` };
      const [{ id } = { id: '' }] = (
        await shop.send<{ id: string }[]>('GET', '/customer/shop/me/identities', { headers })
      ).body;
      const { status } = await shop.send('DELETE', `/customer/shop/me/identities/${id}`, { headers });
      expect(status).toBe(400);
      expect(await shop.mailsTo(email)).toEqual([]);
    });
  });

  describe('of the deletion of the account', () => {
    const erased = async (email: string): Promise<Mail> => {
      const [mail, ...others] = await shop.mailsTo(email);
      // All other mails belonged to the customer.
      expect(others).toEqual([]);
      expect(mail?.kind).toBe('account-erased');
      const stored = await rows(shop, 'select customer_id from outbox where recipient = $1', [email]);
      expect(stored).toEqual([{ customer_id: null }]);
      return mail as Mail;
    };

    it('is sent after an erasure by the customer, in the language of the customer', async () => {
      const ada = await confirmed({ customerDetails: { firstName: 'Ada', preferredLanguage: 'en_GB' } });
      await ada.post('/me/erasure', 204, { password: ada.password });
      expect((await erased(ada.email)).text).toContain('Hello Ada,');
      const [stored] = await rows<{ language: string }>(shop, 'select language from outbox where recipient = $1', [
        ada.email,
      ]);
      expect(stored?.language).toBe('en_GB');
    });

    it('is sent after an erasure by a mailed link', async () => {
      const ada = await confirmed();
      await ada.post('/me/erasure/request', 204);
      await visitor.post('/erasure/confirm', 204, { token: (await shop.mailTo(ada.email, 'erasure')).token });
      await erased(ada.email);
    });

    it('is sent after an erasure or a deletion by an employee', async () => {
      const [ada, john] = [await confirmed(), await confirmed()];
      await service.post(`/customers/${ada.id}/erasure`, 204);
      await service.delete(`/customers/${john.id}`, 202);
      for (const { email } of [ada, john]) await erased(email);
    });

    it('is sent after a deletion with the Glue API', async () => {
      const ada: GlueCustomer = await glue.customer();
      expect((await ada.send('DELETE', ada.path)).status).toBe(204);
      await erased(ada.email);
    });

    it('is not sent if there is no such customer, or the customer has no login', async () => {
      const count = () => rows(shop, `select from outbox where kind = 'account-erased'`);
      const before = await count();
      const { id } = await service.post('/customers', 201, { firstName: 'John' });
      await service.delete(`/customers/${String(id)}`, 202);
      await service.delete(`/customers/${String(id)}`, 404);
      expect(await count()).toEqual(before);
    });
  });

  describe('of a hold', () => {
    it('is not sent by default', async () => {
      const ada = await confirmed();
      await service.patch(`/customers/${ada.id}`, 200, { onHold: true });
      expect(await noticesTo(ada.email, 'account-on-hold')).toEqual([]);
    });

    it('is not followed by a notice of an activation when the hold is released', async () => {
      const ada = await confirmed();
      const before = await shop.mailsTo(ada.email);
      await service.patch(`/customers/${ada.id}`, 200, { onHold: true });
      await service.patch(`/customers/${ada.id}`, 200, { onHold: false });
      expect(await shop.mailsTo(ada.email)).toEqual(before);
      await service.patch(`/customers/${ada.id}`, 200, { active: false, onHold: true });
      await service.patch(`/customers/${ada.id}`, 200, { active: true, onHold: false });
      expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).toContain('activated');
    });

    it('is sent once, if the tenant setting is on', async () => {
      const other = await Shop.open({ activation: 'none', onHoldNotice: true });
      try {
        const ada = await other.signUp();
        const staff = await other.serviceClient();
        await staff.patch(`/customers/${ada.id}`, 200, { onHold: true });
        await staff.patch(`/customers/${ada.id}`, 200, { company: 'ACME', onHold: true });
        const kinds = (await other.mailsTo(ada.email)).map(({ kind }) => kind);
        expect(kinds).toEqual(['account-on-hold']);
      } finally {
        await other.close();
      }
    });
  });
});

describe('a notice of a login from a new device', () => {
  const [HOME, HOTEL] = ['203.0.113.7', '203.0.113.9'];
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', newDeviceNotice: true }, { trustedProxies: ['127.0.0.1'] });
  });
  afterAll(() => shop.close());

  const logIn = async ({ email, password }: Person, from: string, agent = 'Firefox'): Promise<void> => {
    const { status } = await (
      await shop.visitor()
    ).send('POST', '/login', {
      body: { email, password },
      headers: { 'x-forwarded-for': from, 'user-agent': agent },
    });
    expect(status).toBe(200);
  };
  const notices = async ({ email }: Person): Promise<Mail[]> =>
    (await shop.mailsTo(email)).filter(({ kind }) => kind === 'new-device-login');

  it('is not sent for the first login, nor from a known network, nor for another browser', async () => {
    const ada = await shop.signUp();
    await logIn(ada, HOME);
    await logIn(ada, HOME);
    await logIn(ada, HOME, 'Chrome');
    expect(await notices(ada)).toEqual([]);
  });

  it('is sent for a login from a new network, with the time', async () => {
    const ada = await shop.signUp();
    await logIn(ada, HOME);
    await logIn(ada, HOTEL);
    const [mail, ...others] = await notices(ada);
    expect(others).toEqual([]);
    expect(mail?.text).toMatch(/There was a login to your account from a new device on \w+ \d+, \d{4} at .* \(UTC\)\./);
    await logIn(ada, HOTEL);
    await logIn(ada, HOME);
    expect(await notices(ada)).toHaveLength(1);
  });

  it('adds no statement to a login from a known network', async () => {
    const ada = await shop.signUp();
    await logIn(ada, HOME);
    const visitor = await shop.visitor();
    const statements = await recordQueries(shop);
    const login = { body: { email: ada.email, password: ada.password }, headers: { 'x-forwarded-for': HOME } };
    expect(await queriesOf(shop, statements, () => visitor.send('POST', '/login', login))).toHaveLength(2);
  });

  it('is sent for a login with the Glue API', async () => {
    const ada = await shop.signUp();
    await logIn(ada, HOME);
    const { status } = await new Glue(shop).unauthenticated.send('POST', '/access-tokens', {
      attributes: { username: ada.email, password: ada.password },
      headers: { 'x-forwarded-for': HOTEL },
    });
    expect(status).toBe(201);
    expect(await notices(ada)).toHaveLength(1);
  });

  it('is not sent for a rejected login', async () => {
    const ada = await shop.signUp();
    await logIn(ada, HOME);
    await (
      await shop.visitor()
    ).send('POST', '/login', {
      body: { email: ada.email, password: 'a wrong guess' },
      headers: { 'x-forwarded-for': HOTEL },
    });
    expect(await notices(ada)).toEqual([]);
  });

  it('is not sent by default', async () => {
    await shop.addTenant('quiet', { activation: 'none' });
    const visitor = await shop.visitor('quiet');
    const person = shop.person();
    await visitor.post('/signup', 201, person);
    for (const from of [HOME, HOTEL]) {
      await visitor.send('POST', '/login', { body: person, headers: { 'x-forwarded-for': from } });
    }
    expect(await notices(person)).toEqual([]);
  });
});

describe('a mail about the outstanding activation', () => {
  let shop: Shop;
  let visitor: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.addTenant('both', { activation: 'both' });
    await shop.addTenant('email', { activation: 'email' });
    await shop.addTenant('none', { activation: 'none' });
    await shop.addTenant('hold', { activation: 'none', customerOnHoldOnCreation: true });
    await shop.addTenant('welcoming', { enableAccountCreationEmailConfirmation: true });
  });
  afterAll(() => shop.close());

  const signUp = async (tenant: string): Promise<string> => {
    visitor = await shop.visitor(tenant);
    const person = shop.person();
    await visitor.post('/signup', 201, {
      ...person,
      customerDetails: { firstName: 'Ada', preferredLanguage: 'en_GB' },
    });
    return person.email;
  };
  const kindsTo = async (email: string): Promise<string[]> => (await shop.mailsTo(email)).map(({ kind }) => kind);
  const confirm = async (email: string): Promise<void> => {
    await visitor.get(`/signup/optin/${(await shop.mailTo(email, 'opt-in')).token}`);
  };

  it('is sent after a sign-up that only an employee can complete, without the name', async () => {
    const email = await signUp('shop');
    const [mail, ...others] = await shop.mailsTo(email);
    expect(others).toEqual([]);
    expect(mail?.kind).toBe('awaiting-activation');
    expect(mail?.text).toContain('We will notify you when your account is activated.');
    expect(mail?.text).not.toContain('Ada');
    const [stored] = await rows<Body>(shop, 'select language, customer_id from outbox where recipient = $1', [email]);
    expect(stored).toEqual({ language: 'en_GB', customer_id: expect.any(String) });
  });

  it('is sent after a sign-up for an account that is on hold until an employee releases it', async () => {
    expect(await kindsTo(await signUp('hold'))).toEqual(['awaiting-activation']);
  });

  it.each(['none', 'email'])('is not sent with the activation "%s"', async (tenant) => {
    const email = await signUp(tenant);
    if (tenant === 'email') await confirm(email);
    expect(await kindsTo(email)).not.toContain('awaiting-activation');
  });

  it('is sent after the address is confirmed, if both are required', async () => {
    const email = await signUp('both');
    expect(await kindsTo(email)).toEqual(['opt-in']);
    await confirm(email);
    const [mail] = await shop.mailsTo(email);
    expect(mail?.kind).toBe('awaiting-activation');
    expect(mail?.text).toContain('Hello Ada,');
  });

  it('is sent after the address is confirmed with the Glue API', async () => {
    const glue = new Glue(shop);
    const { email } = await glue.signUp();
    expect(await kindsTo(email)).toEqual(['opt-in']);
    await glue.confirm(email);
    expect(await kindsTo(email)).toEqual(['awaiting-activation', 'opt-in']);
  });

  it('is not sent in addition to the welcome mail', async () => {
    expect(await kindsTo(await signUp('welcoming'))).toEqual(['welcome']);
  });

  it('is not stored if the sign-up is rejected', async () => {
    const email = await signUp('shop');
    await visitor.post('/signup', 409, { email, password: 'some secret words' });
    expect(await kindsTo(email)).toEqual(['awaiting-activation']);
  });

  it('is sent at most three times in an hour to one address', async () => {
    const service = await shop.serviceClient();
    const { email, password } = shop.person();
    visitor = await shop.visitor();
    for (let number = 1; number <= 5; number++) {
      const { id } = await visitor.post('/signup', 201, { email, password });
      await service.delete(`/customers/${String(id)}`, 202);
    }
    await visitor.post('/signup', 201, { email, password });
    expect(await kindsTo(email)).not.toContain('awaiting-activation');
    shop.advanceClock(HOUR + 1);
  });

  it('is queued fairly if many sign-ups arrive at once', async () => {
    const smtp = await MailServer.listen();
    const other = await Shop.open({}, { smtpUrl: smtp.url });
    try {
      const customer = await other.visitor();
      const people = Array.from({ length: 20 }, () => other.person({ email: `${randomUUID()}@example.com` }));
      await Promise.all(people.map((person) => customer.post('/signup', 201, person)));
      await waitUntil('all mails are sent', () => people.every(({ email }) => smtp.mailsTo(email).length === 1));
    } finally {
      await other.close();
      await smtp.close();
    }
  });
});

describe('the mail about the deletion of an account', () => {
  it.each(['sent', 'given up'])('leaves no row when it is %s', async (outcome) => {
    const smtp = await MailServer.listen();
    const other = await Shop.open({ activation: 'none' }, { smtpUrl: smtp.url, mailRetrySeconds: 1 });
    try {
      const person = await other.signUp();
      const ada = await other.logIn(person);
      if (outcome === 'given up') smtp.planBehavior(ada.email, 550);
      await ada.post('/me/erasure', 204, { password: ada.password });
      const count = () => rows(other, 'select from outbox where recipient = $1', [ada.email]);
      await waitUntil('the row is deleted', async () => smtp.attempts > 0 && (await count()).length === 0);
      expect(smtp.mailsTo(ada.email)).toHaveLength(outcome === 'sent' ? 1 : 0);
    } finally {
      await other.close();
      await smtp.close();
    }
  });
});
