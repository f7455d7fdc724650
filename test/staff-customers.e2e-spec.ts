import {
  assignedLegalEntity,
  validationError,
  invalidAccessToken,
  duplicateAccount,
  notAuthorized,
  unknownCustomer,
} from './support/responses.js';
import { countByEmail } from './support/rows.js';
import { type Body, Shop, type ApiClient } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';

const PASSWORD = 'initial secret words';
const MERGE_PATCH = 'application/merge-patch+json';

describe('customer administration', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const createCustomer = async (body: Body = {}, query = ''): Promise<{ id: string; email: string }> => {
    const { email } = shop.person();
    const { id } = await staff.post<{ id: string }>(`/customers${query}`, 201, { contactEmail: email, ...body });
    return { id, email };
  };
  const mailKinds = async (email: string): Promise<string[]> =>
    (await shop.mailsTo(email)).map(({ kind }) => kind).sort();
  const canLogIn = async (email: string, password = PASSWORD): Promise<boolean> => {
    const { status } = await (await shop.visitor()).send('POST', '/login', { body: { email, password } });
    return status === 200;
  };

  describe('POST /customers', () => {
    it('creates a customer and never returns the password', async () => {
      const profile = {
        title: 'MR',
        firstName: 'John',
        lastName: 'Doe',
        contactPhone: '123456789',
        company: 'Emporix',
        preferredCurrency: 'EUR',
        photoUrl: 'https://shop.example/john.png',
        b2b: { companyRegistrationId: '123-456-789' },
      };
      const { id, email } = await createCustomer({ ...profile, password: PASSWORD });
      expect(id).toMatch(/^\d+$/);
      expect(await staff.get(`/customers/${id}`)).toEqual({
        ...profile,
        id,
        customerNumber: id,
        reference: expect.stringMatching(/^[A-Z]+--\d+$/) as string,
        contactEmail: email,
        email,
        accounts: [{ id: email }],
        preferredLanguage: 'en_US',
        preferredSite: 'main',
        type: 'CUSTOMER',
        active: false,
        onHold: false,
        restriction: null,
        businessModel: 'B2B',
        b2b: { companyRegistrationId: '123-456-789', legalEntities: [assignedLegalEntity('Emporix')] },
        lastLogin: null,
        standing: 'awaiting',
        standingSince: expect.any(String) as string,
        emailConfirmed: false,
        lockedUntil: null,
        metadata: { mixins: {}, version: 1 },
        metadataCreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      });
    });

    it('keeps the given id exactly as sent; ids are case-sensitive', async () => {
      for (const id of ['C_0033-x', 'c_0033-x', 'x'.repeat(66), '7']) {
        expect(await staff.post('/customers', 201, { id })).toEqual({ id });
        expect(await staff.get(`/customers/${id}`)).toMatchObject({ id, customerNumber: id });
      }
    });

    it.each(['', 'a b', 'ä', 'a/b', 'a.b', 'x'.repeat(67), 7])('rejects the id %j', async (id) => {
      expect(await staff.post('/customers', 400, { id })).toEqual(validationError('id'));
    });

    it('rejects an id that is taken', async () => {
      const { id } = await createCustomer();
      const { email } = shop.person();
      expect(await staff.post('/customers', 409, { id, contactEmail: email })).toMatchObject({
        status: 409,
        type: 'conflict_resource',
        message: expect.stringContaining(id) as string,
      });
      expect(await countByEmail(shop, email)).toEqual({ customers: 0, accounts: 0 });
    });

    it('rejects an e-mail that is taken, ignoring case', async () => {
      const { email } = await createCustomer();
      const contactEmail = email.toUpperCase();
      expect(await staff.post('/customers', 409, { contactEmail })).toEqual(
        duplicateAccount(contactEmail, shop.tenant),
      );
      expect(await countByEmail(shop, email)).toEqual({ customers: 1, accounts: 1 });
    });

    it('creates one customer when concurrent requests have the same e-mail', async () => {
      const { email } = shop.person();
      const body = { contactEmail: email };
      const responses = await Promise.all([1, 2, 3].map(() => staff.send('POST', '/customers', { body })));
      expect(responses.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      expect(await countByEmail(shop, email)).toEqual({ customers: 1, accounts: 1 });
      expect(await mailKinds(email)).toEqual(['initial-password']);
    });

    it.each([
      ['contactEmail', 'nobody'],
      ['type', 'EMPLOYEE'],
      ['restriction', 'DE'],
      ['password', 'short'],
      ['mixins', []],
    ])('rejects an invalid %s and stores nothing', async (field, value) => {
      const before = await databaseFingerprint(shop);
      expect(await staff.post('/customers', 400, { [field]: value })).toEqual(validationError(field));
      expect(await databaseFingerprint(shop)).toEqual(before);
    });

    it('ignores active and onHold', async () => {
      const { id } = await createCustomer({ active: true, onHold: true });
      expect(await staff.get(`/customers/${id}`)).toMatchObject({ active: false, onHold: false });
    });

    it('creates the account when a customer without an e-mail gets one', async () => {
      const [{ id }, other] = [await createCustomer({ contactEmail: undefined }), await createCustomer()];
      expect(await staff.get(`/customers/${id}`)).toMatchObject({ accounts: [] });
      const taken = { contactEmail: other.email };
      expect(await staff.patch(`/customers/${id}`, 409, taken)).toEqual(duplicateAccount(other.email, shop.tenant));
      const { email } = shop.person();
      await staff.patch(`/customers/${id}`, 200, { contactEmail: email, active: true });
      await (await shop.visitor()).post('/password/reset', 204, { email });
      const { token } = await shop.mailTo(email, 'password-reset');
      await (await shop.visitor()).post('/password/reset/update', 204, { token, password: PASSWORD });
      expect(await canLogIn(email)).toBe(true);
    });

    it('returns initialPassword at login until the customer changes the password', async () => {
      const { id, email } = await createCustomer({ password: PASSWORD });
      expect(await canLogIn(email)).toBe(false);
      await shop.activate(id);
      const john = await shop.logIn({ id, email, password: PASSWORD });
      expect(john.login.initialPassword).toBe(true);
      await john.post('/password/change', 204, { currentPassword: PASSWORD, newPassword: 'own secret words' });
      expect((await shop.logIn({ id, email, password: 'own secret words' })).login.initialPassword).toBe(false);
    });

    it('mails a link to set the password, which works once', async () => {
      const { id, email } = await createCustomer({ firstName: 'John' });
      const { token, text } = await shop.mailTo(email, 'initial-password');
      expect(text).toContain('Hello,');
      expect(text).toContain(`http://localhost:8080/password/reset?token=${token}`);
      const visitor = await shop.visitor();
      await visitor.post('/password/reset/update', 204, { token, password: 'own secret words' });
      await visitor.post('/password/reset/update', 400, { token, password: 'third secret words' });
      await shop.activate(id);
      expect((await shop.logIn({ id, email, password: 'own secret words' })).login.initialPassword).toBe(false);
    });

    it('mails the link unless sendPasswordResetNotifications is false', async () => {
      const query = '?sendPasswordResetNotifications=';
      expect(await mailKinds((await createCustomer({}, `${query}true`)).email)).toEqual(['initial-password']);
      expect(await mailKinds((await createCustomer({}, `${query}false`)).email)).toEqual([]);
      expect(await staff.post(`/customers${query}maybe`, 400, {})).toEqual(
        validationError('sendPasswordResetNotifications'),
      );
    });
  });

  describe('PUT', () => {
    it('creates a customer if the number is unknown', async () => {
      const { email } = shop.person();
      const body = { contactEmail: email, firstName: 'John' };
      const response = await staff.send('PUT', '/customers/P_1', { body });
      expect([response.status, response.body]).toEqual([201, { id: 'P_1' }]);
      expect(await staff.get('/customers/P_1')).toMatchObject({ id: 'P_1', firstName: 'John', email });
      expect(await mailKinds(email)).toEqual(['initial-password']);
    });

    it('mails no link if sendPasswordResetNotifications is false', async () => {
      const { email } = shop.person();
      await staff.put('/customers/P_2?sendPasswordResetNotifications=false', 201, { contactEmail: email });
      expect(await mailKinds(email)).toEqual([]);
    });

    it.each([
      ['', ['initial-password']],
      ['?sendPasswordResetNotifications=false', []],
    ])('with the query %j mails %j if it adds the account of an existing customer', async (query, kinds) => {
      const [{ id }, { email }] = [await createCustomer({ contactEmail: undefined }), shop.person()];
      await staff.put(`/customers/${id}${query}`, 204, { contactEmail: email });
      expect(await mailKinds(email)).toEqual(kinds);
      await staff.put(`/customers/${id}`, 204, { contactEmail: email, firstName: 'John' });
      expect(await mailKinds(email)).toEqual(kinds);
    });

    it('mails no link to a contact', async () => {
      const [{ id }, { email }] = [await createCustomer({ contactEmail: undefined, type: 'CONTACT' }), shop.person()];
      await staff.put(`/customers/${id}`, 204, { contactEmail: email });
      expect(await mailKinds(email)).toEqual([]);
    });

    it('rejects a request without a body', async () => {
      const { status, body } = await staff.send('PUT', '/customers/of-nothing');
      expect([status, body]).toEqual([400, validationError('')]);
      expect(body).toMatchObject({ message: expect.stringContaining('a body is required') as string });
      await staff.get('/customers/of-nothing', 404);
    });

    it('rejects an invalid customer number', async () => {
      expect(await staff.put('/customers/a%20b', 400, {})).toEqual(validationError('customerNumber'));
    });

    it.each(['application/json', MERGE_PATCH])(
      'updates an existing customer with %s and keeps the other fields',
      async (type) => {
        const { id, email } = await createCustomer({ firstName: 'John', company: 'Emporix' });
        const headers = { 'content-type': type };
        const response = await staff.send('PUT', `/customers/${id}`, { body: { firstName: 'Jim' }, headers });
        expect([response.status, response.text]).toEqual([204, '']);
        const now = await staff.get(`/customers/${id}`);
        expect(now).toMatchObject({ firstName: 'Jim', company: 'Emporix', contactEmail: email });
        expect(await mailKinds(email)).toEqual(['initial-password']);
      },
    );
  });

  it.each([
    [{ type: '' }, 'CUSTOMER'],
    [{ type: 'CONTACT' }, 'CONTACT'],
    [{}, 'CUSTOMER'],
  ])('%j creates a %s', async (body, type) => {
    const { id } = await createCustomer({ ...body, id: null, password: null });
    expect(await staff.get(`/customers/${id}`)).toMatchObject({ type });
  });

  describe('an update', () => {
    it.each(['application/json', MERGE_PATCH])('by PATCH with %s merges objects and removes null', async (type) => {
      const mixins = { loyalty: { points: 1, level: 'gold' }, shoes: { size: 38 } };
      const b2b = { companyRegistrationId: '1' };
      const { id } = await createCustomer({ firstName: 'John', company: 'Emporix', b2b, mixins });
      const body = { company: null, b2b: {}, mixins: { loyalty: { points: 2 }, shoes: null } };
      const { status, text } = await staff.send('PATCH', `/customers/${id}`, {
        body,
        headers: { 'content-type': type },
      });
      expect([status, text]).toEqual([200, '']);
      const now = await staff.get(`/customers/${id}?expand=mixin:*`);
      expect(now).toMatchObject({ firstName: 'John', b2b, metadata: { version: 2 } });
      expect(now).not.toHaveProperty('company');
      expect(now.mixins).toEqual({ loyalty: { points: 2, level: 'gold' } });
    });

    it.each(['PATCH', 'PUT'])('by %s with a stale metadata.version is rejected', async (method) => {
      const { id } = await createCustomer({ firstName: 'John' });
      const change = async (metadata: Body, firstName: string): Promise<number> =>
        (await staff.send(method, `/customers/${id}`, { body: { firstName, metadata } })).status;
      expect(await change({ version: 1 }, 'Jim')).toBe(method === 'PUT' ? 204 : 200);
      expect(await change({ version: 1 }, 'Joe')).toBe(409);
      expect(await change({ version: 9 }, 'Joe')).toBe(409);
      expect(await staff.get(`/customers/${id}`)).toMatchObject({ firstName: 'Jim', metadata: { version: 2 } });
      expect(await change({ mixins: { loyalty: 'https://schemas.example/loyalty' } }, 'Jo')).toBeLessThan(300);
      expect(await staff.get(`/customers/${id}`)).toMatchObject({ firstName: 'Jo', metadata: { version: 3 } });
    });

    it.each([null, '', '  '])('cannot set contactEmail to %j', async (contactEmail) => {
      const { id, email } = await createCustomer();
      for (const method of ['PATCH', 'PUT']) {
        const { body } = await staff.send(method, `/customers/${id}`, { body: { contactEmail } });
        expect(body).toMatchObject({ status: 400, message: expect.stringContaining('contactEmail') as string });
      }
      expect(await staff.get(`/customers/${id}`)).toMatchObject({ contactEmail: email });
    });

    it('of contactEmail keeps the login e-mail', async () => {
      const { id, email } = await createCustomer();
      const other = shop.person().email;
      await staff.patch(`/customers/${id}`, 200, { contactEmail: other });
      expect(await staff.get(`/customers/${id}`)).toMatchObject({
        contactEmail: other,
        email,
        accounts: [{ id: email }],
      });
    });

    it('ignores the number, business model, legal entities and last login', async () => {
      const { id } = await createCustomer();
      const before = await staff.get(`/customers/${id}`);
      const ignored = { id: 'other', customerNumber: 'other', businessModel: 'B2B', lastLogin: '2020-01-01T00:00:00Z' };
      await staff.patch(`/customers/${id}`, 200, { ...ignored, b2b: { legalEntities: [{ id: 'x' }] } });
      expect(await staff.get(`/customers/${id}`)).toEqual({
        ...before,
        metadata: { mixins: {}, version: expect.any(Number) as number },
      });
    });

    it.each([{ active: false }, { onHold: true }, { type: 'CONTACT' }])(
      'with %j ends all sessions for good and prevents login',
      async (change) => {
        const ada = await shop.customer();
        await staff.patch(`/customers/${ada.id}`, 200, change);
        expect(await ada.get('/me', 401)).toEqual(invalidAccessToken);
        expect(await canLogIn(ada.email, ada.password)).toBe(false);
        await staff.patch(`/customers/${ada.id}`, 200, { active: true, onHold: false, type: 'CUSTOMER' });
        expect(await ada.get('/me', 401)).toEqual(invalidAccessToken);
        expect(await canLogIn(ada.email, ada.password)).toBe(true);
      },
    );

    it('of an unknown customer returns 404', async () => {
      expect(await staff.patch('/customers/4711', 404, {})).toEqual(unknownCustomer('4711'));
    });
  });

  describe('a contact', () => {
    it('gets no mail and cannot log in', async () => {
      const { id, email } = await createCustomer({ type: 'CONTACT', password: PASSWORD });
      await staff.patch(`/customers/${id}`, 200, { active: true, onHold: false });
      expect(await canLogIn(email)).toBe(false);
      await (await shop.visitor()).post('/password/reset', 204, { email });
      expect(await mailKinds(email)).toEqual([]);
    });

    it('is activated and gets two mails when it becomes a customer', async () => {
      const { id, email } = await createCustomer({ type: 'CONTACT' });
      await staff.patch(`/customers/${id}`, 200, { type: 'CUSTOMER' });
      expect(await staff.get(`/customers/${id}`)).toMatchObject({ type: 'CUSTOMER', active: true });
      expect(await mailKinds(email)).toEqual(['activated', 'initial-password']);
      const { token } = await shop.mailTo(email, 'initial-password');
      await (await shop.visitor()).post('/password/reset/update', 204, { token, password: PASSWORD });
      expect(await canLogIn(email)).toBe(true);
    });
  });

  it('requires customer_read to read and customer_manage to write', async () => {
    const { id } = await createCustomer();
    const viewer = await shop.employee('viewer');
    expect(await viewer.get(`/customers/${id}`)).toMatchObject({ id });
    for (const [method, path] of [
      ['POST', '/customers'],
      ['PUT', `/customers/${id}`],
      ['PATCH', `/customers/${id}`],
      ['DELETE', `/customers/${id}`],
    ] as const) {
      expect((await viewer.send(method, path, { body: {} })).body).toEqual(notAuthorized);
    }
    const writer = await shop.serviceClient('customer.customer_manage');
    expect(await writer.get(`/customers/${id}`, 403)).toEqual(notAuthorized);
    expect(await (await shop.customer()).get(`/customers/${id}`, 403)).toEqual(notAuthorized);
  });

  it('does not reach customers of another tenant', async () => {
    await shop.addTenant('other');
    const { id } = await createCustomer();
    const other = await shop.serviceClient(undefined, 'other');
    expect(await other.get(`/customers/${id}`, 404)).toEqual(unknownCustomer(id));
    expect(await other.patch(`/customers/${id}`, 404, {})).toEqual(unknownCustomer(id));
    expect(await other.delete(`/customers/${id}`, 404)).toEqual(unknownCustomer(id));
    await other.post('/customers', 201, { id });
  });
});

it('new customers are active and on hold if the tenant settings say so', async () => {
  const shop = await Shop.open({ activation: 'none', customerOnHoldOnCreation: true });
  const staff = await shop.serviceClient();
  const { id } = await staff.post('/customers', 201, {});
  expect(await staff.get(`/customers/${String(id)}`)).toMatchObject({ active: true, onHold: true });
  await shop.close();
});
