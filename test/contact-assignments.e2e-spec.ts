import { randomUUID } from 'node:crypto';
import { companyForbidden, companyValidationError } from './support/responses.js';
import { assignCustomer, sendCompanyRequest, newCompany } from './support/companies.js';
import { rows } from './support/rows.js';
import { type Response, type Body, Shop, type ApiClient } from './support/shop.js';

describe('contact assignments', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', restrictions: ['DE', 'FR'] });
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const call = <T = Body>(method: string, path: string, body?: unknown, caller = staff): Promise<Response<T>> =>
    sendCompanyRequest<T>(caller, method, `/contact-assignments${path}`, { body });
  const assignmentBody = (customer: string, legalEntity: string, more: Body = {}): Body => ({
    legalEntity: { id: legalEntity },
    customer: { id: customer },
    ...more,
  });
  const getCustomer = async (id: string): Promise<Body> => staff.get(`/customers/${id}`);

  it('are created, returned, replaced and deleted by employees', async () => {
    const details = { firstName: 'Ada', lastName: 'Lovelace', contactPhone: '123' };
    const ada = await shop.signUp({ customerDetails: details });
    const [first, second] = [await newCompany(shop, { name: 'First' }), await newCompany(shop, { name: 'Second' })];
    const mixins = { erp: { desk: 3 } };
    const created = await call('POST', '', assignmentBody(ada.id, first, { type: 'BILLING', primary: true, mixins }));
    expect([created.status, created.body]).toEqual([201, { id: expect.any(String) as string }]);
    const id = String(created.body.id);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect((await call('GET', `/${id}`)).body).toEqual({
      id,
      legalEntity: expect.objectContaining({ id: first, name: 'First', type: 'COMPANY' }) as Body,
      customer: { id: ada.id, name: 'Ada', surname: 'Lovelace', email: ada.email, phone: '123' },
      type: 'BILLING',
      primary: true,
      group: 'Requester',
      mixins,
      metadata: { mixins: {}, version: 1, createdAt: at, modifiedAt: at },
    });

    expect(
      (await call('PUT', `/${id}`, assignmentBody(ada.id, first, { type: 'CONTACT', group: 'Buyer' }))).status,
    ).toBe(204);
    expect((await call('PUT', `/${id}`, assignmentBody(ada.id, second, { type: 'LOGISTICS' }))).status).toBe(204);
    expect((await call('GET', `/${id}`)).body).toMatchObject({
      legalEntity: { id: second },
      type: 'LOGISTICS',
      primary: false,
      group: 'Requester',
      mixins: {},
      metadata: { version: 3 },
    });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await call(method, `/${id}`)).status).toBe(404);
  });

  it('keep their group on PUT only for the same customer and company', async () => {
    const [ada, eve] = [await shop.signUp(), await shop.signUp()];
    const [first, second] = [await newCompany(shop), await newCompany(shop)];
    const groupAfter = async (...target: Parameters<typeof assignmentBody>): Promise<unknown> => {
      const id = await assignCustomer(shop, ada, first, 'Admin');
      expect((await call('PUT', `/${id}`, assignmentBody(...target))).status).toBe(204);
      const { body } = await call('GET', `/${id}`);
      await call('DELETE', `/${id}`);
      return body.group;
    };
    const type = 'CONTACT';
    expect(await groupAfter(ada.id, first, { type })).toBe('Admin');
    expect(await groupAfter(eve.id, first, { type })).toBe('Requester');
    expect(await groupAfter(ada.id, second, { type })).toBe('Requester');
    expect(await groupAfter(eve.id, first, { type, group: 'Admin' })).toBe('Admin');
  });

  it('are the same company user of the Glue API after a PUT only for the same customer and company', async () => {
    const [ada, eve] = [await shop.signUp(), await shop.signUp()];
    const [first, second] = [await newCompany(shop), await newCompany(shop)];
    const id = await assignCustomer(shop, ada, first);
    await rows(shop, 'update contact_assignments set active = false, is_default = true where id = $1', [id]);
    const put = async (customer: string, company: string): Promise<Body | undefined> => {
      const body = assignmentBody(customer, company, { type: 'CONTACT' });
      expect((await call('PUT', `/${id}`, body)).status).toBe(204);
      const [user] = await rows<Body>(
        shop,
        'select uuid, active, is_default from contact_assignments where tenant = $1 and id = $2',
        ['shop', id],
      );
      return user;
    };
    const same = await put(ada.id, first);
    expect(same).toMatchObject({ active: false, is_default: true });
    const inSecond = await put(ada.id, second);
    const ofEve = await put(eve.id, second);
    for (const user of [inSecond, ofEve]) expect(user).toMatchObject({ active: true, is_default: false });
    expect(new Set([same?.uuid, inSecond?.uuid, ofEve?.uuid]).size).toBe(3);
  });

  it('set businessModel to B2B until the last one is removed', async () => {
    const ada = await shop.customer();
    expect(await ada.get('/me')).toMatchObject({ businessModel: 'B2C' });
    const [first, second] = [await newCompany(shop, { name: 'First' }), await newCompany(shop, { name: 'Second' })];
    const contactAssignmentId = await assignCustomer(shop, ada, first);
    const inSecond = await assignCustomer(shop, ada, second, 'Admin');
    const legalEntities = [
      { id: first, name: 'First', contactAssignmentId },
      { id: second, name: 'Second', contactAssignmentId: inSecond },
    ];
    for (const profile of [await ada.get('/me'), await ada.get('/me?expand=addresses'), await getCustomer(ada.id)]) {
      expect(profile).toMatchObject({ businessModel: 'B2B', b2b: { legalEntities } });
    }
    const ids = async (q: string): Promise<unknown[]> =>
      (await staff.get<Body[]>(`/customers?q=${encodeURIComponent(`id:${ada.id} ${q}`)}`)).map(({ id }) => id);
    expect(await ids('businessModel:B2B')).toEqual([ada.id]);
    expect(await ids(`b2b.legalEntities.id:${second}`)).toEqual([ada.id]);
    expect(await ids('businessModel:B2C')).toEqual([]);
    await call('DELETE', `/${contactAssignmentId}`);
    expect(await ada.get('/me')).toMatchObject({ businessModel: 'B2B', b2b: { legalEntities: [legalEntities[1]] } });
    await sendCompanyRequest(staff, 'DELETE', `/legal-entities/${second}`);
    const me = await ada.get('/me');
    expect([me.businessModel, me.b2b]).toEqual(['B2C', undefined]);
    expect(await ids('businessModel:B2C')).toEqual([ada.id]);
  });

  it('are unique per customer and company', async () => {
    const [ada, legalEntity] = [await shop.signUp(), await newCompany(shop)];
    const id = await assignCustomer(shop, ada, legalEntity, 'Admin');
    expect((await call('POST', '', assignmentBody(ada.id, legalEntity, { group: 'Buyer' }))).status).toBe(409);
    expect((await call('POST', '', assignmentBody(ada.id, legalEntity, { id: randomUUID() }))).status).toBe(409);
    const other = assignmentBody(ada.id, await newCompany(shop));
    expect((await call('POST', '', { ...other, id })).status).toBe(409);
    const responses = await Promise.all([call('POST', '', other), call('POST', '', other)]);
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('reject an unknown customer or legal entity, and a stale version', async () => {
    const [ada, legalEntity] = [await shop.signUp(), await newCompany(shop)];
    await shop.addTenant('other');
    const theirs = await newCompany(shop, {}, 'other');
    for (const other of ['nobody', theirs]) {
      expect((await call('POST', '', assignmentBody(ada.id, other))).body).toEqual(
        companyValidationError('legalEntity.id'),
      );
    }
    expect((await call('POST', '', assignmentBody('nobody', legalEntity))).body).toEqual(
      companyValidationError('customer.id'),
    );
    expect((await call('POST', '', { customer: { id: ada.id } })).body).toEqual(companyValidationError('legalEntity'));
    expect((await call('POST', '', assignmentBody(ada.id, legalEntity, { group: 'Boss' }))).body).toEqual(
      companyValidationError('group'),
    );
    const id = randomUUID();
    const put = async (version?: number, path = `/${id}`) => {
      const body = assignmentBody(ada.id, legalEntity, { type: 'PRIMARY', metadata: { version } });
      return call('PUT', path, body);
    };
    expect([(await put(1)).status, (await put()).status]).toEqual([404, 201]);
    expect([(await put(7)).status, (await put(1)).status]).toEqual([409, 204]);
    expect((await put(undefined, '/no%20blanks')).body).toEqual(companyValidationError('contactAssignmentId'));
    expect((await put(1, '/no%20blanks')).status).toBe(404);
  });

  it('can be filtered by customer, company, type, group and primary flag, and sorted', async () => {
    const [ada, bob] = [await shop.signUp(), await shop.signUp()];
    const legalEntity = await newCompany(shop);
    const create = async (customer: string, more: Body): Promise<unknown> =>
      (await call('POST', '', assignmentBody(customer, legalEntity, more))).body.id;
    const hers = await create(ada.id, { type: 'BILLING', primary: true });
    const his = await create(bob.id, { type: 'CONTACT', group: 'Buyer' });
    const found = async (query: string): Promise<unknown[]> =>
      (await call<Body[]>('GET', `?legalEntity.id=${legalEntity}&${query}`)).body.map(({ id }) => id);
    expect(await found('')).toEqual([hers, his]);
    expect(await found(`customer.id=${bob.id}`)).toEqual([his]);
    expect(await found('type=BILLING')).toEqual([hers]);
    expect(await found('primary=false')).toEqual([his]);
    expect(await found('q=group:Buyer')).toEqual([his]);
    expect(await found('sort=type:desc')).toEqual([his, hers]);
    const { headers, body } = await sendCompanyRequest(
      staff,
      'GET',
      `/contact-assignments?q=legalEntity.id:${legalEntity}&fields=id`,
      {
        headers: { 'x-total-count': 'true' },
      },
    );
    expect([headers['x-total-count'], body]).toEqual(['2', [{ id: hers }, { id: his }]]);
  });

  it('are deleted with the customer', async () => {
    const ada = await shop.signUp();
    const id = await assignCustomer(shop, ada, await newCompany(shop));
    await staff.delete(`/customers/${ada.id}`, 202);
    expect((await call('GET', `/${id}`)).status).toBe(404);
  });

  it('cannot be listed by customers', async () => {
    const ada = await shop.customer();
    const { status, body } = await call('GET', '', undefined, ada);
    expect([status, body]).toEqual([403, companyForbidden()]);
  });

  describe('for a caller whose scopes have a restriction', () => {
    const scope = 'customermanagement.contactassignment_manage';
    const group = 'Buyer';
    const newCustomer = async (restriction: string | null): Promise<string> =>
      (await staff.post<{ id: string }>('/customers', 201, { restriction })).id;
    let german: ApiClient;
    let assigner: ApiClient;
    let company: string;
    const ids = { DE: '', FR: '', none: '' };
    beforeAll(async () => {
      const companies = 'customermanagement.contactassignment_read customermanagement.legalentity_manage';
      german = await shop.serviceClient(
        `${scope} ${companies} customer.customer_read--DE customer.customer_manage--DE`,
      );
      assigner = await shop.serviceClient(scope);
      company = await newCompany(shop);
      Object.assign(ids, { DE: await newCustomer('DE'), FR: await newCustomer('FR'), none: await newCustomer(null) });
    });

    it('are limited to customers with that restriction', async () => {
      const assignments: Record<string, string> = {};
      for (const name of ['DE', 'FR', 'none'] as const) {
        const id = (await call('POST', '', assignmentBody(ids[name], company, { type: 'CONTACT', group }))).body.id;
        assignments[name] = String(id);
      }
      const listed = await sendCompanyRequest<Body[]>(german, 'GET', `/contact-assignments?legalEntity.id=${company}`, {
        headers: { 'x-total-count': 'true' },
      });
      expect([listed.headers['x-total-count'], listed.body.map(({ id }) => id)]).toEqual(['1', [assignments.DE]]);
      for (const name of ['FR', 'none'] as const) {
        const [id, path] = [assignments[name], `/${assignments[name]}`];
        const body = assignmentBody(ids[name], company, { type: 'BILLING', group });
        expect((await call('GET', path, undefined, german)).status).toBe(404);
        expect((await call('PUT', path, body, german)).status).toBe(409);
        expect((await call('PUT', path, assignmentBody(ids.DE, company, { type: 'BILLING' }), german)).status).toBe(
          409,
        );
        expect((await call('DELETE', path, undefined, german)).status).toBe(404);
        expect((await call('PUT', `/${assignments.DE}`, body, german)).body).toEqual(
          companyValidationError('customer.id'),
        );
        expect((await call('POST', '', body, german)).body).toEqual(companyValidationError('customer.id'));
        expect((await call('PUT', `/${randomUUID()}`, body, german)).body).toEqual(
          companyValidationError('customer.id'),
        );
        expect((await call('GET', path)).body).toMatchObject({ id, type: 'CONTACT' });
      }
      expect((await sendCompanyRequest(german, 'DELETE', `/legal-entities/${company}`)).status).toBe(403);
      expect((await call('GET', `/${assignments.DE}`, undefined, german)).status).toBe(200);
      const change = assignmentBody(ids.DE, company, { type: 'BILLING', group });
      expect((await call('PUT', `/${assignments.DE}`, change, german)).status).toBe(204);
      expect((await call('DELETE', `/${assignments.DE}`, undefined, german)).status).toBe(204);
      expect((await call('POST', '', change, german)).status).toBe(201);
      const own = await newCompany(shop);
      expect((await call('POST', '', assignmentBody(ids.DE, own), german)).status).toBe(201);
      expect((await sendCompanyRequest(german, 'DELETE', `/legal-entities/${own}`)).status).toBe(204);
    });

    it('grant the group Admin only with customer_manage for that customer', async () => {
      const asAdmin = async (caller: ApiClient, customer: string): Promise<number[]> => {
        const [inOne, inOther] = [await newCompany(shop), await newCompany(shop)];
        const created = await call('POST', '', assignmentBody(customer, inOne, { group: 'Admin' }), caller);
        const put = await call(
          'PUT',
          `/${randomUUID()}`,
          assignmentBody(customer, inOther, { type: 'CONTACT', group: 'Admin' }),
          caller,
        );
        const third = await newCompany(shop);
        const id = await assignCustomer(shop, { id: customer }, third, 'Buyer');
        const raised = await call(
          'PUT',
          `/${id}`,
          assignmentBody(customer, third, { type: 'CONTACT', group: 'Admin' }),
          caller,
        );
        return [created.status, put.status, raised.status];
      };
      const withManage = (restriction: string): Promise<ApiClient> =>
        shop.serviceClient(`${scope} customer.customer_manage${restriction}`);
      expect(await asAdmin(assigner, ids.none)).toEqual([403, 403, 403]);
      expect(await asAdmin(await withManage('--FR'), ids.DE)).toEqual([400, 400, 409]);
      expect(await asAdmin(await withManage('--DE'), ids.DE)).toEqual([201, 201, 204]);
      expect(await asAdmin(await withManage(''), ids.none)).toEqual([201, 201, 204]);
      const kept = await assignCustomer(shop, { id: ids.none }, await newCompany(shop), 'Admin');
      const { body } = await call('GET', `/${kept}`);
      const same = assignmentBody(ids.none, String((body.legalEntity as Body).id), { type: 'BILLING' });
      expect((await call('PUT', `/${kept}`, same, assigner)).status).toBe(204);
      expect((await call('GET', `/${kept}`)).body).toMatchObject({ type: 'BILLING', group: 'Admin' });
    });

    it('do not grant the group Admin in a company with customers of another restriction', async () => {
      const manager = await shop.serviceClient(`${scope} customer.customer_manage--DE`);
      for (const name of ['FR', 'none'] as const) {
        const mixed = await newCompany(shop);
        await assignCustomer(shop, { id: ids[name] }, mixed, 'Buyer');
        const asAdmin = assignmentBody(ids.DE, mixed, { type: 'CONTACT', group: 'Admin' });
        expect((await call('POST', '', asAdmin, manager)).status).toBe(403);
        expect((await call('PUT', `/${randomUUID()}`, asAdmin, manager)).status).toBe(403);
        const id = await assignCustomer(shop, { id: ids.DE }, mixed, 'Buyer');
        expect((await call('PUT', `/${id}`, asAdmin, manager)).status).toBe(403);
        expect((await call('GET', `/${id}`)).body).toMatchObject({ group: 'Buyer' });
      }
    });
  });

  describe('created from a registration id', () => {
    const details = (companyRegistrationId: string) => ({
      customerDetails: { firstName: 'Ada', lastName: 'Lovelace', company: 'Engines', b2b: { companyRegistrationId } },
    });
    const groups = (registrationId: string): Promise<Body[]> =>
      rows(
        shop,
        `select m.customer_id, m.company_group, e.name from contact_assignments m
          join legal_entities e on e.tenant = m.tenant and e.id = m.legal_entity_id
          where e.registration_id = registration_key($1) order by m.created_at`,
        [registrationId],
      );

    it('give the first sign-up the group Admin, and later ones the group Requester', async () => {
      const registrationId = randomUUID();
      const ada = await shop.signUp(details(registrationId));
      const bob = await shop.signUp(details(` ${registrationId} `));
      expect(await groups(registrationId)).toEqual([
        { customer_id: ada.id, company_group: 'Admin', name: 'Engines' },
        { customer_id: bob.id, company_group: 'Requester', name: 'Engines' },
      ]);
      expect(await getCustomer(bob.id)).toMatchObject({
        businessModel: 'B2B',
        b2b: { legalEntities: [{ name: 'Engines' }] },
      });
    });

    it('give the group Requester in a company that an employee created', async () => {
      const registrationId = randomUUID();
      await newCompany(shop, { name: 'ABC', legalInfo: { registrationId } });
      const ada = await shop.signUp(details(registrationId));
      expect(await groups(registrationId)).toEqual([{ customer_id: ada.id, company_group: 'Requester', name: 'ABC' }]);
    });

    it('create a single company for concurrent sign-ups', async () => {
      const registrationId = randomUUID();
      await Promise.all(Array.from({ length: 6 }, () => shop.signUp(details(registrationId))));
      const found = await groups(registrationId);
      expect(found.map(({ company_group }) => company_group).sort()).toEqual([
        'Admin',
        ...Array<string>(5).fill('Requester'),
      ]);
      const companies = await rows(shop, 'select 1 from legal_entities where registration_id = registration_key($1)', [
        registrationId,
      ]);
      expect(companies).toHaveLength(1);
    });

    it('leave no company behind when the sign-up is rejected', async () => {
      const { email } = await shop.signUp();
      const registrationId = randomUUID();
      const visitor = await shop.visitor();
      await visitor.post('/signup', 409, { ...shop.person({ email }), ...details(registrationId) });
      expect(
        await rows(shop, 'select 1 from legal_entities where registration_id = registration_key($1)', [registrationId]),
      ).toEqual([]);
    });

    it('follow an id that an employee sets, but not one that customers set in their own profile', async () => {
      const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
      const b2b = (companyRegistrationId: string) => ({ b2b: { companyRegistrationId } });
      const { id } = await staff.post<{ id: string }>('/customers', 201, {
        contactEmail: shop.person().email,
        ...b2b(first),
      });
      expect(await groups(first)).toEqual([{ customer_id: id, company_group: 'Admin', name: first }]);
      await staff.patch(`/customers/${id}`, 200, b2b(second));
      await staff.patch(`/customers/${id}`, 200, { ...b2b(second), company: 'Engines' });
      expect(await groups(second)).toHaveLength(1);
      const ada = await shop.customer();
      const named = { firstName: 'Ada', lastName: 'Lovelace', company: 'Engines' };
      await ada.patch('/me', 200, { ...named, ...b2b(third) });
      expect(await groups(third)).toEqual([]);
    });
  });
});
