import { EntityManager } from '@mikro-orm/postgresql';
import { setTimeout as sleep } from 'node:timers/promises';
import { countByEmail, dumpDatabase, rows, sendErasureMails } from './support/rows.js';
import { type LoggedInCustomer, Shop } from './support/shop.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

describe('the mails of a customer', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  /** Creates a customer with mails to three addresses, one of which is the login e-mail. */
  const newMailedCustomer = async (): Promise<{ ada: LoggedInCustomer; addresses: string[] }> => {
    const [ada, staff] = [await shop.customer(), await shop.serviceClient()];
    const [{ email: contactEmail }, { email: newEmail }] = [shop.person(), shop.person()];
    await staff.patch(`/customers/${ada.id}`, 200, { contactEmail, active: false });
    await staff.patch(`/customers/${ada.id}`, 200, { active: true });
    const { email, password } = ada;
    const session = await shop.logIn(ada);
    await session.post('/me/accounts/internal/email/change', 204, { email, password, newEmail });
    const { token } = await shop.mailTo(newEmail, 'email-change');
    await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 204, { token });
    await staff.patch(`/customers/${ada.id}`, 200, { contactEmail: shop.person().email });
    return { ada: await shop.logIn({ ...ada, email: newEmail }), addresses: [email, contactEmail, newEmail] };
  };

  it('to former addresses are included in an export and deleted by an erasure', async () => {
    const { ada, addresses } = await newMailedCustomer();
    const { mails } = await ada.post<{ mails: { recipient: string }[] }>('/me/export', 200, { password: ada.password });
    expect([...new Set(mails.map(({ recipient }) => recipient))].sort()).toEqual(addresses.toSorted());
    await ada.post('/me/erasure', 204, { password: ada.password });
    expect(await sendErasureMails(shop)).toEqual([ada.email]);
    const everywhere = await dumpDatabase(shop);
    for (const address of addresses) expect(everywhere).not.toContain(address);
  });

  it('do not include those of another customer at the same address', async () => {
    const [ada, bob, staff] = [await shop.customer(), await shop.customer(), await shop.serviceClient()];
    const { email: contactEmail } = shop.person();
    for (const { id } of [ada, bob]) {
      await staff.patch(`/customers/${id}`, 200, { contactEmail, active: false });
      await staff.patch(`/customers/${id}`, 200, { active: true });
    }
    expect(await shop.mailsTo(contactEmail)).toHaveLength(2);
    const session = await shop.logIn(ada);
    const { mails } = await session.post('/me/export', 200, { password: ada.password });
    expect(mails).toEqual([expect.objectContaining({ kind: 'activated', recipient: contactEmail })]);
    await session.post('/me/erasure', 204, { password: ada.password });
    expect(await shop.mailsTo(contactEmail)).toHaveLength(1);
  });

  it('include notices of sign-ups with the same address', async () => {
    await shop.addTenant('strict', { strict: true, activation: 'none' });
    const ada = shop.person();
    for (const person of [ada, shop.person({ email: ada.email })]) {
      await (await shop.visitor('strict')).post('/signup', 201, person);
      shop.advanceClock(3601);
    }
    expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).toEqual(['signup-attempt', 'opt-in']);
    const [{ customer_id: id } = { customer_id: '' }] = await rows<{ customer_id: string }>(
      shop,
      'select customer_id from accounts where email = $1',
      [ada.email],
    );
    await (await shop.serviceClient(undefined, 'strict')).delete(`/customers/${id}`, 202);
    expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).toEqual(['account-erased']);
  });

  it('do not cause a deadlock if one is queued while the customer is deleted', async () => {
    const [ada, staff] = [await shop.customer(), await shop.serviceClient()];
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    const em = shop.app.get(EntityManager).fork({ disableContextResolution: true });
    const mail = `insert into outbox (tenant, id, kind, recipient, created_at, customer_id)
      values ('shop', gen_random_uuid(), 'activated', ?, now(), ?)`;
    await em.begin();
    // As in a second reset: first the token, then the mail. A mutual wait with the deletion would be a deadlock.
    await em.execute(`set local lock_timeout = '300ms'`);
    await em.execute('update one_time_tokens set expires_at = now() where customer_id = ?', [ada.id]);
    const removed = staff.send('DELETE', `/customers/${ada.id}`);
    await sleep(400);
    await em.execute(mail, [ada.email, ada.id]).then(
      () => em.commit(),
      async (error: unknown) => {
        await em.rollback();
        throw error;
      },
    );
    expect((await removed).status).toBe(202);
    expect(await countByEmail(shop, ada.email)).toEqual({ customers: 0, accounts: 0 });
    expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).toEqual(['account-erased']);
  });
});

describe('a queued mail', () => {
  it('is not sent after its customer was deleted', async () => {
    const smtp = await MailServer.listen();
    const shop = await Shop.open({ activation: 'none' }, { smtpUrl: smtp.url });
    const [ada, bob, staff] = [await shop.signUp(), await shop.signUp(), await shop.serviceClient()];
    // One mail waits for the next attempt, the other one is at the server.
    smtp.planBehavior(ada.email, 451);
    smtp.planBehavior(bob.email, 'hang');
    const visitor = await shop.visitor();
    for (const { email } of [ada, bob]) await visitor.post('/password/reset', 204, { email });
    await waitUntil('both were tried', () => smtp.attempts === 2);
    for (const { id } of [ada, bob]) await staff.delete(`/customers/${id}`, 202);
    await smtp.close();
    expect(await rows(shop, `select 1 from outbox where kind <> 'account-erased'`)).toEqual([]);
    const activeQueries = `select 1 from pg_stat_activity where state = 'active' and query like '%outbox%' and pid <> pg_backend_pid()`;
    await waitUntil('nothing is in progress', async () => (await rows(shop, activeQueries)).length === 0);
    for (const { email } of [ada, bob]) {
      const subjects = smtp.mailsTo(email).map(({ headers }) => headers.subject?.[0]);
      expect(subjects).not.toContain('Set a new password');
    }
    await shop.close();
  });
});
