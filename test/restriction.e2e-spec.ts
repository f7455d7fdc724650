import { validationError, notAuthorized, unknownCustomer } from './support/responses.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { rows } from './support/rows.js';
import { type Body, Shop, ApiClient } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';

const READ = 'customer.customer_read';
const MANAGE = 'customer.customer_manage';
/** The parameters with which an employee, and not the service, requests a token. */
const byPassword = { grant_type: 'password', client_id: 'shop-storefront', client_secret: '' };

it('a restriction is changed by an employee, but not by one who impersonates the customer', async () => {
  const shop = await Shop.open({
    ...{ activation: 'none', restrictions: ['DE', 'FR'], enableSyncBetweenRestrictionsAndSiteCodes: true },
  });
  const [{ id }, clerk] = [await shop.customer({ customerDetails: { preferredSite: 'DE' } }), await shop.employee()];
  const acting = await clerk.post<{ accessToken: string }>('/assistedbuying/login', 200, { customerNumber: id });
  await new ApiClient(shop, acting.accessToken).patch('/me', 200, { preferredSite: 'FR' });
  expect(await clerk.get(`/customers/${id}`)).toMatchObject({ preferredSite: 'FR', restriction: 'DE' });
  await clerk.patch(`/customers/${id}`, 200, { preferredSite: 'FR' });
  expect(await clerk.get(`/customers/${id}`)).toMatchObject({ restriction: 'FR' });
  await shop.close();
});

