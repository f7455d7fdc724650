import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { assignCustomer } from './support/companies.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { waitForLockWaiters, rows } from './support/rows.js';
import { type Response, type Body, type LoggedInCustomer, type Person, Shop, ApiClient } from './support/shop.js';
import { recipientLimits } from '../src/mailer/recipient-limits.js';

const NEW = 'new secret words';
const CONFIRM = '/me/identities/confirm';
const MAX_MAILS = recipientLimits['link-identity'].perHour;

/** Anyone can sign up with any address, so the owner of the mailbox may be another person. */
describe('an account with an unconfirmed e-mail', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  let offline: { jwks: string; issuer: string };
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    offline = { jwks: `${issuer}/jwks`, issuer };
    shop = await Shop.open({
      activation: 'none',
      identityProviders: [
        { name: 'google', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] },
      ],
      tokenExchange: { default: offline },
    });
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });

  type Account = Person & { id: string };

  const verifiedIdentity = (email: string, more: Claims = {}): string =>
    provider.addUser({ email, email_verified: true, ...more });
  const exchange = async (token: string): Promise<Response> =>
    (await shop.visitor()).send('POST', `/exchangeauthtoken?subjectAccessToken=${token}`);
  const exchangeLogin = async (login: string): Promise<Response> => exchange(await provider.accessToken(login));
  const outcome = async (login: string): Promise<unknown> => {
    const { status, body } = await exchangeLogin(login);
    return status === 200 ? (await new ApiClient(shop, String(body.access_token)).get('/me')).id : body.type;
  };
  const countMails = async (email: string, kind: string): Promise<number> =>
    (await shop.mailsTo(email)).filter((mail) => mail.kind === kind).length;

  const linkIdentity = async (ada: LoggedInCustomer): Promise<string> => {
    const login = provider.addUser();
    await ada.post('/me/identities', 201, {
      password: ada.password,
      subjectAccessToken: await provider.accessToken(login),
    });
    return login;
  };
  const setPassword = async ({ email }: Person, kind = 'password-reset'): Promise<void> => {
    const visitor = await shop.visitor();
    if (kind === 'password-reset') await visitor.post('/password/reset', 204, { email });
    const { token } = await shop.mailTo(email, kind);
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
  };
  /** The owner of the address links an identity by mail. @returns the login of that identity */
  const confirmIdentity = async ({ email }: Person): Promise<string> => {
    const login = verifiedIdentity(email);
    expect(await outcome(login)).toBe('confirmation_required');
    const { token } = await shop.mailTo(email, 'link-identity');
    await (await shop.visitor()).post(CONFIRM, 204, { token });
    return login;
  };
  const confirmations: [string, (account: Person) => Promise<unknown>][] = [
    ['by linking an identity', confirmIdentity],
    ['by setting a password', (account) => setPassword(account)],
  ];

  const companyDetails = (companyRegistrationId: string): Body => ({
    customerDetails: { firstName: 'Ada', lastName: 'Lovelace', company: 'ABC Company', b2b: { companyRegistrationId } },
  });
  const newCustomer = async (more: Body = {}): Promise<LoggedInCustomer> => shop.logIn(await shop.signUp(more));
  const companiesOf = async ({ id }: { id: string }): Promise<unknown[]> => {
    const { b2b } = await (await shop.serviceClient()).get<{ b2b?: { legalEntities: Body[] } }>(`/customers/${id}`);
    return b2b?.legalEntities.map((company) => company.id) ?? [];
  };

  describe('that its owner takes over', () => {
    it.each(confirmations)('%s loses the attacker’s sessions and identities', async (_how, confirm) => {
      const eve = await newCustomer();
      const login = await linkIdentity(eve);
      expect(await outcome(login)).toBe(eve.id);
      await confirm(eve);
      await eve.get('/me', 401);
      expect(await outcome(login)).toBe('email_not_verified');
    });

    it.each(confirmations)('%s leaves the company that the attacker administers', async (_how, confirm) => {
      const registration = randomUUID();
      const eve = await newCustomer(companyDetails(registration));
      const squatted = await shop.signUp(companyDetails(registration));
      const invited = { ...shop.person(), ...(await invitedBy(eve)) };
      for (const account of [squatted, invited]) {
        await eve.get(`/customers/${account.id}?expand=addresses`);
        await confirm(account);
        expect(await companiesOf(account)).toEqual([]);
        for (const method of ['GET', 'DELETE']) {
          expect((await eve.send(method, `/customers/${account.id}`)).status).toBe(404);
        }
      }
    });

    it('keeps the password that confirmed it when an identity is linked by mail', async () => {
      const ada = await shop.signUp();
      await setPassword(ada);
      expect(await outcome(await confirmIdentity(ada))).toBe(ada.id);
      await shop.logIn({ ...ada, password: NEW });
    });

    it('keeps the identity that confirmed it when the password is reset later', async () => {
      const ada = await shop.signUp();
      const login = await confirmIdentity(ada);
      await setPassword(ada);
      expect(await outcome(login)).toBe(ada.id);
    });
  });

  describe('whose login e-mail changes', () => {
    const CHANGE = '/me/accounts/internal/email/change';

    /** An account that its owner confirmed by setting the password by mail. */
    const confirmedAccount = async (): Promise<LoggedInCustomer> => {
      const account = await shop.signUp();
      await setPassword(account);
      return shop.logIn({ ...account, password: NEW });
    };
    /** Changes the login e-mail and confirms the new one. @returns the account with the new e-mail */
    const changeEmail = async (account: LoggedInCustomer): Promise<Account> => {
      const { email } = shop.person();
      const { id, password } = account;
      await account.post(CHANGE, 204, { email: account.email, password, newEmail: email });
      const { token } = await shop.mailTo(email, 'email-change');
      await (await shop.visitor()).post(`${CHANGE}/confirm`, 204, { token });
      return { id, email, password };
    };

    it('keeps no identity of the former owner after the new owner resets the password', async () => {
      const eve = await confirmedAccount();
      const before = await linkIdentity(eve);
      const owner = await changeEmail(eve);
      const after = await linkIdentity(eve);
      expect([await outcome(before), await outcome(after)]).toEqual([eve.id, eve.id]);
      await setPassword(owner);
      expect([await outcome(before), await outcome(after)]).toEqual(['email_not_verified', 'email_not_verified']);
      expect(await rows(shop, 'select 1 from identities where customer_id = $1', [eve.id])).toEqual([]);
    });

    it('keeps the identity that the new owner confirmed by mail', async () => {
      const owner = await changeEmail(await confirmedAccount());
      const login = await confirmIdentity(owner);
      await setPassword(owner);
      expect(await outcome(login)).toBe(owner.id);
    });

    it('keeps identities that are linked with the new owner’s password', async () => {
      const owner = await changeEmail(await confirmedAccount());
      await setPassword(owner);
      const login = await linkIdentity(await shop.logIn({ ...owner, password: NEW }));
      await setPassword(owner);
      expect(await outcome(login)).toBe(owner.id);
    });

    it('is not activated by the opt-in that was mailed to the former address', async () => {
      const tenant = 'movedoptin';
      await shop.addTenant(tenant, { activation: 'email' });
      const visitor = await shop.visitor(tenant);
      const [{ email, password }, next] = [shop.person(), shop.person()];
      const { id } = await visitor.post<{ id: string }>('/signup', 201, { email, password });
      const optIn = await shop.mailTo(email, 'opt-in');
      await (await shop.serviceClient(undefined, tenant)).patch(`/customers/${id}`, 200, { active: true });
      const { access_token } = await visitor.post('/login', 200, { email, password });
      const eve = new ApiClient(shop, String(access_token), tenant);
      await eve.post(CHANGE, 204, { email, password, newEmail: next.email });
      const { token } = await shop.mailTo(next.email, 'email-change');
      const another = await shop.visitor(tenant);
      await another.post(`${CHANGE}/confirm`, 204, { token });
      await another.get(`/signup/optin/${optIn.token}`, 400);
    });
  });

  it('keeps identities that are linked after the opt-in when the password is reset', async () => {
    const tenant = 'optedin';
    await shop.addTenant(tenant, { activation: 'email', tokenExchange: { default: offline } });
    const visitor = await shop.visitor(tenant);
    const { email, password } = shop.person();
    await visitor.post('/signup', 201, { email, password });
    const { access_token } = await visitor.get(`/signup/optin/${(await shop.mailTo(email, 'opt-in')).token}`);
    const ada = new ApiClient(shop, String(access_token), tenant);
    const login = provider.addUser();
    const link = { password, subjectAccessToken: await provider.accessToken(login) };
    await ada.post('/me/identities', 201, link);
    await setPasswordAt(await shop.visitor(tenant), email);
    const path = `/exchangeauthtoken?subjectAccessToken=${await provider.accessToken(login)}`;
    await (await shop.visitor(tenant)).post(path, 200);
  });

  describe('stays in its company', () => {
    it.each<[string, string, (company: string, admin: LoggedInCustomer) => Promise<Account>]>([
      ['when an employee assigned it', 'password-reset', (company) => assignedTo(company)],
      ['when the invitation is accepted', 'initial-password', (_company, admin) => invitedBy(admin)],
      ['when it created the company', 'password-reset', (_company, admin) => Promise.resolve(admin)],
    ])('%s', async (_who, kind, invited) => {
      const admin = await newCustomer(companyDetails(randomUUID()));
      const [company] = await companiesOf(admin);
      const account = await invited(String(company), admin);
      await setPassword(account, kind);
      expect(await companiesOf(account)).toEqual([company]);
    });
  });

  /** A colleague, invited by the company's administrator. */
  async function invitedBy(admin: LoggedInCustomer): Promise<Account> {
    const person = shop.person();
    const { id } = await admin.post<{ id: string }>('/customers', 201, { contactEmail: person.email });
    return { ...person, id };
  }
  async function assignedTo(company: string): Promise<Account> {
    const ada = await shop.signUp();
    await assignCustomer(shop, ada, company, 'Requester');
    return ada;
  }

  it('still requires the opt-in after the password was set by mail', async () => {
    await shop.addTenant('optin', { activation: 'email' });
    const visitor = await shop.visitor('optin');
    const { email, password } = shop.person();
    await visitor.post('/signup', 201, { email, password });
    await setPasswordAt(visitor, email);
    await visitor.post('/login', 400, { email, password: NEW });
    await visitor.post('/signup/optin/refresh_token', 202, { email });
    await visitor.get(`/signup/optin/${(await shop.mailTo(email, 'opt-in')).token}`);
    await visitor.post('/login', 200, { email, password: NEW });
  });
  async function setPasswordAt(visitor: ApiClient, email: string): Promise<void> {
    await visitor.post('/password/reset', 204, { email });
    const { token } = await shop.mailTo(email, 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: NEW });
  }

  it('is not created from the contact e-mail of a customer without an account', async () => {
    await shop.addTenant('subject', { ssoCustomerIdentifierField: 'SUBJECT', tokenExchange: { default: offline } });
    const visitor = await shop.visitor('subject');
    const subjectAccessToken = await provider.accessToken(provider.addUser());
    const { access_token } = await visitor.post(`/exchangeauthtoken?subjectAccessToken=${subjectAccessToken}`);
    const eve = new ApiClient(shop, String(access_token), 'subject');
    const { email, password } = shop.person();
    await eve.patch('/me', 200, { contactEmail: email });
    const { id } = await eve.get('/me');
    const staff = await shop.serviceClient(undefined, 'subject');
    await staff.patch(`/customers/${String(id)}`, 200, { type: 'CUSTOMER' });
    await visitor.post('/signup', 201, { email, password });
  });

  describe('and the confirmation mail to its owner', () => {
    it('is not sent for a second subject of the same issuer with the same address', async () => {
      const { email } = shop.person();
      const id = await outcome(verifiedIdentity(email));
      const successor = verifiedIdentity(email);
      expect(await outcome(successor)).toBe('confirmation_required');
      expect(await countMails(email, 'link-identity')).toBe(0);
      expect(id).not.toBe('confirmation_required');
    });

    it('is not sent for an account on hold', async () => {
      const ada = await shop.signUp();
      await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, { onHold: true });
      expect(await outcome(verifiedIdentity(ada.email))).toBe('confirmation_required');
      expect(await countMails(ada.email, 'link-identity')).toBe(0);
    });

    it('is limited to the hourly maximum', async () => {
      const ada = await shop.signUp();
      const login = verifiedIdentity(ada.email);
      const tokens = await Promise.all(Array.from({ length: MAX_MAILS + 2 }, () => provider.accessToken(login)));
      for (const token of tokens) expect((await exchange(token)).body.type).toBe('confirmation_required');
      expect(await countMails(ada.email, 'link-identity')).toBe(MAX_MAILS);
    });

    it('is not sent for two concurrent first logins', async () => {
      const { email } = shop.person();
      const login = verifiedIdentity(email);
      const id = await outcome(login);
      // The second login reads the identities before the first one commits, and finds its account afterwards.
      const rename = 'update identities set subject = $2 where subject = $1';
      await rows(shop, rename, [login, `${login}-later`]);
      const first = new Client({ connectionString: shop.config.databaseUrl ?? undefined });
      await first.connect();
      await first.query('begin; lock table accounts in access exclusive mode');
      const second = outcome(login);
      await waitForLockWaiters(shop, 1);
      await first.query(rename, [`${login}-later`, login]);
      await first.query('commit');
      await first.end();
      expect(await second).toBe(id);
      expect(await countMails(email, 'link-identity')).toBe(0);
    });

    it.each<[string, (ada: LoggedInCustomer) => Promise<unknown>]>([
      ['set by mail', (ada) => setPassword(ada)],
      ['changed', (ada) => ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: NEW })],
    ])('links nothing after the password was %s', async (_how, end) => {
      const ada = await newCustomer();
      expect(await outcome(verifiedIdentity(ada.email))).toBe('confirmation_required');
      const { token } = await shop.mailTo(ada.email, 'link-identity');
      await end(ada);
      await (await shop.visitor()).post(CONFIRM, 400, { token });
    });
  });
});
