import { randomUUID } from 'node:crypto';
import { companyForbidden, companyValidationError } from './support/responses.js';
import { member, newLocation, sendCompanyRequest } from './support/companies.js';
import { databaseFingerprint } from './support/database-fingerprint.js';
import { type ApiClient, type Body, type Response, Shop } from './support/shop.js';

const contactDetails = {
  emails: ['jon.doe@example.com', 'adam.smith@sample.org'],
  phones: ['1234567890', '123456789'],
  addressLine1: 'W Sample St',
  addressLine2: '3601-3799',
  city: 'South Bend',
  state: 'Indiana',
  postcode: '46619',
  countryCode: 'US',
  tags: ['shipping'],
};
const location = { name: 'Main HQ', type: 'HEADQUARTER', contactDetails, mixins: { erp: { desk: 3 } } };

describe('locations', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const call = <T = Body>(method: string, path: string, body?: unknown, caller = staff): Promise<Response<T>> =>
    sendCompanyRequest<T>(caller, method, `/locations${path}`, { body });

  it('are created, returned, replaced and deleted by employees', async () => {
    const metadata = { mixins: { erp: 'https://example.com/erp.json' } };
    const created = await call('POST', '', { ...location, metadata });
    expect([created.status, created.body]).toEqual([201, { id: expect.any(String) as string }]);
    const id = String(created.body.id);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    const times = { createdAt: at, modifiedAt: at };
    const shown = await call('GET', `/${id}`);
    const whole = { ...location, id, metadata: { ...metadata, version: 1, ...times } };
    expect([shown.status, shown.body]).toEqual([200, whole]);
    expect((await call('GET', `/${id}?fields=name,contactDetails.city`)).body).toEqual({
      name: 'Main HQ',
      contactDetails: { city: 'South Bend' },
    });

    const change = { type: 'OFFICE', contactDetails: { city: 'Berlin', state: null, tags: null } };
    expect((await call('PUT', `/${id}`, change)).status).toBe(204);
    expect((await call('GET', `/${id}`)).body).toEqual({
      ...{ id, type: 'OFFICE', contactDetails: { city: 'Berlin' }, mixins: {} },
      metadata: { mixins: {}, version: 2, ...times },
    });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await call(method, `/${id}`);
      const message = `Location ${id} not found.`;
      expect([status, body]).toEqual([404, { code: 404, status: 'Not Found', message, resourceId: id }]);
    }
  });

  it('accept a chosen id only once, with POST or PUT', async () => {
    const id = `HQ_${randomUUID()}`;
    expect((await call('POST', '', { ...location, id })).body).toEqual({ id });
    const again = await call('POST', '', { ...location, id });
    expect([again.status, again.body.message]).toEqual([409, `A location with the id '${id}' exists.`]);
    expect((await call('POST', '', { ...location, id: 'no blanks' })).body).toEqual(companyValidationError('id'));
    const other = randomUUID();
    expect((await call('PUT', `/${other}`, { ...location, metadata: { version: 1 } })).status).toBe(404);
    const created = await call('PUT', `/${other}`, location);
    expect([created.status, created.body]).toEqual([201, { id: other }]);
    expect((await call('PUT', '/no%20blanks', location)).body).toEqual(companyValidationError('locationId'));
  });

  it('reject a stale version', async () => {
    const id = await newLocation(shop);
    const put = async (version: number) => (await call('PUT', `/${id}`, { ...location, metadata: { version } })).status;
    expect([await put(1), await put(1), await put(2)]).toEqual([204, 409, 204]);
  });

  it.each<[string, Body]>([
    ['type', { type: 'SHED' }],
    ['name', { name: 7 }],
    ['contactDetails', { contactDetails: null }],
    ['contactDetails', { contactDetails: [] }],
    ['contactDetails.emails', { contactDetails: { emails: 'office@example.com' } }],
    ['contactDetails.phones', { contactDetails: { phones: [7] } }],
    ['contactDetails.phones', { contactDetails: { phones: Array<string>(11).fill('1') } }],
    ['contactDetails.city', { contactDetails: { city: 'x'.repeat(256) } }],
    ['mixins', { mixins: { erp: 'x'.repeat(9000) } }],
  ])('reject an invalid %s and store nothing', async (field, wrong) => {
    const before = await databaseFingerprint(shop);
    const id = randomUUID();
    for (const response of [
      await call('POST', '', { ...location, ...wrong }),
      await call('PUT', `/${id}`, { ...location, ...wrong }),
    ]) {
      expect(response.body).toEqual(companyValidationError(field));
    }
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it('require type and contactDetails', async () => {
    expect((await call('POST', '', {})).body.details).toEqual(['type is required', 'contactDetails is required']);
  });

  describe('in a list', () => {
    const tag = randomUUID();
    const names = async (query: string): Promise<unknown[]> => {
      const { body } = await call<Body[]>('GET', `?q=mixins.tag:${tag}&${query}`);
      return body.map(({ name }) => name);
    };
    beforeAll(async () => {
      const mixins = { tag };
      await newLocation(shop, { ...location, name: 'Alpha', mixins });
      const berlin = { city: 'Berlin', countryCode: 'DE', addressLine2: 'W Sample St', emails: ['b@example.com'] };
      await newLocation(shop, { name: 'Beta', type: 'OFFICE', contactDetails: berlin, mixins });
      await newLocation(shop, { name: 'Gamma', type: 'WAREHOUSE', contactDetails: {}, mixins });
    });

    it.each([
      ['', ['Alpha', 'Beta', 'Gamma']],
      ['name=Beta', ['Beta']],
      ['type=WAREHOUSE', ['Gamma']],
      ['contactDetails.email=adam.smith@sample.org', ['Alpha']],
      ['contactDetails.phone=123456789', ['Alpha']],
      ['contactDetails.address=W Sample St', ['Alpha', 'Beta']],
      ['contactDetails.address=3601-3799', ['Alpha']],
      ['contactDetails.city=Berlin', ['Beta']],
      ['contactDetails.state=Indiana', ['Alpha']],
      ['contactDetails.postcode=46619', ['Alpha']],
      ['contactDetails.countryCode=DE', ['Beta']],
      ['sort=name:desc', ['Gamma', 'Beta', 'Alpha']],
      ['pageNumber=2&pageSize=2', ['Gamma']],
    ])('are found by %s', async (query, expected) => {
      expect(await names(query)).toEqual(expected);
    });

    it.each([
      ['contactDetails.emails:~example', ['Alpha', 'Beta']],
      ['contactDetails.tags:shipping', ['Alpha']],
      ['contactDetails.addressLine1:missing', ['Beta', 'Gamma']],
      ['name:(Alpha,Gamma)', ['Alpha', 'Gamma']],
    ])('are found by q=%s', async (q, expected) => {
      const { body } = await call<Body[]>('GET', `?q=${encodeURIComponent(`mixins.tag:${tag} ${q}`)}`);
      expect(body.map(({ name }) => name)).toEqual(expected);
    });

    it('are counted on request', async () => {
      const path = `/locations?q=mixins.tag:${tag}&pageSize=1`;
      const { headers, body } = await sendCompanyRequest<Body[]>(staff, 'GET', path, {
        headers: { 'x-total-count': 'true' },
      });
      expect([headers['x-total-count'], body.length]).toEqual(['3', 1]);
    });

    it.each([
      ['q', 'q=nix:1'],
      ['sort', 'sort=contactDetails.emails'],
      ['type', 'type=SHED'],
    ])('return an error that names %s for %s', async (field, query) => {
      expect((await call('GET', `?${query}`)).body).toEqual(companyValidationError(field));
    });
  });

  it('belong to one tenant', async () => {
    await shop.addTenant('other');
    const id = await newLocation(shop, {}, 'other');
    expect((await call('GET', `/${id}`)).status).toBe(404);
    expect((await call('DELETE', `/${id}`)).status).toBe(404);
    expect((await call('PUT', `/${id}`, location)).status).toBe(201);
    expect((await call<Body[]>('GET', `?q=id:${id}`)).body).toMatchObject([{ name: 'Main HQ' }]);
  });

  it('are read and managed with the scopes of locations only, and not by customers', async () => {
    const id = await newLocation(shop);
    const reader = await shop.serviceClient('customermanagement.location_read');
    expect((await call('GET', `/${id}`, undefined, reader)).status).toBe(200);
    expect((await call('PUT', `/${id}`, location, reader)).body).toEqual(companyForbidden(id));
    const others = 'customermanagement.legalentity_manage customermanagement.contactassignment_manage';
    expect((await call('GET', '', undefined, await shop.serviceClient(others))).body).toEqual(companyForbidden());
    expect((await call('GET', '', undefined, await shop.employee('viewer'))).status).toBe(200);
    expect((await call('POST', '', location, await shop.employee('support'))).status).toBe(403);
    expect((await call('POST', '', location, await shop.employee('admin'))).status).toBe(201);
    const ada = await member(shop, 'Admin');
    expect((await call('GET', '', undefined, ada)).body).toEqual(companyForbidden());
  });
});
