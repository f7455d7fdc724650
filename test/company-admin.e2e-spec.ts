import { randomUUID } from 'node:crypto';
import { notAuthorized, unknownCustomer } from './support/responses.js';
import { assignCustomer, sendCompanyRequest, member, newCompany } from './support/companies.js';
import { type Body, Shop, type ApiClient } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';
import { staffActions } from './support/timeline.js';

type Member = Awaited<ReturnType<typeof member>>;

describe('a company Admin', () => {
  let shop: Shop;
  let staff: ApiClient;
  let admin: Member;
  let colleague: Member;
  let outsider: Member;
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE'] });
    staff = await shop.serviceClient();
    admin = await member(shop, 'Admin');
    colleague = await member(shop, 'Buyer', admin.company);
    outsider = await member(shop, 'Buyer');
  });
  afterAll(() => shop.close());

  const newColleague = (): Promise<Member> => member(shop, 'Buyer', admin.company);
  const ids = (customers: Body[]): unknown[] => customers.map(({ id }) => id);
  const demote = async ({ assignment, id, company }: Member): Promise<void> => {
    const body = { legalEntity: { id: company }, customer: { id }, type: 'PRIMARY', group: 'Buyer' };
    await sendCompanyRequest(staff, 'PUT', `/contact-assignments/${assignment}`, { body });
  };

  it('sees only the customers of the company', async () => {
    const { company } = admin;
    const inside = await admin.get<Body[]>('/customers');
    expect(ids(inside)).toEqual(expect.arrayContaining([admin.id, colleague.id]));
    for (const { b2b } of inside) {
      expect((b2b as { legalEntities: unknown }).legalEntities).toContainEqual(
        expect.objectContaining({ id: company }),
      );
    }
    const q = `id:(${colleague.id},${outsider.id})`;
    const headers = { 'x-total-count': 'true' };
    const listed = await admin.send<Body[]>('GET', `/customers?q=${encodeURIComponent(q)}`, { headers });
    const searched = await admin.send<Body[]>('POST', '/customers/search', { body: { q }, headers });
    for (const { body, headers } of [listed, searched]) {
      expect([ids(body), headers['x-total-count']]).toEqual([[colleague.id], '1']);
    }
    expect(await admin.get(`/customers/${colleague.id}?expand=addresses`)).toMatchObject({ id: colleague.id });
  });

  it('cannot read, update or delete customers of other companies', async () => {
    const alone = await shop.customer();
    const before = await databaseFingerprint(shop);
    for (const { id } of [outsider, alone]) {
      for (const [method, body] of [
        ['GET'],
        ['PUT', { firstName: 'Eve' }],
        ['PATCH', { firstName: 'Eve' }],
        ['DELETE'],
      ] as const) {
        const response = await admin.send(method, `/customers/${id}`, { body });
        expect([response.status, response.body]).toEqual([404, unknownCustomer(id)]);
      }
    }
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it('has no access to addresses, history or other data for employees', async () => {
    const paths = [`/customers/${colleague.id}/addresses`, `/customers/${colleague.id}/history`];
    for (const path of [...paths, '/config/password-migration-retention']) {
      const { status, body } = await admin.send('GET', path);
      expect([status, body]).toEqual([403, notAuthorized]);
    }
    await admin.post(`/customers/${colleague.id}/addresses`, 403, { contactName: 'Eve' });
  });

  it('creates customers who belong to the company and set their password by mail', async () => {
    const { email } = shop.person();
    const ignored = { id: 'chosen', password: 'what the administrator knows', restriction: 'DE', type: 'CONTACT' };
    const b2b = { companyRegistrationId: randomUUID() };
    const { id } = await admin.post<{ id: string }>('/customers', 201, { contactEmail: email, ...ignored, b2b });
    const created = await staff.get(`/customers/${id}`);
    expect(created).toMatchObject({ type: 'CUSTOMER', restriction: null, businessModel: 'B2B' });
    expect(created.id).not.toBe('chosen');
    const { legalEntities, companyRegistrationId } = created.b2b as Body & { legalEntities: Body[] };
    expect([ids(legalEntities), companyRegistrationId]).toEqual([[admin.company], undefined]);
    await shop.activate(id);
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, { email, password: ignored.password });
    const { token } = await shop.mailTo(email, 'initial-password');
    await visitor.post('/password/reset/update', 204, { token, password: 'my own secret words' });
    const { login } = await shop.logIn({ id, email, password: 'my own secret words' });
    expect(login.session_id).toEqual(expect.any(String));
  });

  it('cannot choose a customer number, neither an unused nor a deleted one', async () => {
    const deleted = await newColleague();
    await admin.delete(`/customers/${deleted.id}`, 202);
    const before = await databaseFingerprint(shop);
    for (const number of [`new-${randomUUID()}`, deleted.id, 'no.number']) {
      const response = await admin.send('PUT', `/customers/${number}`, { body: { firstName: 'Bob' } });
      expect([response.status, response.body]).toEqual([404, unknownCustomer(number)]);
    }
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it('updates, deactivates and deletes colleagues, with its id in the history', async () => {
    const bob = await newColleague();
    await admin.patch(`/customers/${bob.id}`, 200, { firstName: 'Bob' });
    await admin.put(`/customers/${bob.id}`, 204, { lastName: 'Builder' });
    expect(await admin.get(`/customers/${bob.id}`)).toMatchObject({ firstName: 'Bob', lastName: 'Builder' });
    await admin.patch(`/customers/${bob.id}`, 200, { active: false });
    await bob.get('/me', 401);
    await admin.patch(`/customers/${bob.id}`, 200, { active: true });
    await shop.logIn(bob);
    await admin.delete(`/customers/${bob.id}`, 202);
    await admin.get(`/customers/${bob.id}`, 404);
    const [latest] = await staffActions(staff, bob.id);
    expect(latest).toMatchObject({ action: 'customer_deleted', actor: { kind: 'customer', id: admin.id } });
  });

  it('cannot change fields that are reserved for employees, which are ignored', async () => {
    const bob = await newColleague();
    await staff.patch(`/customers/${bob.id}`, 200, { onHold: true });
    const b2b = { companyRegistrationId: randomUUID() };
    const ignored = { onHold: false, type: 'CONTACT', restriction: 'DE', b2b };
    await admin.patch(`/customers/${bob.id}`, 200, { ...ignored, firstName: 'Bob' });
    expect(await staff.get(`/customers/${bob.id}`)).toMatchObject({
      firstName: 'Bob',
      onHold: true,
      type: 'CUSTOMER',
      restriction: null,
      b2b: { legalEntities: [{ id: admin.company }] },
    });
  });

  it('cannot create a login by changing a contact e-mail', async () => {
    const { id } = await staff.post<{ id: string }>('/customers', 201, { firstName: 'Bob' });
    await assignCustomer(shop, { id }, admin.company);
    const { email } = shop.person();
    await admin.patch(`/customers/${id}`, 200, { contactEmail: email });
    await (await shop.visitor()).post('/password/reset', 204, { email });
    expect(await shop.mailsTo(email)).toEqual([]);
    expect(await staff.get(`/customers/${id}?expand=accounts`)).toMatchObject({ contactEmail: email, accounts: [] });
  });

  it('does not cause mails by reactivating colleagues', async () => {
    const bob = await newColleague();
    const { email } = shop.person();
    await admin.patch(`/customers/${bob.id}`, 200, { active: false, contactEmail: email });
    await admin.patch(`/customers/${bob.id}`, 200, { active: true });
    await shop.logIn(bob);
    expect(await shop.mailsTo(email)).toEqual([]);
  });

  it('cannot deactivate or delete itself or a member of a second company', async () => {
    const both = await newColleague();
    await assignCustomer(shop, both, await newCompany(shop));
    const before = await databaseFingerprint(shop);
    for (const { id } of [admin, both]) {
      for (const active of [false, true]) await admin.patch(`/customers/${id}`, 403, { active });
      await admin.delete(`/customers/${id}`, 403);
    }
    expect(await databaseFingerprint(shop)).toEqual(before);
    await admin.patch(`/customers/${both.id}`, 200, { firstName: 'Both' });
    await admin.patch(`/customers/${admin.id}`, 200, { firstName: 'Ada' });
  });

  it('has rights only in the company of the token', async () => {
    const second = await newCompany(shop);
    const bob = await member(shop, 'Buyer', second);
    const eve = await member(shop, 'Admin');
    await assignCustomer(shop, eve, second, 'Buyer');
    await eve.get(`/customers/${eve.id}`);
    await eve.get(`/customers/${bob.id}`, 404);
    // A token without a company has no administrator rights.
    await (await shop.logIn(eve)).get('/customers', 403);
  });

  it('immediately loses its rights with the group, the assignment or the company', async () => {
    const revocations: ((one: Member) => Promise<unknown>)[] = [
      demote,
      ({ assignment }) => sendCompanyRequest(staff, 'DELETE', `/contact-assignments/${assignment}`),
      ({ company }) => sendCompanyRequest(staff, 'DELETE', `/legal-entities/${company}`),
    ];
    for (const revoke of revocations) {
      const one = await member(shop, 'Admin');
      await one.get(`/customers/${one.id}`);
      await revoke(one);
      const { status, body } = await one.send('GET', `/customers/${one.id}`);
      expect([status, body]).toEqual([403, notAuthorized]);
      await one.get('/me');
    }
  });

  it.each(['Buyer', 'Requester'] as const)('does not share its rights with the group %s', async (group) => {
    const one = await member(shop, group);
    for (const [method, path] of [
      ['GET', '/customers'],
      ['POST', '/customers/search'],
      ['POST', '/customers'],
      ['PATCH', `/customers/${one.id}`],
      ['DELETE', `/customers/${one.id}`],
    ] as const) {
      const { status, body } = await one.send(method, path, { body: method === 'GET' ? undefined : {} });
      expect([status, body]).toEqual([403, notAuthorized]);
    }
  });
});
