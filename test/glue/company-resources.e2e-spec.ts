import { namedUuid } from '../../src/common/uuid.js';
import { assignCustomer, newCompany } from '../support/companies.js';
import {
  type Company,
  type CompanyUser,
  newCompanyUser,
  newCompanyWithUnits,
  newLocation,
  newUnit,
  setColumns,
  type Unit,
} from '../support/company-users.js';
import {
  type CollectionDocument,
  errorWithoutCode,
  Glue,
  GlueClient,
  type GlueCustomer,
  type GlueResponse,
  glueResponse,
  invalidToken,
  missingToken,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const UNKNOWN = '3c1f4b56-7f0e-4d27-9a3e-0f6a1b2c3d4e';

const url = (path: string): string => `http://foyer.test/${path}`;
const error = (code: string, status: number, detail: string): GlueResponse =>
  glueResponse(status, { errors: [{ code, status, detail }] });
const notSet = (code: string): GlueResponse =>
  error(
    code,
    403,
    'Current company user is not set. You need to select the current company user with ' +
      '/company-user-access-tokens in order to access the resource collection.',
  );
const one = (data: Body): GlueResponse => glueResponse(200, { data });
const list = (path: string, ...data: Body[]): GlueResponse => glueResponse(200, { data, links: { self: url(path) } });

const companyResource = ({ uuid, name }: Unit, attributes: Body = {}): Body => ({
  type: 'companies',
  id: uuid,
  attributes: { isActive: true, name, status: 'approved', ...attributes },
  links: { self: url(`companies/${uuid}`) },
});
const unitResource = ({ uuid, name }: Unit, attributes: Body = {}): Body => ({
  type: 'company-business-units',
  id: uuid,
  attributes: {
    ...{ name, email: null, phone: null, externalUrl: null, bic: null, iban: null, defaultBillingAddress: null },
    ...attributes,
  },
  links: { self: url(`company-business-units/${uuid}`) },
});
const roleResource = ({ uuid }: Unit, name: string): Body & { id: string } => {
  const id = namedUuid(uuid, name);
  const attributes = { name, isDefault: name === 'Requester' };
  return { type: 'company-roles', id, attributes, links: { self: url(`company-roles/${id}`) } };
};

const details = {
  ...{ addressLine1: 'Platz der Republik', addressLine2: '1', city: 'Berlin', postcode: '11011', countryCode: 'DE' },
  ...{ phones: ['+49 30 1', '+49 30 2'], emails: ['berlin@example.com'], tags: ['shipping', 'billing'] },
};
const addressAttributes = {
  ...{ address1: 'Platz der Republik', address2: '1', address3: null, zipCode: '11011', city: 'Berlin' },
  ...{ phone: '+49 30 1', iso2Code: 'DE', comment: 'Head office' },
};
const emptyAttributes = {
  ...{ address1: null, address2: null, address3: null, zipCode: null, city: null },
  ...{ phone: null, iso2Code: null, comment: null },
};

describe('a company', () => {
  let shop: Shop;
  let glue: Glue;
  let company: Company;
  let other: Company;
  /** The ids of the addresses of the unit in Berlin, and of one of another company. */
  let addresses: { store: string; office: string; others: string };
  let ada: CompanyUser;
  /** A customer without companies. */
  let bob: GlueCustomer;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
    const store = await newLocation(shop, null, {});
    const office = await newLocation(shop, 'Head office', details);
    const others = await newLocation(shop, 'Elsewhere', details);
    addresses = { store: store.uuid, office: office.uuid, others: others.uuid };
    company = await newCompanyWithUnits(shop, [store.id, office.id]);
    other = await newCompanyWithUnits(shop, [others.id]);
    ada = await newCompanyUser(glue, company.berlin);
    bob = await glue.customer();
  });
  afterAll(() => shop.close());

  const addressResource = (id: string, attributes: Body): Body => ({
    type: 'company-business-unit-addresses',
    id,
    attributes,
    links: { self: url(`company-business-unit-addresses/${id}`) },
  });

  describe('is returned', () => {
    it('in a list and by its id', async () => {
      expect(await ada.send('GET', '/companies/mine')).toEqual(list('companies/mine', companyResource(company)));
      for (const id of [company.uuid, company.uuid.toUpperCase()]) {
        expect(await ada.send('GET', `/companies/${id}`)).toEqual(one(companyResource(company)));
      }
    });

    it('with its status, even before it is approved', async () => {
      const pending = await newCompanyWithUnits(shop);
      const user = await newCompanyUser(glue, pending.berlin);
      await setColumns(shop, 'legal_entities', pending.uuid, { status: 'pending' });
      const expected = companyResource(pending, { status: 'pending' });
      expect(await user.send('GET', `/companies/${pending.uuid}`)).toEqual(one(expected));
    });

    it('only to its own company users', async () => {
      const notFound = error('1801', 404, 'Company not found.');
      for (const id of [other.uuid, company.berlin.uuid, UNKNOWN, 'none', 'a%00']) {
        expect(await ada.send('GET', `/companies/${id}`)).toEqual(notFound);
      }
      expect(await bob.send('GET', `/companies/${company.uuid}`)).toEqual(notFound);
      expect(await bob.send('GET', '/companies/mine')).toEqual(notSet('1803'));
    });
  });

  describe('has roles, which are returned', () => {
    it('in a list with that of the current company user', async () => {
      expect(await ada.send('GET', '/company-roles/mine')).toEqual(
        list('company-roles/mine', roleResource(company, 'Buyer')),
      );
    });

    it('by their ids, which never change', async () => {
      for (const name of ['Admin', 'Buyer', 'Requester']) {
        const role = roleResource(company, name);
        for (const id of [role.id, role.id.toUpperCase()]) {
          expect(await ada.send('GET', `/company-roles/${id}`)).toEqual(one(role));
        }
      }
    });

    it('with the company', async () => {
      const { data, included } = await ada.get<CollectionDocument>('/company-roles/mine?include=companies');
      expect(data[0]?.relationships).toEqual({ companies: { data: [{ type: 'companies', id: company.uuid }] } });
      expect(included).toEqual([companyResource(company)]);
    });

    it('only to company users of the company', async () => {
      const notFound = error('2101', 404, 'Company role not found.');
      for (const id of [roleResource(other, 'Buyer').id, UNKNOWN, 'none']) {
        expect(await ada.send('GET', `/company-roles/${id}`)).toEqual(notFound);
      }
      expect(await bob.send('GET', `/company-roles/${roleResource(company, 'Buyer').id}`)).toEqual(notFound);
      expect(await bob.send('GET', '/company-roles/mine')).toEqual(notSet('2103'));
    });
  });

  describe('has business units, which are returned', () => {
    const berlin = () => unitResource(company.berlin, { defaultBillingAddress: addresses.office });

    it('in a list with that of the current company user', async () => {
      expect(await ada.send('GET', '/company-business-units/mine')).toEqual(
        list('company-business-units/mine', berlin()),
      );
    });

    it('by their ids, including the company itself', async () => {
      const get = (id: string) => ada.send('GET', `/company-business-units/${id}`);
      expect(await get(company.berlin.uuid)).toEqual(one(berlin()));
      expect(await get(company.paris.uuid.toUpperCase())).toEqual(one(unitResource(company.paris)));
      expect(await get(company.uuid)).toEqual(one(unitResource(company)));
    });

    it('by their ids at any depth, but not if they belong to a company below it', async () => {
      const store = await newUnit(shop, { name: 'Store', type: 'SUBSIDIARY', parentId: company.berlin.id });
      const below = await newUnit(shop, { name: 'Below', type: 'COMPANY', parentId: company.id });
      const part = await newUnit(shop, { name: 'Part of Below', type: 'SUBSIDIARY', parentId: below.id });
      const get = (id: string) => ada.send('GET', `/company-business-units/${id}`);
      expect(await get(store.uuid)).toEqual(one(unitResource(store)));
      for (const { uuid } of [below, part]) expect((await get(uuid)).status).toBe(404);
      const user = await newCompanyUser(glue, store);
      expect(await user.send('GET', '/companies/mine')).toEqual(list('companies/mine', companyResource(company)));
    });

    it('as the unit of a company user who is assigned to the company itself', async () => {
      const user = await newCompanyUser(glue, company);
      expect(await user.send('GET', '/company-business-units/mine')).toEqual(
        list('company-business-units/mine', unitResource(company)),
      );
    });

    it('with contact data and bank account', async () => {
      const columns = { email: 'paris@example.com', phone: '+33 1', external_url: 'https://paris.example' };
      const bank = { bic: 'BNPAFRPP', iban: 'FR1420041010050500013M02606' };
      await setColumns(shop, 'legal_entities', company.paris.uuid, { ...columns, ...bank });
      const { external_url: externalUrl, ...rest } = columns;
      expect(await ada.send('GET', `/company-business-units/${company.paris.uuid}`)).toEqual(
        one(unitResource(company.paris, { ...rest, externalUrl, ...bank })),
      );
      await setColumns(shop, 'legal_entities', company.paris.uuid, {
        ...{ email: null, phone: null, external_url: null, bic: null, iban: null },
      });
    });

    it.each(['mine', 'id'])('with company and addresses by %s', async (by) => {
      const path = `/company-business-units/${by === 'mine' ? by : company.berlin.uuid}`;
      const query = 'include=companies,company-business-unit-addresses';
      const { data, included } = await ada.get<CollectionDocument>(`${path}?${query}`);
      expect([data].flat()[0]?.relationships).toEqual({
        companies: { data: [{ type: 'companies', id: company.uuid }] },
        'company-business-unit-addresses': {
          data: [addresses.store, addresses.office].map((id) => ({ type: 'company-business-unit-addresses', id })),
        },
      });
      expect(included).toEqual([
        companyResource(company),
        addressResource(addresses.store, emptyAttributes),
        addressResource(addresses.office, addressAttributes),
      ]);
    });

    it('only to company users of the company', async () => {
      const notFound = error('1901', 404, 'Company business unit not found.');
      for (const id of [other.uuid, other.berlin.uuid, UNKNOWN, 'none', 'a%00']) {
        expect(await ada.send('GET', `/company-business-units/${id}`)).toEqual(notFound);
      }
      expect(await bob.send('GET', `/company-business-units/${company.berlin.uuid}`)).toEqual(notFound);
      expect(await bob.send('GET', '/company-business-units/mine')).toEqual(notSet('1903'));
    });
  });

  describe('has addresses, which are returned', () => {
    it('by their ids to company users of any unit', async () => {
      const { office } = addresses;
      const paris = await newCompanyUser(glue, company.paris);
      for (const user of [ada, paris]) {
        expect(await user.send('GET', `/company-business-unit-addresses/${office}`)).toEqual(
          one(addressResource(office, addressAttributes)),
        );
      }
    });

    it('only to company users of the company, and not by mine', async () => {
      const notFound = error('2001', 404, 'Company business unit address not found.');
      for (const id of [addresses.others, UNKNOWN, 'mine', 'a%00']) {
        expect(await ada.send('GET', `/company-business-unit-addresses/${id}`)).toEqual(notFound);
      }
      expect(await bob.send('GET', `/company-business-unit-addresses/${addresses.office}`)).toEqual(notFound);
    });
  });

  it.each(['the company user', 'the company'])('is hidden as soon as %s is inactive', async (inactive) => {
    const location = await newLocation(shop, 'Office', {});
    const left = await newCompanyWithUnits(shop, [location.id]);
    const user = await newCompanyUser(glue, left.berlin, 'Admin');
    const paths: [path: string, code: string][] = [
      ['/companies/mine', '1803'],
      [`/companies/${left.uuid}`, '1801'],
      ['/company-roles/mine', '2103'],
      [`/company-roles/${roleResource(left, 'Admin').id}`, '2101'],
      ['/company-business-units/mine', '1903'],
      [`/company-business-units/${left.berlin.uuid}`, '1901'],
      [`/company-business-unit-addresses/${location.uuid}`, '2001'],
      ['/company-users', '1403'],
      [`/company-users/${user.uuid}`, '1403'],
    ];
    for (const [path] of paths) expect([path, (await user.send('GET', path)).status]).toEqual([path, 200]);
    const [table, uuid] =
      inactive === 'the company' ? ['legal_entities', left.uuid] : ['contact_assignments', user.uuid];
    await setColumns(shop, table, uuid, { active: false });
    for (const [path, code] of paths) {
      const status = code.endsWith('03') ? 403 : 404;
      expect(await user.send('GET', path)).toMatchObject({ status, body: { errors: [{ code, status }] } });
    }
    expect(await user.send('GET', '/company-users/mine')).toEqual(list('company-users/mine'));
  });

  it('of another tenant is not found', async () => {
    await shop.addTenant('other');
    const id = await newCompany(shop, {}, 'other');
    const service = await shop.serviceClient(undefined, 'other');
    await assignCustomer(
      shop,
      await service.post<{ id: string }>('/customers', 201, { firstName: 'Eve' }),
      id,
      'Admin',
      'other',
    );
    await rows(
      shop,
      `insert into locations (tenant, id, type, created_at, modified_at) values ('other', 'office', 'OFFICE', now(), now())`,
    );
    const uuidIn = async (table: string): Promise<string> => {
      const [row] = await rows<{ uuid: string }>(shop, `select uuid from ${table} where tenant = 'other'`);
      return String(row?.uuid);
    };
    const [legalEntity, location, user] = [
      await uuidIn('legal_entities'),
      await uuidIn('locations'),
      await uuidIn('contact_assignments'),
    ];
    const admin = await newCompanyUser(glue, company, 'Admin');
    for (const [path, code] of [
      [`/companies/${legalEntity}`, '1801'],
      [`/company-roles/${namedUuid(legalEntity, 'Admin')}`, '2101'],
      [`/company-business-units/${legalEntity}`, '1901'],
      [`/company-business-unit-addresses/${location}`, '2001'],
      [`/company-users/${user}`, '1404'],
    ]) {
      expect(await admin.send('GET', String(path))).toMatchObject({ status: 404, body: { errors: [{ code }] } });
    }
    const attributes = { idCompanyUser: user };
    expect((await admin.send('POST', '/company-user-access-tokens', { attributes })).status).toBe(401);
  });

  it('is the same for a customer and for an agent who acts for the customer', async () => {
    const attributes = { customerReference: ada.reference };
    const { data } = await (await glue.agent()).post('/agent-customer-impersonation-access-tokens', 201, attributes);
    const acting = new GlueClient(shop, String(data.attributes.accessToken));
    expect(await acting.get('/companies/mine')).toEqual(await ada.get('/companies/mine'));
    expect((await acting.get<CollectionDocument>('/company-users/mine')).data).toMatchObject([{ id: ada.uuid }]);
  });

  it.each(['companies', 'company-business-units'])('is not served by GET /%s', async (path) => {
    expect(await ada.send('GET', `/${path}`)).toEqual(errorWithoutCode(501, 'Endpoint is not implemented.'));
  });
  it.each(['company-roles', 'company-business-unit-addresses'])('is not served by GET /%s', async (path) => {
    expect(await ada.send('GET', `/${path}`)).toEqual(errorWithoutCode(501, 'Resource is not implemented.'));
  });

  it.each([
    ...['companies', 'company-roles', 'company-business-units', 'company-users'].flatMap((path) => [
      `/${path}`,
      `/${path}/mine`,
      `/${path}/${UNKNOWN}`,
    ]),
    ...['/company-business-unit-addresses', `/company-business-unit-addresses/${UNKNOWN}`],
  ])('is read only at %s', async (path) => {
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      expect(await ada.send(method, path)).toEqual(errorWithoutCode(404, 'Not Found'));
    }
  });

  it.each(
    ['companies', 'company-roles', 'company-business-units', 'company-business-unit-addresses'].flatMap((path) =>
      ['', '/mine', `/${UNKNOWN}`].map((id) => `/${path}${id}`),
    ),
  )('requires a customer token at %s', async (path) => {
    expect(await glue.unauthenticated.send('GET', path)).toEqual(missingToken);
    expect(await new GlueClient(shop, 'no token').send('GET', path)).toEqual(invalidToken);
  });
});
