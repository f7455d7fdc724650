import { type ApiClient, type Body, type LoggedInCustomer, Shop } from './support/shop.js';
import { staffActions } from './support/timeline.js';

interface Entry {
  action: string;
  changes: Body;
}

describe('an employee who corrects the login e-mail of a customer', () => {
  let shop: Shop;
  let support: ApiClient;
  let admin: ApiClient;
  let ada: LoggedInCustomer;

  beforeAll(async () => {
    shop = await Shop.open();
    support = await shop.employee('support');
    admin = await shop.employee('admin');
  });
  beforeEach(async () => {
    ada = await shop.customer();
  });
  afterAll(() => shop.close());

  const newEmail = (): string => shop.person().email;
  const change = async (by: ApiClient, body: Body, status = 200): Promise<Body> =>
    by.patch(`/customers/${ada.id}`, status, body);
  const emails = async (): Promise<unknown[]> => {
    const { email, contactEmail } = await support.get(`/customers/${ada.id}`);
    return [email, contactEmail];
  };
  const isLoggedIn = async (): Promise<boolean> => (await ada.send('GET', '/me')).status === 200;
  const entries = async (): Promise<Entry[]> => staffActions(support, ada.id);
  const history = async (): Promise<Entry> => {
    const [latest] = await entries();
    if (!latest) throw new Error('No entry');
    return latest;
  };

  it('starts a change, which the owner of the new address confirms', async () => {
    const email = newEmail();
    const before = await entries();
    await change(support, { email, reason: 'Typing error' });
    expect(await emails()).toEqual([ada.email, ada.email]);
    const [latest, ...rest] = await entries();
    expect(latest).toMatchObject({
      action: 'email_change_requested',
      changes: { fields: ['email'], reason: 'Typing error' },
    });
    expect(rest).toEqual(before);
    expect(await shop.mailTo(ada.email, 'email-change-notice')).toBeDefined();
    const { token } = await shop.mailTo(email, 'email-change');
    await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 204, { token });
    expect(await emails()).toEqual([email, email]);
  });

  it('changes it immediately with the scope foyer.email_override and a reason', async () => {
    const email = newEmail();
    await change(admin, { email, reason: 'Identity verified by phone' });
    expect(await emails()).toEqual([email, email]);
    expect(await isLoggedIn()).toBe(false);
    expect(await history()).toMatchObject({
      action: 'email_changed',
      changes: { fields: ['email'], reason: 'Identity verified by phone' },
    });
    expect(await shop.mailTo(ada.email, 'email-changed')).toBeDefined();
    await shop.logIn({ ...ada, email, password: ada.password });
  });

  it.each([
    ['the scope but no reason', () => admin, {}],
    ['the scope and a blank reason', () => admin, { reason: ' ' }],
    ['a reason but not the scope', () => support, { reason: 'Identity verified by phone' }],
  ])('only starts a change with %s', async (_what, by, body) => {
    const email = newEmail();
    await change(by(), { email, ...body });
    expect(await emails()).toEqual([ada.email, ada.email]);
    expect(await isLoggedIn()).toBe(true);
    expect(await shop.mailTo(email, 'email-change')).toBeDefined();
  });

  it('leaves another contact e-mail as it is', async () => {
    const [email, contactEmail] = [newEmail(), newEmail()];
    await change(support, { contactEmail });
    await change(admin, { email, reason: 'Identity verified by phone' });
    expect(await emails()).toEqual([email, contactEmail]);
  });

  it('has no effect with the current address', async () => {
    const mails = (await shop.mailsTo(ada.email)).length;
    await change(admin, { email: ada.email.toUpperCase(), reason: 'Identity verified by phone' });
    expect(await isLoggedIn()).toBe(true);
    expect(await shop.mailsTo(ada.email)).toHaveLength(mails);
  });

  it.each([
    ['that is taken', async () => (await shop.customer()).email, 409],
    ['that is not valid', async () => Promise.resolve('ada@'), 400],
  ])('gets an error for an address %s, and changes nothing', async (_what, address, status) => {
    const email = await address();
    for (const by of [support, admin]) {
      expect(await change(by, { email, reason: 'Typing error', firstName: 'Grace' }, status)).toBeDefined();
    }
    expect(await emails()).toEqual([ada.email, ada.email]);
    expect((await support.get(`/customers/${ada.id}`)).firstName).toBeUndefined();
  });

  it('cannot be a company Admin', async () => {
    const company = { company: 'Engines', b2b: { companyRegistrationId: newEmail() }, firstName: 'A', lastName: 'B' };
    const administrator = await shop.customer({ customerDetails: company });
    const { id } = await administrator.post<{ id: string }>('/customers', 201, { contactEmail: newEmail() });
    const before = await support.get(`/customers/${id}`);
    await administrator.patch(`/customers/${id}`, 200, { email: newEmail(), reason: 'Mine' });
    expect((await support.get(`/customers/${id}`)).email).toBe(before.email);
  });

  it('does not send "you can now log in" to a contact e-mail that is no login', async () => {
    const contactEmail = newEmail();
    await change(support, { active: false });
    await change(support, { active: true, contactEmail });
    expect(await shop.mailsTo(contactEmail)).toEqual([]);
    expect(await shop.mailTo(ada.email, 'activated')).toBeDefined();
  });
});
