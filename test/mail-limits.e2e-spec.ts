import { EntityManager } from '@mikro-orm/postgresql';
import { Outbox } from '../src/mailer/outbox.service.js';
import { recipientLimits } from '../src/mailer/recipient-limits.js';
import type { MailFacts, MailKind } from '../src/mailer/mail-kinds.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { Housekeeping } from '../src/housekeeping/housekeeping.service.js';
import { member } from './support/companies.js';
import { rows } from './support/rows.js';
import { type LoggedInCustomer, Shop, type ApiClient } from './support/shop.js';

const PER_HOUR = 10;
const kinds = Object.keys(recipientLimits) as MailKind[];

describe('a recipient', () => {
  let shop: Shop;
  let visitor: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    await shop.addTenant('other', { activation: 'none' });
    visitor = await shop.visitor();
  });
  afterAll(() => shop.close());

  const mailsTo = async (email: string, kind: string) =>
    (await shop.mailsTo(email)).filter((mail) => mail.kind === kind);

  const repeat = async (times: number, action: (time: number) => Promise<unknown>): Promise<void> => {
    for (let time = 0; time < times; time++) await action(time);
  };

  const reset = (email: string, extra: object = {}): Promise<unknown> =>
    visitor.post('/password/reset', 204, { email, ...extra });

  /** Adds mails of a kind to one recipient, all at the same time. */
  const addAtOnce = async (times: number, kind: MailKind, email: string, tenant = 'shop'): Promise<void> => {
    const em = shop.app.get(EntityManager);
    const add = () =>
      RequestScope.run(em, async () => {
        await shop.app.get(TenantsService).enter(tenant);
        const facts = {
          token: 'x',
          link: 'x',
          provider: 'x',
          until: '2026-12-31',
          at: '2026-12-31',
          count: 1,
        } as MailFacts[MailKind];
        const to = { email, customerId: undefined, confirmed: true };
        await em.transactional(() => shop.app.get(Outbox).add(kind, to, facts));
      });
    await Promise.all(Array.from({ length: times }, add));
  };

  it.each(kinds)('gets a limited number of %s mails for each tenant, even of concurrent ones', async (kind) => {
    const { email } = shop.person();
    const { perHour, pause } = recipientLimits[kind];
    const maximum = pause === undefined ? perHour : 1;
    await addAtOnce(maximum + 5, kind, email);
    expect(await mailsTo(email, kind)).toHaveLength(maximum);
    await addAtOnce(1, kind, ` ${email.toUpperCase()}`);
    expect(await mailsTo(email, kind)).toHaveLength(maximum);
    await addAtOnce(1, kind, email, 'other');
    await addAtOnce(1, kind, shop.person().email);
    expect(await mailsTo(email, kind)).toHaveLength(maximum + 1);
    for (const another of kinds.filter((each) => each !== kind)) await addAtOnce(1, another, email);
    expect(await shop.mailsTo(email)).toHaveLength(maximum + kinds.length);
  });

  it('gets mails again after an hour, and the counts are deleted', async () => {
    const ada = await shop.customer();
    await repeat(PER_HOUR + 1, () => reset(ada.email));
    const countOf = () => rows(shop, `select 1 from mail_counts where kind = 'password-reset'`);
    await shop.app.get(Housekeeping).run();
    expect(await countOf()).not.toEqual([]);
    shop.advanceClock(3601);
    visitor = await shop.visitor();
    // An expired link alone allows only one mail beyond the limit.
    await repeat(2, () => reset(ada.email));
    expect(await mailsTo(ada.email, 'password-reset')).toHaveLength(PER_HOUR + 2);
    shop.advanceClock(3601);
    await shop.app.get(Housekeeping).run();
    expect(await countOf()).toEqual([]);
    visitor = await shop.visitor();
  });

  it('can use the newest mailed link despite requests of an attacker with extra fields', async () => {
    const ada = await shop.customer();
    const extraFields = (time: number) => ({
      newEmail: `junk-${time}@example.com`,
      contactEmail: `${time}@example.com`,
    });
    await repeat(PER_HOUR + 15, (time) => reset(ada.email, extraFields(time)));
    const [newest, ...others] = await mailsTo(ada.email, 'password-reset');
    expect(others).toHaveLength(PER_HOUR - 1);
    await visitor.post('/password/reset/update', 204, { token: newest?.token, password: 'new secret words' });
    await shop.logIn({ ...ada, password: 'new secret words' });
  });

  it('is also limited in the Glue API for each tenant, regardless of extra fields', async () => {
    const ada = await shop.customer();
    const requestReset = async (time: number) => {
      const attributes = { email: ada.email };
      const body = { email: `junk-${time}@example.com`, data: { type: 'customer-forgotten-password', attributes } };
      expect((await shop.send('POST', '/customer-forgotten-password', { body })).status).toBe(204);
    };
    await repeat(PER_HOUR + 5, requestReset);
    expect(await mailsTo(ada.email, 'password-reset')).toHaveLength(PER_HOUR);
    const client = await shop.visitor('other');
    await client.post('/signup', 201, shop.person({ email: ada.email }));
    await client.post('/password/reset', 204, { email: ada.email });
    expect(await mailsTo(ada.email, 'password-reset')).toHaveLength(PER_HOUR + 1);
  });

  it('gets a new link when the newest one has expired, so that an attacker cannot block it', async () => {
    await shop.addTenant('short', { activation: 'none', lifetimes: { passwordReset: 300 } });
    const client = await shop.visitor('short');
    const { email } = shop.person();
    await client.post('/signup', 201, shop.person({ email }));
    const requestReset = () => client.post('/password/reset', 204, { email });
    await repeat(PER_HOUR + 1, requestReset);
    shop.advanceClock(301);
    await repeat(2, requestReset);
    const [newest, ...others] = await mailsTo(email, 'password-reset');
    expect(others).toHaveLength(PER_HOUR);
    const update = { token: newest?.token, password: 'new secret words' };
    await (await shop.visitor('short')).post('/password/reset/update', 204, update);
    visitor = await shop.visitor();
  });

  it('gets a new link 5 minutes after the newest mail if its link was revoked, so that a thief cannot block a reset', async () => {
    const ada = await shop.customer();
    await repeat(PER_HOUR + 1, () => reset(ada.email));
    shop.advanceClock(301);
    await reset(ada.email);
    expect(await mailsTo(ada.email, 'password-reset')).toHaveLength(PER_HOUR);
    // A thief who knows the password changes it, which revokes the links.
    await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: 'the words of a thief' });
    await repeat(2, () => reset(ada.email));
    const [newest, ...others] = await mailsTo(ada.email, 'password-reset');
    expect(others).toHaveLength(PER_HOUR);
    await visitor.post('/password/reset/update', 204, { token: newest?.token, password: 'new secret words' });
    await reset(ada.email);
    expect(await mailsTo(ada.email, 'password-reset')).toHaveLength(PER_HOUR + 1);
    shop.advanceClock(301);
    await reset(ada.email);
    expect(await mailsTo(ada.email, 'password-reset')).toHaveLength(PER_HOUR + 2);
    visitor = await shop.visitor();
  });

  it('stays limited after the customer is deleted', async () => {
    const { email } = shop.person();
    await shop.addTenant('welcoming', { activation: 'none', enableAccountCreationEmailConfirmation: true });
    const staff = await shop.serviceClient(undefined, 'welcoming');
    const client = await shop.visitor('welcoming');
    let mails = 0;
    await repeat(PER_HOUR + 5, async () => {
      const { id } = await client.post<{ id: string }>('/signup', 201, shop.person({ email }));
      mails += (await mailsTo(email, 'welcome')).length;
      await staff.delete(`/customers/${id}`, 202);
    });
    expect(mails).toBe(PER_HOUR);
  });

  it('is limited for an e-mail change, which does not show whether an address is taken', async () => {
    const [ada, john] = [await shop.customer(), await shop.customer()];
    const { email } = shop.person();
    const first = shop.person().email;
    const change = (caller: LoggedInCustomer, newEmail: string) =>
      caller.post('/me/accounts/internal/email/change', 204, {
        email: caller.email,
        password: caller.password,
        newEmail,
      });
    await change(ada, first);
    const { token } = await shop.mailTo(first, 'email-change');
    await addAtOnce(PER_HOUR, 'email-change', email);
    await addAtOnce(PER_HOUR, 'email-change', john.email);
    const known = (await shop.mailsTo(john.email)).length;
    for (const newEmail of [email, john.email]) await change(ada, newEmail);
    expect(await mailsTo(email, 'email-change')).toHaveLength(PER_HOUR);
    expect(await shop.mailsTo(john.email)).toHaveLength(known);
    await visitor.post('/me/accounts/internal/email/change/confirm', 204, { token });
  });

  it('is limited for mails of employees and company Admins', async () => {
    const [admin, staff] = [await member(shop, 'Admin'), await shop.serviceClient()];
    for (const caller of [admin, staff]) {
      const { email: contactEmail } = shop.person();
      let mails = 0;
      await repeat(PER_HOUR + 3, async () => {
        const { id } = await caller.post<{ id: string }>('/customers', 201, { contactEmail });
        mails += (await mailsTo(contactEmail, 'initial-password')).length;
        await staff.delete(`/customers/${id}`, 202);
      });
      expect(mails).toBe(PER_HOUR);
    }
    const ada = await shop.signUp();
    await repeat(PER_HOUR + 3, async () => {
      await staff.patch(`/customers/${ada.id}`, 200, { active: false });
      await staff.patch(`/customers/${ada.id}`, 200, { active: true });
    });
    expect(await mailsTo(ada.email, 'activated')).toHaveLength(PER_HOUR);
  });
});
