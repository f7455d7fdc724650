import { namedUuid } from '../../src/common/uuid.js';
import { assignCustomer } from '../support/companies.js';
import {
  addCompanyUser,
  type Company,
  type CompanyUser,
  newCompanyUser,
  newCompanyWithUnits,
  setColumns,
  type Unit,
} from '../support/company-users.js';
import {
  type CollectionDocument,
  Glue,
  GlueClient,
  glueResponse,
  invalidToken,
  missingToken,
  type Resource,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const UNKNOWN = '3c1f4b56-7f0e-4d27-9a3e-0f6a1b2c3d4e';
const notSet = glueResponse(403, {
  errors: [
    {
      code: '1403',
      status: 403,
      detail:
        'Current company user is not set. You need to select the current company user with ' +
        '/company-user-access-tokens in order to access the resource collection.',
    },
  ],
});
const forbidden = glueResponse(403, { errors: [{ code: '1405', status: 403, detail: 'Forbidden' }] });
const notFound = glueResponse(404, { errors: [{ code: '1404', status: 404, detail: 'Company user not found' }] });

const url = (path: string): string => `http://foyer.test/${path}`;

/** The resource of a company user. */
const userResource = (id: string, attributes: Body = {}, query = ''): Body => ({
  type: 'company-users',
  id,
  attributes: { isActive: true, isDefault: false, ...attributes },
  links: { self: url(`company-users/${id}${query}`) },
});
const companyResource = ({ uuid, name }: Unit): Body => ({
  type: 'companies',
  id: uuid,
  attributes: { isActive: true, name, status: 'approved' },
  links: { self: url(`companies/${uuid}`) },
});
const unitResource = ({ uuid, name }: Unit): Body => ({
  type: 'company-business-units',
  id: uuid,
  attributes: {
    ...{ name, email: null, phone: null, externalUrl: null, bic: null, iban: null, defaultBillingAddress: null },
  },
  links: { self: url(`company-business-units/${uuid}`) },
});
const roleResource = ({ uuid }: Unit, name: string): Body => {
  const id = namedUuid(uuid, name);
  const attributes = { name, isDefault: name === 'Requester' };
  return { type: 'company-roles', id, attributes, links: { self: url(`company-roles/${id}`) } };
};

describe('company users', () => {
  let shop: Shop;
  let glue: Glue;
  let company: Company;
  /** An administrator, a buyer in each unit, and a requester of the company itself. */
  let users: Record<'admin' | 'berlin' | 'paris' | 'requester', CompanyUser>;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
    company = await newCompanyWithUnits(shop);
    users = {
      admin: await newCompanyUser(glue, company.berlin, 'Admin'),
      berlin: await newCompanyUser(glue, company.berlin),
      paris: await newCompanyUser(glue, company.paris),
      requester: await newCompanyUser(glue, company, 'Requester'),
    };
    const other = await newCompanyWithUnits(shop);
    await newCompanyUser(glue, other.berlin);
  });
  afterAll(() => shop.close());

  const all = (): CompanyUser[] => [users.admin, users.berlin, users.paris, users.requester];
  const idsOf = async (client: GlueClient, path: string): Promise<string[]> =>
    (await client.get<CollectionDocument>(path)).data.map(({ id }) => id);

  describe('of the caller', () => {
    let own: Company;
    beforeAll(async () => {
      own = await newCompanyWithUnits(shop);
    });

    it('are listed with any token of the customer, oldest first', async () => {
      const ada = await glue.customer();
      const ids = [await addCompanyUser(shop, ada, own.berlin), await addCompanyUser(shop, ada, own)];
      const [first = '', second = ''] = ids;
      await setColumns(shop, 'contact_assignments', second, { is_default: true });
      expect(await ada.send('GET', '/company-users/mine')).toEqual(
        glueResponse(200, {
          data: [userResource(first), userResource(second, { isDefault: true })],
          links: { self: url('company-users/mine') },
        }),
      );
    });

    it('are an empty list for a customer without companies', async () => {
      expect(await (await glue.customer()).send('GET', '/company-users/mine')).toEqual(
        glueResponse(200, { data: [], links: { self: url('company-users/mine') } }),
      );
    });

    it.each([0, 1])('are listed page by page, from %i', async (offset) => {
      const page = (start: number): string => `page[offset]=${start}&page[limit]=1`;
      const { links } = await users.admin.get<CollectionDocument>(`/company-users/mine?${page(offset)}`);
      const first = url(`company-users?${page(0)}`);
      expect(links).toEqual({
        self: url(`company-users/mine?${page(offset)}`),
        ...{ first, last: first, ...(offset > 0 && { prev: first }) },
      });
    });

    it('are only active ones in active companies', async () => {
      const ada = await glue.customer();
      const left = await newCompanyWithUnits(shop);
      await setColumns(shop, 'legal_entities', left.uuid, { active: false });
      await addCompanyUser(shop, ada, left.berlin);
      const inactive = await addCompanyUser(shop, ada, own.paris);
      await setColumns(shop, 'contact_assignments', inactive, { active: false });
      const active = await addCompanyUser(shop, ada, own.berlin);
      expect(await idsOf(ada, '/company-users/mine')).toEqual([active]);
    });

    it('include company, unit, role and customer', async () => {
      const { berlin } = users;
      const include = 'companies,company-business-units,company-roles,customers';
      const { data, included } = await berlin.get<CollectionDocument>(`/company-users/mine?include=${include}`);
      const customer = (await berlin.get(berlin.path)).data;
      expect(data[0]?.relationships).toEqual({
        companies: { data: [{ type: 'companies', id: company.uuid }] },
        'company-business-units': { data: [{ type: 'company-business-units', id: company.berlin.uuid }] },
        'company-roles': { data: [{ type: 'company-roles', id: namedUuid(company.uuid, 'Buyer') }] },
        customers: { data: [{ type: 'customers', id: berlin.reference }] },
      });
      const expected = [
        companyResource(company),
        unitResource(company.berlin),
        roleResource(company, 'Buyer'),
        customer,
      ];
      expect(sorted(included)).toEqual(sorted(expected));
    });

    it('do not include addresses of the unit', async () => {
      const query = 'include=company-business-units,company-business-unit-addresses';
      const { included } = await users.berlin.get<CollectionDocument>(`/company-users/mine?${query}`);
      expect(included).toEqual([unitResource(company.berlin)]);
    });
  });

  describe('of the current company', () => {
    it('are listed for an administrator, including those of other units, oldest first', async () => {
      expect(await users.admin.send('GET', '/company-users')).toEqual(
        glueResponse(200, {
          data: all().map(({ uuid }) => userResource(uuid)),
          links: { self: url('company-users') },
        }),
      );
    });

    it('are listed including inactive ones, but not deleted customers', async () => {
      const [inactive, deleted] = [
        await newCompanyUser(glue, company.paris),
        await newCompanyUser(glue, company.paris),
      ];
      await setColumns(shop, 'contact_assignments', inactive.uuid, { active: false });
      await deleted.delete(deleted.path);
      const { data } = await users.admin.get<CollectionDocument>('/company-users');
      expect(data.slice(4)).toEqual([userResource(inactive.uuid, { isActive: false })]);
      await inactive.delete(inactive.path);
    });

    it('do not include contacts, who cannot log in', async () => {
      const service = await shop.serviceClient();
      const { id } = await service.post<{ id: string }>('/customers', 201, { type: 'CONTACT', firstName: 'Con' });
      const assignment = await assignCustomer(shop, { id }, company.paris.id);
      expect(await idsOf(users.admin, '/company-users')).toEqual(all().map(({ uuid }) => uuid));
      const [contact] = await rows<{ uuid: string }>(shop, 'select uuid from contact_assignments where id = $1', [
        assignment,
      ]);
      expect(await users.admin.send('GET', `/company-users/${contact?.uuid}`)).toEqual(notFound);
    });

    it('are selected by unit and role', async () => {
      const { admin, berlin, paris, requester } = users;
      const byUnit = ({ uuid }: Unit) => `filter[company-business-units.id]=${uuid}`;
      const byRole = (name: string) => `filter[company-roles.id]=${namedUuid(company.uuid, name)}`;
      const find = (...filters: string[]) => idsOf(admin, `/company-users?${filters.join('&')}`);
      expect(await find(byUnit(company.berlin))).toEqual([admin.uuid, berlin.uuid]);
      expect(await find(byUnit(company))).toEqual([requester.uuid]);
      expect(await find(byRole('Buyer'))).toEqual([berlin.uuid, paris.uuid]);
      expect(await find(byUnit(company.paris), byRole('Buyer'))).toEqual([paris.uuid]);
      expect(await find(byUnit(company.paris), byRole('Admin'))).toEqual([]);
      expect(await find(byUnit(company.paris), byUnit(company))).toEqual([paris.uuid, requester.uuid]);
      expect(await find(byRole('Admin'), byRole('Requester'))).toEqual([admin.uuid, requester.uuid]);
      expect(await find(`filter[company-business-units.id]=${company.paris.uuid.toUpperCase()}`)).toEqual([paris.uuid]);
      expect(await find(byRole('Admin').replace(/[^=]+$/, (id) => id.toUpperCase()))).toEqual([admin.uuid]);
      for (const id of [UNKNOWN, 'none']) {
        expect(await find(`filter[company-business-units.id]=${id}`)).toEqual([]);
        expect(await find(`filter[company-roles.id]=${id}`)).toEqual([]);
      }
    });

    it('are listed page by page', async () => {
      const query = `filter[company-roles.id]=${namedUuid(company.uuid, 'Buyer')}&page[offset]=1&page[limit]=1`;
      const link = (offset: number) => url(`company-users?${query.replace('[offset]=1', `[offset]=${offset}`)}`);
      expect(await users.admin.send('GET', `/company-users?${query}`)).toEqual(
        glueResponse(200, {
          data: [userResource(users.paris.uuid, {}, `?${query}`)],
          links: { self: link(1), first: link(0), last: link(1), prev: link(0) },
        }),
      );
      expect(await idsOf(users.admin, '/company-users?page[offset]=9&page[limit]=2')).toEqual([]);
    });

    it('include each company, unit, role and customer once', async () => {
      const include = 'companies,company-business-units,company-roles,customers';
      const { data, included } = await users.admin.get<CollectionDocument>(`/company-users?include=${include}`);
      const own = await Promise.all(all().map(async (user) => (await user.get(user.path)).data));
      const expected = [
        companyResource(company),
        ...[company.berlin, company.paris, company].map(unitResource),
        ...['Admin', 'Buyer', 'Requester'].map((name) => roleResource(company, name)),
        ...own,
      ];
      expect(sorted(included)).toEqual(sorted(expected));
      expect(data.map(({ relationships }) => relationships?.customers?.data[0]?.id)).toEqual(
        all().map(({ reference }) => reference),
      );
    });

    it('are returned one by one', async () => {
      const { admin, paris } = users;
      await setColumns(shop, 'contact_assignments', paris.uuid, { active: false });
      const path = `/company-users/${paris.uuid}`;
      expect(await admin.send('GET', path)).toEqual(
        glueResponse(200, { data: userResource(paris.uuid, { isActive: false }) }),
      );
      await setColumns(shop, 'contact_assignments', paris.uuid, { active: true });
      const { data, included } = await admin.get(`${path}?include=companies`);
      expect(data.relationships).toEqual({ companies: { data: [{ type: 'companies', id: company.uuid }] } });
      expect(included).toEqual([companyResource(company)]);
    });

    it('are not found with an unknown id', async () => {
      for (const id of [UNKNOWN, 'none', 'a%00']) {
        expect(await users.admin.send('GET', `/company-users/${id}`)).toEqual(notFound);
      }
    });

    it('do not include those of other companies', async () => {
      const other = await newCompanyWithUnits(shop);
      const bob = await newCompanyUser(glue, other.berlin);
      expect(await users.admin.send('GET', `/company-users/${bob.uuid}`)).toEqual(notSet);
    });

    it('require the role Admin', async () => {
      for (const user of [users.berlin, users.requester]) {
        for (const path of ['/company-users', `/company-users/${user.uuid}`, `/company-users/${UNKNOWN}`]) {
          expect(await user.send('GET', path)).toEqual(forbidden);
        }
      }
    });

    it('require a current company user', async () => {
      const ada = await glue.customer();
      for (const path of ['/company-users', `/company-users/${users.berlin.uuid}`]) {
        expect(await ada.send('GET', path)).toEqual(notSet);
      }
    });

    it('are hidden as soon as the administrator has lost the role', async () => {
      const admin = await newCompanyUser(glue, company.paris, 'Admin');
      await setColumns(shop, 'contact_assignments', admin.uuid, { company_group: 'Buyer' });
      expect(await admin.send('GET', '/company-users')).toEqual(forbidden);
      await admin.delete(admin.path);
    });
  });

  it.each(['/company-users/mine', '/company-users', `/company-users/${UNKNOWN}`])(
    'require a customer token on %s',
    async (path) => {
      expect(await glue.unauthenticated.send('GET', path)).toEqual(missingToken);
      expect(await new GlueClient(shop, 'no token').send('GET', path)).toEqual(invalidToken);
    },
  );
});

/** The resources in an order that does not depend on the response. */
function sorted(resources: unknown[] = []): unknown[] {
  const keyOf = ({ type, id }: Resource): string => `${type} ${id}`;
  return (resources as Resource[]).toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}
