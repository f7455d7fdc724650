import { randomUUID } from 'node:crypto';
import { companyForbidden, companyValidationError } from './support/responses.js';
import { assignCustomer, sendCompanyRequest, member, newCompany, newLocation } from './support/companies.js';
import { type Response, type Body, Shop, type ApiClient } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';

const [headquarter, warehouse] = ['123e123455452c2d6c0b81390', '123e06ecf0acd223140b12345'] as const;

const group = { id: '123e06ecf0452c2d6c0b81390', name: { en: 'English name', de: 'Deutscher Name' }, role: 'Admin' };

const company = {
  name: 'ABC Company',
  type: 'COMPANY',
  legalInfo: {
    legalName: 'ABC Company',
    registrationDate: '2022-03-31T13:18:02.379Z',
    registrationAgency: 'Comp reg agency',
    countryOfRegistration: 'DE',
    taxRegistrationNumber: '1234',
  },
  accountLimit: { currency: 'EUR', value: 1000.99 },
  customerGroups: [group],
  entitiesAddresses: [{ id: headquarter }, { id: warehouse }],
  approvalGroup: [{ id: '123e121111452c12330b81390' }],
  restrictions: ['US'],
  mixins: { erp: { level: 7 } },
};

describe('legal entities', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
    const contactDetails = { addressLine1: 'W Sample St', city: 'South Bend' };
    await newLocation(shop, { id: headquarter, name: 'Main HQ', type: 'HEADQUARTER', contactDetails });
    await newLocation(shop, { id: warehouse, type: 'WAREHOUSE' });
  });
  afterAll(() => shop.close());

  const call = <T = Body>(method: string, path: string, body?: unknown, caller = staff): Promise<Response<T>> =>
    sendCompanyRequest<T>(caller, method, `/legal-entities${path}`, { body });
  const found = async (query: string, caller = staff): Promise<Body[]> =>
    (await call<Body[]>('GET', query, undefined, caller)).body;
  const withRegistrationId = (registrationId: string) => ({ legalInfo: { registrationId } });

  it('are created, returned, replaced and deleted by employees', async () => {
    const metadata = { mixins: { erp: 'https://example.com/erp.json' } };
    const created = await call('POST', '', { ...company, metadata });
    expect([created.status, created.body]).toEqual([201, { id: expect.any(String) as string }]);
    const id = String(created.body.id);
    const shown = await call('GET', `/${id}`);
    const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    const times = { createdAt: at, modifiedAt: at };
    expect([shown.status, shown.body]).toEqual([
      200,
      { ...company, id, metadata: { ...metadata, version: 1, ...times } },
    ]);

    expect((await call('PUT', `/${id}`, { name: 'DEF', type: 'SUBSIDIARY' })).status).toBe(204);
    expect((await call('GET', `/${id}`)).body).toEqual({
      id,
      name: 'DEF',
      type: 'SUBSIDIARY',
      legalInfo: {},
      customerGroups: [],
      entitiesAddresses: [],
      approvalGroup: [],
      mixins: {},
      metadata: { mixins: {}, version: 2, ...times },
    });
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await call(method, `/${id}`);
      expect([status, body]).toEqual([
        404,
        { code: 404, status: 'Not Found', message: `Legal entity ${id} not found.`, resourceId: id },
      ]);
    }
  });

  it('accept a chosen id only once', async () => {
    const id = `ABC_${randomUUID()}`;
    expect((await call('POST', '', { id, name: 'ABC' })).body).toEqual({ id });
    const again = await call('POST', '', { id, name: 'ABC' });
    expect([again.status, again.body.message]).toEqual([409, `A legal entity with this id '${id}' exists.`]);
    expect((await call('POST', '', { id: 'no blanks', name: 'ABC' })).body).toEqual(companyValidationError('id'));
  });

  it('are created by PUT with a new id, but not if metadata.version is sent', async () => {
    const id = randomUUID();
    expect((await call('PUT', `/${id}`, { ...company, metadata: { version: 1 } })).status).toBe(404);
    const created = await call('PUT', `/${id}`, company);
    expect([created.status, created.body]).toEqual([201, { id }]);
    expect((await call('PUT', '/no%20blanks', company)).body).toEqual(companyValidationError('legalEntityId'));
    expect((await call('PUT', '/no%20blanks', { ...company, metadata: { version: 1 } })).status).toBe(404);
  });

  it('reject a stale version', async () => {
    const id = await newCompany(shop);
    const put = async (version: number) => (await call('PUT', `/${id}`, { ...company, metadata: { version } })).status;
    expect([await put(1), await put(1), await put(2)]).toEqual([204, 409, 204]);
  });

  it('share a registration id only with their subsidiaries', async () => {
    const registrationId = randomUUID();
    const id = await newCompany(shop, withRegistrationId(registrationId));
    const second = await call('POST', '', { name: 'DEF', ...withRegistrationId(` ${registrationId} `) });
    expect([second.status, second.body.code, second.body.status]).toEqual([409, 409, 'Conflict']);
    const subsidiary = { name: 'DEF', type: 'SUBSIDIARY', parentId: id, ...withRegistrationId(registrationId) };
    expect((await call('POST', '', subsidiary)).status).toBe(201);
    const other = await newCompany(shop);
    expect((await call('PUT', `/${other}`, { ...company, ...withRegistrationId(registrationId) })).status).toBe(409);
    await shop.addTenant('other');
    await newCompany(shop, withRegistrationId(registrationId), 'other');
  });

  it('match a registration id regardless of case, blanks and character width', async () => {
    const number = String(Date.now());
    const id = await newCompany(shop, withRegistrationId(`DE ${number}b`));
    for (const typed of [`DE${number}B`, `de${number}b\t`, `\u00a0DE  ${number}b`, `ＤＥ${number}b`]) {
      const { status } = await call('POST', '', { name: 'DEF', ...withRegistrationId(typed) });
      expect([typed, status]).toEqual([typed, 409]);
      const customerDetails = {
        firstName: 'Eve',
        lastName: 'E',
        company: 'Evil',
        b2b: { companyRegistrationId: typed },
      };
      const eve = await shop.signUp({ customerDetails });
      const q = `customer.id:${eve.id}`;
      const { body } = await sendCompanyRequest<Body[]>(
        staff,
        'GET',
        `/contact-assignments?q=${encodeURIComponent(q)}`,
      );
      expect(body).toEqual([expect.objectContaining({ group: 'Requester' })]);
      expect(body[0]?.legalEntity).toMatchObject({ id, legalInfo: { registrationId: `DE ${number}b` } });
    }
    for (const blank of [' ', '\t', '\u00a0']) await newCompany(shop, withRegistrationId(blank));
  });

  it('reject cycles of parents, also in concurrent updates', async () => {
    const [a, b, c] = [await newCompany(shop), await newCompany(shop), await newCompany(shop)];
    const setParent = async (id: string, parentId: string | null) =>
      call('PUT', `/${id}`, { name: 'ABC', type: 'SUBSIDIARY', parentId });
    for (const [id, parent] of [
      [b, a],
      [c, b],
    ] as const)
      expect((await setParent(id, parent)).status).toBe(204);
    for (const parent of [a, b, c])
      expect((await setParent(a, parent)).body).toEqual(companyValidationError('parentId'));
    // Keeping or removing a parent creates no cycle.
    expect((await setParent(c, b)).status).toBe(204);
    expect((await setParent(b, null)).status).toBe(204);
    expect((await setParent(a, c)).status).toBe(204);

    for (let round = 0; round < 5; round++) {
      const [top, bottom] = [await newCompany(shop), await newCompany(shop)];
      const between = await newCompany(shop, { type: 'SUBSIDIARY', parentId: top });
      const moved = await Promise.all([setParent(bottom, between), setParent(top, bottom)]);
      expect(moved.map(({ status }) => status).sort()).toEqual([204, 400]);
    }
  });

  it('require an existing parent, which cannot be deleted before its subsidiaries', async () => {
    const parentId = await newCompany(shop);
    expect((await call('POST', '', { name: 'DEF', parentId: 'nobody' })).body).toEqual(
      companyValidationError('parentId'),
    );
    expect((await call('PUT', `/${parentId}`, { ...company, parentId })).body).toEqual(
      companyValidationError('parentId'),
    );
    const id = await newCompany(shop, { type: 'SUBSIDIARY', parentId });
    expect((await call('DELETE', `/${parentId}`)).status).toBe(400);
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/${parentId}`)).status).toBe(204);
  });

  it('keep the name and the role of a customer group that a change names by its id', async () => {
    const id = await newCompany(shop, company);
    const put = async (customerGroups: Body[]): Promise<unknown> => {
      await call('PUT', `/${id}`, { name: 'ABC', type: 'COMPANY', customerGroups });
      return (await call('GET', `/${id}`)).body.customerGroups;
    };
    expect(await put([{ id: group.id }, { id: 'new' }])).toEqual([group, { id: 'new' }]);
    expect(await put([{ id: group.id, role: 'Buyer' }])).toEqual([{ ...group, role: 'Buyer' }]);
    expect(await put([{ id: group.id, role: null }])).toEqual([{ id: group.id, name: group.name }]);
    expect(await put([])).toEqual([]);
    expect(await put([{ id: group.id }])).toEqual([{ id: group.id }]);
  });

  describe('with locations', () => {
    const addressesOf = async (path: string, caller = staff): Promise<unknown> =>
      (await call('GET', path, undefined, caller)).body.entitiesAddresses;

    it('return them with expand=entitiesAddresses, in the order of the legal entity', async () => {
      const entitiesAddresses = [{ id: warehouse }, { id: headquarter }];
      const id = await newCompany(shop, { name: 'With locations', entitiesAddresses });
      expect(await addressesOf(`/${id}`)).toEqual(entitiesAddresses);
      const expanded = [
        expect.objectContaining({ id: warehouse, type: 'WAREHOUSE', contactDetails: { city: 'Berlin' } }),
        expect.objectContaining({
          ...{ id: headquarter, name: 'Main HQ', type: 'HEADQUARTER', mixins: {} },
          contactDetails: { addressLine1: 'W Sample St', city: 'South Bend' },
          metadata: expect.objectContaining({ version: 1 }) as unknown,
        }),
      ];
      expect(await addressesOf(`/${id}?expand=entitiesAddresses`)).toEqual(expanded);
      const expand = '?expand=other,entitiesAddresses';
      const inLists = [
        await found(`${expand}&id=${id}`),
        (await call<Body[]>('POST', `/search${expand}`, { q: `id:${id}` })).body,
      ];
      for (const list of inLists) expect(list.map((one) => one.entitiesAddresses)).toEqual([expanded]);
      const ada = await member(shop, 'Buyer', id);
      expect(await addressesOf(`/${id}?expand=entitiesAddresses`, ada)).toEqual(expanded);
      const selected = await call('GET', `/${id}?expand=entitiesAddresses&fields=entitiesAddresses.name`);
      expect(selected.body).toEqual({ entitiesAddresses: [{}, { name: 'Main HQ' }] });
    });

    it('reject a location that does not exist at the tenant, and name it', async () => {
      await shop.addTenant('other');
      const theirs = await newLocation(shop, {}, 'other');
      const id = await newCompany(shop, { entitiesAddresses: [{ id: warehouse }] });
      const before = await databaseFingerprint(shop);
      for (const unknown of ['nowhere', theirs]) {
        const body = { ...company, entitiesAddresses: [{ id: warehouse }, { id: unknown }] };
        for (const response of [await call('POST', '', body), await call('PUT', `/${id}`, body)]) {
          expect([response.status, response.body.details]).toEqual([
            400,
            ['entitiesAddresses.1.id must be the id of a location'],
          ]);
        }
      }
      expect(await databaseFingerprint(shop)).toEqual(before);
    });

    it('lose a location that is deleted, also if one with the same id is created later', async () => {
      const gone = await newLocation(shop);
      const entitiesAddresses = [{ id: warehouse }, { id: gone }, { id: headquarter }];
      const [id, other] = [await newCompany(shop, { entitiesAddresses }), await newCompany(shop)];
      expect((await sendCompanyRequest(staff, 'DELETE', `/locations/${gone}`)).status).toBe(204);
      await newLocation(shop, { id: gone });
      expect((await call('GET', `/${id}`)).body).toMatchObject({
        entitiesAddresses: [{ id: warehouse }, { id: headquarter }],
        metadata: { version: 2 },
      });
      expect((await call('GET', `/${other}`)).body).toMatchObject({ metadata: { version: 1 } });
    });

    it('never refer to a location that is deleted at the same time', async () => {
      for (let round = 0; round < 5; round++) {
        const id = await newLocation(shop);
        const [existing, body] = [await newCompany(shop), { ...company, entitiesAddresses: [{ id }] }];
        const [put, created] = await Promise.all([
          call('PUT', `/${existing}`, body),
          call('POST', '', body),
          sendCompanyRequest(staff, 'DELETE', `/locations/${id}`),
        ]);
        expect([204, 400]).toContain(put.status);
        expect([201, 400]).toContain(created.status);
        expect(await found(`?q=${encodeURIComponent(`id:(${existing},${String(created.body.id)})`)}`)).toEqual(
          expect.not.arrayContaining([expect.objectContaining({ entitiesAddresses: [{ id }] })]),
        );
      }
    });
  });

  describe('in a hierarchy', () => {
    const hierarchy = async (id: string): Promise<unknown> =>
      (await call<Body[]>('GET', `/${id}/parent-hierarchy`)).body.map(({ id }) => id);

    it('are returned from the legal entity to the top', async () => {
      const top = await newCompany(shop, { name: 'Company A' });
      const middle = await newCompany(shop, { name: 'Company B', type: 'SUBSIDIARY', parentId: top });
      const bottom = await newCompany(shop, { name: 'Company C', type: 'SUBSIDIARY', parentId: middle });
      await newCompany(shop, { type: 'SUBSIDIARY', parentId: top });
      expect(await hierarchy(bottom)).toEqual([bottom, middle, top]);
      expect(await hierarchy(top)).toEqual([top]);
      const { body } = await call<Body[]>('GET', `/${bottom}/parent-hierarchy`);
      expect(body[0]).toEqual((await call('GET', `/${bottom}`)).body);
    });

    it('are not found at another tenant, and not visible to customers', async () => {
      await shop.addTenant('other');
      const theirs = await newCompany(shop, {}, 'other');
      for (const id of ['nowhere', theirs]) {
        const { status, body } = await call('GET', `/${id}/parent-hierarchy`);
        expect([status, body]).toMatchObject([404, { code: 404, resourceId: id }]);
      }
      const ada = await member(shop, 'Admin');
      expect((await call('GET', `/${ada.company}/parent-hierarchy`, undefined, ada)).status).toBe(403);
    });
  });

  it.each<[string, Body]>([
    ['name', { name: '' }],
    ['type', { type: 'GMBH' }],
    ['accountLimit.value', { accountLimit: { value: -1 } }],
    ['legalInfo.registrationId', { legalInfo: { registrationId: 5 } }],
    ['customerGroups', { customerGroups: [['x']] }],
    ['customerGroups.0.id', { customerGroups: [{ name: { en: 'x' } }] }],
    ['approvalGroup', { approvalGroup: { id: 'x' } }],
    ['entitiesAddresses.0.id', { entitiesAddresses: [{ id: 'nowhere' }] }],
    ['restrictions', { restrictions: ['US', 'DE'] }],
  ])('reject an invalid %s and store nothing', async (field, wrong) => {
    const before = await databaseFingerprint(shop);
    expect((await call('POST', '', { ...company, ...wrong })).body).toEqual(companyValidationError(field));
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  describe('in a list', () => {
    const tag = randomUUID();
    const names = async (query: string): Promise<unknown[]> =>
      (await found(`?legalInfo.taxRegistrationNumber=${tag}&${query}`)).map(({ name }) => name);
    beforeAll(async () => {
      const legalInfo = { taxRegistrationNumber: tag };
      const parentId = await newCompany(shop, { name: 'Alpha', legalInfo, accountLimit: { value: 5 } });
      await newCompany(shop, { name: 'Beta', legalInfo, mixins: { erp: { level: 8 } } });
      await newCompany(shop, { name: 'Gamma', type: 'SUBSIDIARY', parentId, legalInfo });
    });

    it.each([
      ['', ['Alpha', 'Beta', 'Gamma']],
      ['name=Beta', ['Beta']],
      ['type=SUBSIDIARY', ['Gamma']],
      ['q=name:~^[AB]', ['Alpha', 'Beta']],
      ['q=mixins.erp.level:8', ['Beta']],
      ['q=accountLimit.value:>4', ['Alpha']],
      ['q=parentId:exists', ['Gamma']],
      ['sort=name:desc', ['Gamma', 'Beta', 'Alpha']],
      ['pageNumber=2&pageSize=2', ['Gamma']],
    ])('are found by %s', async (query, expected) => {
      expect(await names(query)).toEqual(expected);
    });

    it('are also found by a search, and counted on request', async () => {
      const path = '/legal-entities/search?pageSize=1&fields=name,legalInfo.taxRegistrationNumber';
      const q = `legalInfo.taxRegistrationNumber:${tag} metadata.createdAt:>"2020-01-01"`;
      const counted = { body: { q }, headers: { 'x-total-count': 'true' } };
      const { status, headers, body } = await sendCompanyRequest(staff, 'POST', path, counted);
      expect([status, headers['x-total-count'], body]).toEqual([
        200,
        '3',
        [{ name: 'Alpha', legalInfo: { taxRegistrationNumber: tag } }],
      ]);
      expect((await sendCompanyRequest(staff, 'POST', path, { body: { q } })).headers['x-total-count']).toBeUndefined();
    });

    it.each([
      ['q', 'q=nix:1'],
      ['q', 'q=('],
      ['sort', 'sort=nix'],
      ['type', 'type=GMBH'],
      ['pageSize', 'pageNumber=2'],
      ['pageNumber', 'pageNumber=0&pageSize=1'],
    ])('return an error that names %s for %s', async (field, query) => {
      expect((await call('GET', `?${query}`)).body).toEqual(companyValidationError(field));
    });

    it('are limited to 16 by default', async () => {
      const parentId = await newCompany(shop);
      for (let created = 0; created < 17; created++) await newCompany(shop, { parentId });
      expect(await found(`?parentId=${parentId}`)).toHaveLength(16);
    });
  });

  it('are visible only to customers who are assigned to them', async () => {
    const ada = await member(shop, 'Requester');
    const [second, others] = [await newCompany(shop), await newCompany(shop)];
    await assignCustomer(shop, ada, second);
    expect((await found('', ada)).map(({ id }) => id)).toEqual([ada.company, second]);
    const searched = await call<Body[]>('POST', '/search', { q: `id:(${second},${others})` }, ada);
    expect(searched.body.map(({ id }) => id)).toEqual([second]);
    expect((await call('GET', `/${second}`, undefined, ada)).body).toMatchObject({ id: second });
    expect((await call('GET', `/${others}`, undefined, ada)).status).toBe(404);
    expect(await found('', await shop.customer())).toEqual([]);
    for (const [method, path] of [
      ['POST', ''],
      ['PUT', `/${ada.company}`],
      ['DELETE', `/${ada.company}`],
    ] as const) {
      const { status, body } = await call(method, path, company, ada);
      expect([status, body]).toEqual([403, companyForbidden(path ? ada.company : undefined)]);
    }
  });
});
