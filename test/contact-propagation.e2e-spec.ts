import { notAuthorized, unknownCustomer } from './support/responses.js';
import { member, newCompany, sendCompanyRequest } from './support/companies.js';
import { databaseFingerprint } from './support/database-fingerprint.js';
import { type ApiClient, type Body, Shop } from './support/shop.js';

type Member = Awaited<ReturnType<typeof member>>;

describe('contacts of a company with subsidiaries', () => {
  let shop: Shop;
  let staff: ApiClient;
  /** An Admin of each legal entity: the company, a subsidiary, a part of that, and a second subsidiary. */
  let top: Member;
  let middle: Member;
  let bottom: Member;
  let sibling: Member;
  const admins = (): Member[] => [top, middle, bottom, sibling];
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', restrictions: ['DE'] });
    staff = await shop.serviceClient();
    const company = await newCompany(shop);
    const subsidiary = await newCompany(shop, { type: 'SUBSIDIARY', parentId: company });
    top = await member(shop, 'Admin', company);
    middle = await member(shop, 'Admin', subsidiary);
    bottom = await member(shop, 'Admin', await newCompany(shop, { type: 'SUBSIDIARY', parentId: subsidiary }));
    sibling = await member(shop, 'Admin', await newCompany(shop, { type: 'SUBSIDIARY', parentId: company }));
  });
  afterAll(() => shop.close());

  const setPropagation = async (companyContactPropagation: string | null): Promise<void> => {
    const { status } = await shop.send('PATCH', `/admin/${shop.tenant}/settings`, {
      body: { companyContactPropagation },
      headers: { authorization: `Bearer ${staff.token}` },
    });
    expect(status).toBe(200);
  };
  const assignmentsAt = async ({ company }: Member, caller = staff): Promise<unknown[]> => {
    const path = `/contact-assignments?legalEntity.id=${company}`;
    const { body } = await sendCompanyRequest<Body[]>(caller, 'GET', path);
    return body.map(({ customer }) => (customer as Body).id);
  };
  const colleaguesOf = async (admin: Member): Promise<unknown[]> =>
    (await admin.get<Body[]>('/customers')).map(({ id }) => id);
  const ids = (members: Member[]): string[] => members.map(({ id }) => id);

  const visible: [setting: string | null, contacts: () => Member[][]][] = [
    [null, () => [[top, middle, bottom, sibling], [middle, bottom], [bottom], [sibling]]],
    ['UPWARD', () => [[top, middle, bottom, sibling], [middle, bottom], [bottom], [sibling]]],
    ['DOWNWARD', () => [[top], [top, middle], [top, middle, bottom], [top, sibling]]],
    ['DISABLED', () => [[top], [middle], [bottom], [sibling]]],
  ];

  describe.each(visible)('with companyContactPropagation %s', (setting, contacts) => {
    beforeAll(() => setPropagation(setting));

    it('are listed at the legal entities where they are visible', async () => {
      for (const [place, admin] of admins().entries()) {
        expect(await assignmentsAt(admin)).toEqual(ids(contacts()[place] ?? []));
      }
    });

    it('can be read but not changed by the company Admin there', async () => {
      const before = await databaseFingerprint(shop);
      for (const [place, admin] of admins().entries()) {
        const seen = contacts()[place] ?? [];
        expect(await colleaguesOf(admin)).toEqual(ids(seen));
        const headers = { 'x-total-count': 'true' };
        const counted = await admin.send('POST', '/customers/search', { body: { q: 'active:true' }, headers });
        expect(counted.headers['x-total-count']).toBe(String(seen.length));
        for (const other of admins().filter((one) => one !== admin)) {
          const isSeen = seen.includes(other);
          const read = await admin.send('GET', `/customers/${other.id}`);
          expect([read.status, read.body.id]).toEqual(isSeen ? [200, other.id] : [404, undefined]);
          for (const [method, body] of [['PATCH', {}], ['PUT', {}], ['DELETE']] as const) {
            const { status, body: error } = await admin.send(method, `/customers/${other.id}`, { body });
            expect([status, error]).toEqual(isSeen ? [403, notAuthorized] : [404, unknownCustomer(other.id)]);
          }
        }
      }
      expect(await databaseFingerprint(shop)).toEqual(before);
    });

    it('have no rights at other legal entities', async () => {
      for (const admin of admins()) {
        const { body } = await sendCompanyRequest<Body[]>(admin, 'GET', '/legal-entities');
        expect(body.map(({ id }) => id)).toEqual([admin.company]);
        expect(await admin.get('/me')).toMatchObject({ b2b: { legalEntities: [{ id: admin.company }] } });
        for (const other of admins().filter((one) => one !== admin)) {
          const visitor = await shop.visitor();
          const query = `refreshToken=${admin.login.refresh_token}&legalEntityId=${other.company}`;
          expect((await visitor.send('GET', `/refreshauthtoken?${query}`)).status).toBe(400);
        }
      }
    });
  });

  it('are returned with their own legal entity, and only those with q', async () => {
    await setPropagation('UPWARD');
    const { body } = await sendCompanyRequest<Body[]>(
      staff,
      'GET',
      `/contact-assignments?legalEntity.id=${middle.company}`,
    );
    expect(body.map(({ legalEntity }) => (legalEntity as Body).id)).toEqual([middle.company, bottom.company]);
    const q = encodeURIComponent(`legalEntity.id:${middle.company}`);
    const own = await sendCompanyRequest<Body[]>(staff, 'GET', `/contact-assignments?q=${q}`);
    expect(own.body.map(({ customer }) => (customer as Body).id)).toEqual([middle.id]);
    expect((await sendCompanyRequest<Body[]>(staff, 'GET', '/contact-assignments')).body).toHaveLength(4);
  });

  it('are limited to the restrictions of the caller at every legal entity', async () => {
    await setPropagation('UPWARD');
    await staff.patch(`/customers/${bottom.id}`, 200, { restriction: 'DE' });
    const scopes = 'customermanagement.contactassignment_read customer.customer_read--DE';
    expect(await assignmentsAt(top, await shop.serviceClient(scopes))).toEqual([bottom.id]);
    await staff.patch(`/customers/${bottom.id}`, 200, { restriction: null });
  });

  it('prevent a caller with a restriction from assigning an Admin who would see other customers', async () => {
    const german = await shop.serviceClient('customermanagement.contactassignment_manage customer.customer_manage--DE');
    const parent = await newCompany(shop);
    await member(shop, 'Buyer', await newCompany(shop, { type: 'SUBSIDIARY', parentId: parent }));
    const { id } = await staff.post<{ id: string }>('/customers', 201, { restriction: 'DE' });
    const body = { legalEntity: { id: parent }, customer: { id }, group: 'Admin' };
    const assign = async (): Promise<number> =>
      (await sendCompanyRequest(german, 'POST', '/contact-assignments', { body })).status;
    await setPropagation('UPWARD');
    expect(await assign()).toBe(403);
    await setPropagation('DISABLED');
    expect(await assign()).toBe(201);
  });

  it('of another tenant with the same ids are not visible', async () => {
    await setPropagation('UPWARD');
    await shop.addTenant('other');
    await newCompany(shop, { id: top.company }, 'other');
    const other = await shop.serviceClient(undefined, 'other');
    const { body } = await sendCompanyRequest<Body[]>(
      other,
      'GET',
      `/contact-assignments?legalEntity.id=${top.company}`,
    );
    expect(body).toEqual([]);
  });
});
