import { randomUUID } from 'node:crypto';
import { notAuthorized, unknownCustomer } from './support/answers.js';
import { assigned, manage, member, newCompany } from './support/companies.js';
import { type Body, Shop, type Visitor } from './support/shop.js';
import { stored } from './support/stored.js';

type Member = Awaited<ReturnType<typeof member>>;

describe("a company's administrator", () => {
  let shop: Shop;
  let staff: Visitor;
  let admin: Member;
  let colleague: Member;
  let stranger: Member;
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE'] });
    staff = await shop.employee();
    admin = await member(shop, 'Admin');
    colleague = await member(shop, 'Buyer', admin.company);
    stranger = await member(shop, 'Buyer');
  });
  afterAll(() => shop.close());

  const newColleague = (): Promise<Member> => member(shop, 'Buyer', admin.company);
  const ids = (customers: Body[]): unknown[] => customers.map(({ id }) => id);
  const demote = async ({ assignment, id, company }: Member): Promise<void> => {
    const body = { legalEntity: { id: company }, customer: { id }, type: 'PRIMARY', group: 'Buyer' };
    await manage(staff, 'PUT', `/contact-assignments/${assignment}`, { body });
  };

  it('sees the customers of the company alone', async () => {
    const { company } = admin;
    const inside = await admin.get<Body[]>('/customers');
    expect(ids(inside)).toEqual(expect.arrayContaining([admin.id, colleague.id]));
    for (const { b2b } of inside) {
      expect((b2b as { legalEntities: unknown }).legalEntities).toContainEqual(
        expect.objectContaining({ id: company }),
      );
    }
    const q = `id:(${colleague.id},${stranger.id})`;
    const headers = { 'x-total-count': 'true' };
    const listed = await admin.send<Body[]>('GET', `/customers?q=${encodeURIComponent(q)}`, { headers });
    const searched = await admin.send<Body[]>('POST', '/customers/search', { body: { q }, headers });
    for (const { body, headers } of [listed, searched]) {
      expect([ids(body), headers['x-total-count']]).toEqual([[colleague.id], '1']);
    }
    expect(await admin.get(`/customers/${colleague.id}?expand=addresses`)).toMatchObject({ id: colleague.id });
  });

  it("finds no other company's customers, and leaves them alone", async () => {
    const alone = await shop.loggedIn();
    const before = await stored(shop);
    for (const { id } of [stranger, alone]) {
      for (const [method, body] of [
        ['GET'],
        ['PUT', { firstName: 'Eve' }],
        ['PATCH', { firstName: 'Eve' }],
        ['DELETE'],
      ] as const) {
        const answer = await admin.send(method, `/customers/${id}`, { body });
        expect([answer.status, answer.body]).toEqual([404, unknownCustomer(id)]);
      }
    }
    expect(await stored(shop)).toEqual(before);
  });

  it('reaches neither addresses nor history, nor anything else of the staff', async () => {
    const paths = [`/customers/${colleague.id}/addresses`, `/customers/${colleague.id}/history`];
    for (const path of [...paths, '/config/password-migration-retention']) {
      const { status, body } = await admin.send('GET', path);
      expect([status, body]).toEqual([403, notAuthorized]);
    }
    await admin.post(`/customers/${colleague.id}/addresses`, 403, { contactName: 'Eve' });
  });

  it('makes customers, who belong to the company and choose their password by mail', async () => {
    const { email } = shop.person();
    const wishes = { id: 'chosen', password: 'what the administrator knows', restriction: 'DE', type: 'CONTACT' };
    const b2b = { companyRegistrationId: randomUUID() };
    const { id } = await admin.post<{ id: string }>('/customers', 201, { contactEmail: email, ...wishes, b2b });
    const made = await staff.get(`/customers/${id}`);
    expect(made).toMatchObject({ type: 'CUSTOMER', restriction: null, businessModel: 'B2B' });
    expect(made.id).not.toBe('chosen');
    const { legalEntities, companyRegistrationId } = made.b2b as Body & { legalEntities: Body[] };
    expect([ids(legalEntities), companyRegistrationId]).toEqual([[admin.company], undefined]);
    await shop.activate(id);
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, { email, password: wishes.password });
    const { token } = await shop.mailTo(email, 'initial-password');
    await visitor.post('/password/reset/update', 204, { token, password: 'my own secret words' });
    const { login } = await shop.logIn({ id, email, password: 'my own secret words' });
    expect(login.session_id).toEqual(expect.any(String));
  });

  it('cannot choose a customer number, neither a free one nor one that was deleted', async () => {
    const deleted = await newColleague();
    await admin.delete(`/customers/${deleted.id}`, 202);
    const before = await stored(shop);
    for (const number of [`new-${randomUUID()}`, deleted.id]) {
      const answer = await admin.send('PUT', `/customers/${number}`, { body: { firstName: 'Bob' } });
      expect([answer.status, answer.body]).toEqual([404, unknownCustomer(number)]);
    }
    expect(await stored(shop)).toEqual(before);
  });

  it('changes, shuts out and removes colleagues; the history says who it was', async () => {
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
    const [latest] = await staff.get<Body[]>(`/customers/${bob.id}/history`);
    expect(latest).toMatchObject({ action: 'customer_deleted', actor: { kind: 'customer', id: admin.id } });
  });

  it('decides nothing that is the staff’s: what is sent of it is not heeded', async () => {
    const bob = await newColleague();
    await staff.patch(`/customers/${bob.id}`, 200, { onHold: true });
    const b2b = { companyRegistrationId: randomUUID() };
    const wishes = { onHold: false, type: 'CONTACT', restriction: 'DE', b2b };
    await admin.patch(`/customers/${bob.id}`, 200, { ...wishes, firstName: 'Bob' });
    expect(await staff.get(`/customers/${bob.id}`)).toMatchObject({
      firstName: 'Bob',
      onHold: true,
      type: 'CUSTOMER',
      restriction: null,
      b2b: { legalEntities: [{ id: admin.company }] },
    });
  });

  it('gives nobody a login with an address of its choice', async () => {
    const { id } = await staff.post<{ id: string }>('/customers', 201, { firstName: 'Bob' });
    await assigned(shop, { id }, admin.company);
    const { email } = shop.person();
    await admin.patch(`/customers/${id}`, 200, { contactEmail: email });
    await (await shop.visitor()).post('/password/reset', 204, { email });
    expect(await shop.mailsTo(email)).toEqual([]);
    expect(await staff.get(`/customers/${id}?expand=accounts`)).toMatchObject({ contactEmail: email, accounts: [] });
  });

  it('mails nobody by letting colleagues in again and again', async () => {
    const bob = await newColleague();
    const { email } = shop.person();
    await admin.patch(`/customers/${bob.id}`, 200, { active: false, contactEmail: email });
    await admin.patch(`/customers/${bob.id}`, 200, { active: true });
    await shop.logIn(bob);
    expect(await shop.mailsTo(email)).toEqual([]);
  });

  it('does not shut out or remove itself, nor who belongs to another company too', async () => {
    const both = await newColleague();
    await assigned(shop, both, await newCompany(shop));
    const before = await stored(shop);
    for (const { id } of [admin, both]) {
      for (const active of [false, true]) await admin.patch(`/customers/${id}`, 403, { active });
      await admin.delete(`/customers/${id}`, 403);
    }
    expect(await stored(shop)).toEqual(before);
    await admin.patch(`/customers/${both.id}`, 200, { firstName: 'Both' });
    await admin.patch(`/customers/${admin.id}`, 200, { firstName: 'Ada' });
  });

  it('is one only in the company of the token', async () => {
    const second = await newCompany(shop);
    const bob = await member(shop, 'Buyer', second);
    const eve = await member(shop, 'Admin');
    await assigned(shop, eve, second, 'Buyer');
    await eve.get(`/customers/${eve.id}`);
    await eve.get(`/customers/${bob.id}`, 404);
    // Whose token is for no company is nobody's administrator.
    await (await shop.logIn(eve)).get('/customers', 403);
  });

  it('is one no longer at once when the group is another, or the assignment or the company gone', async () => {
    const ends: ((one: Member) => Promise<unknown>)[] = [
      demote,
      ({ assignment }) => manage(staff, 'DELETE', `/contact-assignments/${assignment}`),
      ({ company }) => manage(staff, 'DELETE', `/legal-entities/${company}`),
    ];
    for (const end of ends) {
      const one = await member(shop, 'Admin');
      await one.get(`/customers/${one.id}`);
      await end(one);
      const { status, body } = await one.send('GET', `/customers/${one.id}`);
      expect([status, body]).toEqual([403, notAuthorized]);
      await one.get('/me');
    }
  });

  it.each(['Buyer', 'Requester'] as const)('is not a %s', async (group) => {
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
