import { randomUUID } from 'node:crypto';
import { call } from './support/contexts.js';
import { dumpDatabase, rows, sendErasureMails } from './support/rows.js';
import { type Body, type LoggedInCustomer, Shop } from './support/shop.js';
import { staffActions } from './support/timeline.js';

describe('privacy', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const customerWithData = async (firstName = 'Augusta Ada', street = 'St James Square') => {
    const ada = await shop.customer({
      customerDetails: { firstName, lastName: 'Byron', mixins: { loyalty: { points: 7 } } },
      customerAddress: { contactName: `${firstName} Byron`, street, city: 'London', country: 'GB' },
    });
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    await call(ada, 'POST', '/me/context/attributes', 201, { key: 'gift', value: 'hat' });
    return ada;
  };
  /** Requests a change of the login e-mail. @returns the new e-mail */
  const requestEmailChange = async (ada: LoggedInCustomer): Promise<string> => {
    const { email: newEmail } = shop.person();
    const { email, password } = ada;
    await ada.post('/me/accounts/internal/email/change', 204, { email, password, newEmail });
    return newEmail;
  };
  interface Export extends Body {
    sessions: Body[];
    mailedTokens: Body[];
    mails: { kind: string; recipient: string }[];
  }
  const exported = async (actor: LoggedInCustomer): Promise<Export> =>
    actor.post<Export>('/me/export', 200, { password: actor.password });

  describe('an export', () => {
    it('contains all stored data of the customer, and no secrets', async () => {
      const ada = await customerWithData();
      const exportedData = await ada.post('/me/export', 200, { password: ada.password });
      expect(Object.keys(exportedData)).toEqual([
        ...[
          'customer',
          'accounts',
          'identities',
          'addresses',
          'companies',
          'membershipRequests',
          'consents',
          'sessions',
          'contexts',
          'history',
          'notes',
        ],
        ...['mailedTokens', 'emailUndos', 'secondFactors', 'secondFactorCodes', 'secondFactorFailures'],
        ...['recoveryCodes', 'mails'],
      ]);
      expect(exportedData).toMatchObject({
        customer: { id: ada.id, first_name: 'Augusta Ada', mixins: { loyalty: { points: 7 } } },
        accounts: [{ email: ada.email }],
        addresses: [{ street: 'St James Square' }],
        sessions: [{ ended_at: null, client_id: 'shop-storefront', device: 'lightMyRequest', origin: '127.0.0.1' }],
        contexts: [{ session_id: ada.login.session_id, context: { gift: 'hat' } }],
        history: [
          { action: 'signed_up', address: '127.0.0.1' },
          // The network address of the employee is not the customer's data.
          { action: 'customer_changed', address: null },
          { action: 'logged_in' },
          { action: 'customer_exported' },
        ],
        mailedTokens: [{ purpose: 'password-reset', email: null }],
        mails: [{ kind: 'awaiting-activation' }, { kind: 'activated' }, { kind: 'password-reset' }],
      });
      expect(JSON.stringify(exportedData)).not.toMatch(/argon2|hash|sealed|eyJ/);
      const staff = await (await shop.employee('support')).get(`/customers/${ada.id}/export`);
      const itself = { at: expect.any(String), action: 'customer_exported', actor_kind: 'employee', address: null };
      const history = [...(exportedData.history as Body[]), { ...itself, changes: {} }];
      expect(staff).toEqual({ ...exportedData, history });
    });

    it('contains the unconfirmed new e-mail and the mail to it', async () => {
      const ada = await shop.customer();
      const newEmail = await requestEmailChange(ada);
      const { mailedTokens, mails } = await exported(ada);
      expect(mailedTokens).toEqual([expect.objectContaining({ purpose: 'email-change', email: newEmail })]);
      expect(mails.filter(({ kind }) => kind === 'email-change')).toMatchObject([{ recipient: newEmail }]);
    });

    it('contains mails to the contact e-mail in any spelling, but not to another customer', async () => {
      const [ada, eve] = [await shop.customer(), await shop.customer()];
      const contact = `Ada${randomUUID()}@bücher.example`;
      await ada.patch('/me', 200, { contactEmail: contact });
      const staff = await shop.serviceClient();
      await staff.patch(`/customers/${ada.id}`, 200, { active: false });
      await staff.patch(`/customers/${ada.id}`, 200, { active: true });
      const again = await shop.logIn(ada);
      const recipient = contact.toLowerCase().replace('bücher', 'xn--bcher-kva');
      expect((await exported(again)).mails).toContainEqual(expect.objectContaining({ recipient }));
      await again.patch('/me', 200, { contactEmail: eve.email });
      expect((await exported(again)).mails).not.toContainEqual(expect.objectContaining({ recipient: eve.email }));
      await again.post('/me/erasure', 204, { password: ada.password });
      expect((await shop.mailsTo(eve.email)).map(({ kind }) => kind)).toEqual(['activated', 'awaiting-activation']);
    });

    it('omits the device and address of an employee', async () => {
      const ada = await shop.customer();
      await (await shop.employee('support')).post('/assistedbuying/login', 200, { customerNumber: ada.id });
      const { sessions } = await exported(ada);
      expect(sessions).toHaveLength(2);
      expect(sessions[1]).toMatchObject({ device: null, origin: null });
    });

    it('requires the password, and is forbidden to an employee who acts for the customer', async () => {
      const ada = await customerWithData();
      await ada.post('/me/export', 400, { password: 'a wrong guess' });
      await ada.post('/me/export', 400, {});
      const staff = await shop.employee('support');
      const { accessToken } = await staff.post<{ accessToken: string }>('/assistedbuying/login', 200, {
        customerNumber: ada.id,
      });
      for (const path of ['/me/export', '/me/erasure']) {
        const headers = { authorization: `Bearer ${accessToken}` };
        const { status } = await ada.send('POST', path, { body: { password: ada.password }, headers });
        expect(status).toBe(403);
      }
      await (await shop.employee('viewer')).get(`/customers/${ada.id}/export`, 403);
    });
  });

  describe('an erasure', () => {
    it.each(['the customer', 'staff'])('by %s removes all personal data from every table', async (actor) => {
      const [name, street] = [`Ada${randomUUID()}`, `Square${randomUUID()}`];
      const ada = await customerWithData(name, street);
      const { email, password } = ada;
      const headers = { 'user-agent': `Phone ${randomUUID()}` };
      await (await shop.visitor()).send('POST', '/login', { body: { email, password }, headers });
      const phone = await shop.logIn(ada);
      const contact = `${randomUUID()}@bücher.example`;
      await phone.patch('/me', 200, { contactEmail: contact });
      await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, { onHold: true });
      await shop.activate(ada.id);
      const own = await shop.logIn(ada);
      const newEmail = await requestEmailChange(own);
      if (actor === 'staff') await (await shop.employee('support')).post(`/customers/${ada.id}/erasure`, 204);
      else await own.post('/me/erasure', 204, { password: ada.password });

      expect(await sendErasureMails(shop)).toContain(email);
      const allRows = await dumpDatabase(shop);
      const spelled = contact.replace('bücher', 'xn--bcher-kva');
      for (const trace of [email, name, street, headers['user-agent'], newEmail, contact, spelled]) {
        expect(allRows).not.toContain(trace);
      }
      const contexts = 'select 1 from session_contexts where session_id = $1';
      expect(await rows(shop, contexts, [ada.login.session_id])).toEqual([]);
      for (const token of [ada, phone, own]) await token.get('/me', 401);
      await (await shop.visitor()).post('/login', 400, { email: ada.email, password: ada.password });
      const staff = await shop.employee('support');
      await staff.get(`/customers/${ada.id}`, 404);
      const history = await staffActions(staff, ada.id);
      expect(history.length).toBeGreaterThan(0);
      await shop.signUp({ email: ada.email });
    });

    it('requires the password', async () => {
      const ada = await customerWithData();
      await ada.post('/me/erasure', 400, { password: 'a wrong guess' });
      await ada.get('/me');
      expect(await rows(shop, 'select 1 from customers where id = $1', [ada.id])).toHaveLength(1);
    });

    it('does not reach a customer of another tenant', async () => {
      await shop.addTenant('other');
      const ada = await customerWithData();
      await (await shop.employee('admin', 'other')).post(`/customers/${ada.id}/erasure`, 404);
      await (await shop.employee('admin', 'other')).get(`/customers/${ada.id}/export`, 404);
    });
  });
});