describe('a restriction', () => {
  let shop: Shop;
  let staff: ApiClient;
  let german: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE', 'FR', 'IT'] });
    staff = await shop.serviceClient();
    german = await shop.serviceClient(`${READ}--DE ${MANAGE}--DE`);
  });
  afterAll(() => shop.close());

  const newCustomer = async (restriction?: string | null, body: Body = {}): Promise<string> =>
    (await staff.post<{ id: string }>('/customers', 201, { restriction, ...body })).id;
  const restrictionOf = async (id: string): Promise<unknown> => (await staff.get(`/customers/${id}`)).restriction;

  describe('of a customer', () => {
    it.each(['DE', null])('may be %j, and can be changed', async (restriction) => {
      const id = await newCustomer(restriction);
      expect(await restrictionOf(id)).toBe(restriction);
      await staff.patch(`/customers/${id}`, 200, { restriction: 'FR' });
      expect(await restrictionOf(id)).toBe('FR');
      await staff.put(`/customers/${id}`, 204, { restriction: null });
      expect(await restrictionOf(id)).toBeNull();
    });

    it('is null if omitted on creation, and unchanged if omitted on update', async () => {
      expect(await restrictionOf(await newCustomer())).toBeNull();
      const id = await newCustomer('DE');
      await staff.patch(`/customers/${id}`, 200, { firstName: 'Ada', preferredSite: 'FR' });
      expect(await restrictionOf(id)).toBe('DE');
    });

    it.each(['ES', 'de', 'DE ', '', 7, ['DE']])(
      "cannot be %j, which is not on the tenant's list",
      async (restriction) => {
        const id = await newCustomer('DE');
        const before = await databaseFingerprint(shop);
        for (const [method, path] of [
          ['POST', '/customers'],
          ['PUT', '/customers/new-one'],
          ['PUT', `/customers/${id}`],
          ['PATCH', `/customers/${id}`],
        ] as const) {
          expect((await staff.send(method, path, { body: { restriction } })).body).toEqual(
            validationError('restriction'),
          );
        }
        expect(await databaseFingerprint(shop)).toEqual(before);
      },
    );

    it('cannot be changed by the customer', async () => {
      const ada = await shop.customer();
      await ada.patch('/me', 200, { restriction: 'DE' });
      expect(await restrictionOf(ada.id)).toBeNull();
    });
  });

  describe('in the scope of a token', () => {
    it('is granted to a client that has the scope without it', async () => {
      const { body } = await shop.requestToken({ scope: `${READ}--DE` });
      expect(body.scope).toBe(`${READ}--DE tenant=shop`);
      expect(await german.get('/customers?q=id:nobody')).toEqual([]);
      expect((await shop.requestToken({ scope: 'customer.other--DE' })).status).toBe(400);
    });

    it('limits list and search to those customers', async () => {
      const [de, fr, none] = [await newCustomer('DE'), await newCustomer('FR'), await newCustomer()];
      const q = `id:(${de},${fr},${none})`;
      const headers = { 'x-total-count': 'true' };
      const listed = await german.send<Body[]>('GET', `/customers?q=${encodeURIComponent(q)}`, { headers });
      const searched = await german.send<Body[]>('POST', '/customers/search', { body: { q }, headers });
      for (const { body, headers } of [listed, searched]) {
        expect(body.map(({ id }) => id)).toEqual([de]);
        expect(Number(headers['x-total-count'])).toBe(1);
      }
      expect((await german.get<Body[]>('/customers')).every(({ restriction }) => restriction === 'DE')).toBe(true);
      expect(await staff.get<Body[]>(`/customers?q=${encodeURIComponent(q)}`)).toHaveLength(3);
    });

    it('can be combined with others', async () => {
      const [de, fr, it] = [await newCustomer('DE'), await newCustomer('FR'), await newCustomer('IT')];
      const both = await shop.serviceClient(`${READ}--DE ${READ}--FR`);
      const found = await both.post<Body[]>('/customers/search', 200, { q: `id:(${de},${fr},${it})` });
      expect(found.map(({ id }) => id).sort()).toEqual([de, fr].sort());
    });

    it('has no effect beside the same scope without it', async () => {
      const id = await newCustomer('FR');
      const all = await shop.serviceClient(`${READ} ${READ}--DE`);
      expect(await all.get(`/customers/${id}`)).toMatchObject({ id });
    });

    it('limits each scope separately', async () => {
      const [de, fr] = [await newCustomer('DE'), await newCustomer('FR')];
      const clerk = await shop.serviceClient(`${READ} ${MANAGE}--DE`);
      expect(await clerk.get(`/customers/${fr}`)).toMatchObject({ id: fr });
      await clerk.patch(`/customers/${de}`, 200, { firstName: 'Ada' });
      expect(await clerk.patch(`/customers/${fr}`, 404, {})).toEqual(unknownCustomer(fr));
      const reader = await shop.serviceClient(`${READ}--DE`);
      expect(await reader.patch(`/customers/${de}`, 403, {})).toEqual(notAuthorized);
    });

    it('is not granted if the tenant does not have the restriction', async () => {
      for (const scope of [`${READ}--`, `${READ}--XX`, `${MANAGE}--`]) {
        const { status, body } = await shop.requestToken({ scope });
        expect([status, body.type]).toEqual([400, 'invalid_scope']);
      }
    });

    it('matches no customer after the tenant has removed the restriction', async () => {
      await shop.addTenant('moved', { restrictions: ['XX'] });
      const clerk = await shop.serviceClient(`${READ}--XX`, 'moved');
      await rows(shop, `update tenants set settings = '{}' where name = 'moved'`);
      shop.app.get(TenantsService).expireCache();
      const { id } = await (await shop.serviceClient(undefined, 'moved')).post<{ id: string }>('/customers', 201, {});
      expect(await clerk.get('/customers')).toEqual([]);
      await clerk.get(`/customers/${id}`, 404);
    });

    it('also limits employees', async () => {
      const [de, fr] = [await newCustomer('DE'), await newCustomer('FR')];
      const { email: username, password } = await shop.createEmployee('admin');
      const { body } = await shop.requestToken({ ...byPassword, username, password, scope: `${READ}--DE` });
      const clerk = new ApiClient(shop, body.access_token);
      expect(await clerk.get(`/customers/${de}`)).toMatchObject({ id: de });
      expect(await clerk.get(`/customers/${fr}`, 404)).toEqual(unknownCustomer(fr));
    });

    const contactName = 'John Doe';
    it.each<[string, string, Body | undefined]>([
      ['GET', '', undefined],
      ['PATCH', '', { firstName: 'Ada' }],
      ['DELETE', '', undefined],
      ['GET', '/history', undefined],
      ['GET', '/addresses', undefined],
      ['POST', '/addresses', { contactName }],
      ['GET', '/addresses/{id}', undefined],
      ['PUT', '/addresses/{id}', { contactName }],
      ['PUT', '/addresses/new-one', { contactName }],
      ['PATCH', '/addresses/{id}', { contactName }],
      ['DELETE', '/addresses/{id}', undefined],
      ['POST', '/addresses/{id}/tags?tags=A', undefined],
      ['DELETE', '/addresses/{id}/tags?tags=A', undefined],
    ])('limits %s customers/{n}%s to those customers', async (method, rest, body) => {
      const pathTo = async (restriction: string | null): Promise<[string, string]> => {
        const id = await newCustomer(restriction);
        const { id: address } = await staff.post(`/customers/${id}/addresses`, 201, { contactName, tags: ['A'] });
        return [id, `/customers/${id}${rest.replace('{id}', String(address)).replace('new-one', `new-${id}`)}`];
      };
      for (const restriction of ['FR', null]) {
        const [id, path] = await pathTo(restriction);
        const before = await databaseFingerprint(shop);
        expect((await german.send(method, path, { body })).body).toEqual(unknownCustomer(id));
        expect(await databaseFingerprint(shop)).toEqual(before);
      }
      const [, path] = await pathTo('DE');
      expect((await german.send(method, path, { body })).status).toBeLessThan(300);
    });

    it('limits updates with PUT to those customers', async () => {
      const [de, fr] = [await newCustomer('DE'), await newCustomer('FR')];
      await german.put(`/customers/${de}`, 204, { firstName: 'Ada' });
      const before = await databaseFingerprint(shop);
      await german.put(`/customers/${fr}`, 409, { firstName: 'Ada', restriction: 'DE' });
      expect((await german.send('PUT', `/customers/${fr}`, { body: { firstName: 'Ada' } })).status).toBe(403);
      expect(await databaseFingerprint(shop)).toEqual(before);
    });

    it('limits creation to those customers', async () => {
      expect(await german.post('/customers', 201, { restriction: 'DE' })).toEqual({ id: expect.any(String) as string });
      await german.put('/customers/D-1', 201, { restriction: 'DE' });
      const before = await databaseFingerprint(shop);
      for (const restriction of ['FR', null, undefined]) {
        expect(await german.post('/customers', 403, { restriction })).toEqual(notAuthorized);
        expect(await german.put('/customers/D-2', 403, { restriction })).toEqual(notAuthorized);
      }
      expect(await databaseFingerprint(shop)).toEqual(before);
    });

    it('does not permit moving a customer to another restriction', async () => {
      const id = await newCustomer('DE');
      for (const restriction of ['FR', null]) {
        expect(await german.patch(`/customers/${id}`, 403, { restriction, firstName: 'Ada' })).toEqual(notAuthorized);
      }
      expect(await staff.get(`/customers/${id}`)).toMatchObject({ restriction: 'DE', metadata: { version: 1 } });
    });

    it('limits impersonation to those customers', async () => {
      const [de, fr] = [await newCustomer('DE'), await newCustomer('FR')];
      for (const id of [de, fr]) await shop.activate(id);
      const { email: username, password } = await shop.createEmployee('support');
      const scope = 'customer.assistedBuying_manage--DE';
      const { body } = await shop.requestToken({ ...byPassword, username, password, scope });
      const clerk = new ApiClient(shop, body.access_token);
      expect(await clerk.post('/assistedbuying/login', 404, { customerNumber: fr })).toEqual(unknownCustomer(fr));
      await clerk.post('/assistedbuying/login', 200, { customerNumber: de });
    });

    it('denies access to the history of deleted customers', async () => {
      const id = await newCustomer('FR');
      await staff.delete(`/customers/${id}`, 202);
      expect(await german.get(`/customers/${id}/history`, 404)).toEqual(unknownCustomer(id));
    });
  });
});

describe('with enableSyncBetweenRestrictionsAndSiteCodes, a restriction', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE', 'FR'], enableSyncBetweenRestrictionsAndSiteCodes: true });
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const newCustomer = async (body: Body): Promise<string> =>
    (await staff.post<{ id: string }>('/customers', 201, body)).id;
  const restrictionOf = async (id: string): Promise<unknown> => (await staff.get(`/customers/${id}`)).restriction;

  it('follows the preferred site if it is not given', async () => {
    const id = await newCustomer({ preferredSite: 'DE' });
    expect(await restrictionOf(id)).toBe('DE');
    await staff.patch(`/customers/${id}`, 200, { preferredSite: 'FR' });
    expect(await restrictionOf(id)).toBe('FR');
    await staff.patch(`/customers/${id}`, 200, { firstName: 'Ada' });
    expect(await restrictionOf(id)).toBe('FR');
  });

  it('is stored as given', async () => {
    const id = await newCustomer({ preferredSite: 'DE', restriction: 'FR' });
    expect(await restrictionOf(id)).toBe('FR');
    await staff.patch(`/customers/${id}`, 200, { preferredSite: 'DE', restriction: null });
    expect(await restrictionOf(id)).toBeNull();
  });

  it('is null for a site that is not on the list', async () => {
    expect(await restrictionOf(await newCustomer({ preferredSite: 'main' }))).toBeNull();
  });

  it('follows the site of a customer who signs up', async () => {
    const { id } = await shop.signUp({ customerDetails: { preferredSite: 'DE' } });
    expect(await restrictionOf(id)).toBe('DE');
  });

  it('does not follow a customer’s own change of site', async () => {
    const ada = await shop.customer({ customerDetails: { preferredSite: 'DE' } });
    await ada.patch('/me', 200, { preferredSite: 'FR' });
    expect(await staff.get(`/customers/${ada.id}`)).toMatchObject({ preferredSite: 'FR', restriction: 'DE' });
  });

  it('may be omitted by a caller of one site who creates a customer of that site', async () => {
    const german = await shop.serviceClient(`${MANAGE}--DE`);
    expect(await german.post('/customers', 201, { preferredSite: 'DE' })).toEqual({ id: expect.any(String) as string });
    expect(await german.post('/customers', 403, { preferredSite: 'FR' })).toEqual(notAuthorized);
  });
});
