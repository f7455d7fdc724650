import { validationError, notAuthorized, unknownCustomer } from './support/responses.js';
import { type Body, Shop, type ApiClient } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';

const unknownAddress = (address: string, customer: string) => ({
  type: 'resource_not_found',
  status: 404,
  message: `Address ${address} of customer ${customer} not found.`,
});

describe("a customer's addresses, managed by employees,", () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  /** @returns the path of the address book of a new customer */
  const newAddressBook = async (): Promise<{ id: string; path: string }> => {
    const { id } = await staff.post<{ id: string }>('/customers', 201, {});
    return { id, path: `/customers/${id}/addresses` };
  };
  const create = async (path: string, body: Body = {}): Promise<string> =>
    (await staff.post<{ id: string }>(path, 201, { contactName: 'John Doe', ...body })).id;
  const expected = (body: Body): Body => ({ tags: [], mixins: {}, metadata: { mixins: {}, version: 1 }, ...body });

  it('are created and listed, with the first one as the default', async () => {
    const { path } = await newAddressBook();
    const berlin = { contactName: 'John Doe', city: 'Berlin', zipCode: '', country: 'DE' };
    const first = await create(path, berlin);
    const second = await create(path, { contactName: 'Jane Doe' });
    expect(await staff.get(path)).toEqual([
      expected({ id: first, ...berlin, isDefault: true }),
      expected({ id: second, contactName: 'Jane Doe', isDefault: false }),
    ]);
  });

  it('are returned individually', async () => {
    const { path } = await newAddressBook();
    await create(path);
    const id = await create(path, { city: 'Rome', tags: ['billing'], mixins: { door: { code: 7 } } });
    const rome = { id, contactName: 'John Doe', city: 'Rome', isDefault: false };
    expect(await staff.get(`${path}/${id}`)).toEqual(
      expected({ ...rome, tags: ['billing'], mixins: { door: { code: 7 } } }),
    );
  });

  it('are the same as in the address book of the customer', async () => {
    const ada = await shop.customer();
    const id = await create(`/customers/${ada.id}/addresses`);
    expect(await ada.get('/me/addresses')).toMatchObject([{ id, isDefault: true }]);
    await ada.delete(`/me/addresses/${id}`);
    expect(await staff.get(`/customers/${ada.id}/addresses`)).toEqual([]);
  });

  it('are updated by PATCH: omitted fields stay, null removes, objects merge', async () => {
    const { path } = await newAddressBook();
    const id = await create(path, { city: 'Rome', street: 'Via Appia', mixins: { door: { code: 7, bell: 1 } } });
    await staff.patch(`${path}/${id}`, 200, { street: null, mixins: { door: { bell: null } } });
    expect(await staff.get(`${path}/${id}`)).toEqual(
      expected({
        id,
        contactName: 'John Doe',
        city: 'Rome',
        isDefault: true,
        mixins: { door: { code: 7 } },
        metadata: { mixins: {}, version: 2 },
      }),
    );
  });

  it('are deleted', async () => {
    const { id: customer, path } = await newAddressBook();
    const id = await create(path);
    const { status, text } = await staff.send('DELETE', `${path}/${id}`, { body: {} });
    expect([status, text]).toEqual([204, '']);
    expect(await staff.delete(`${path}/${id}`, 404)).toEqual(unknownAddress(id, customer));
    expect(await staff.get(path)).toEqual([]);
  });

  it('have at most one default', async () => {
    const { path } = await newAddressBook();
    await create(path);
    const second = await create(path, { isDefault: true });
    const third = await create(path);
    const defaults = async (): Promise<unknown[]> =>
      (await staff.get<Body[]>(path)).filter(({ isDefault }) => isDefault).map(({ id }) => id);
    expect(await defaults()).toEqual([second]);
    await staff.put(`${path}/${third}`, 204, { isDefault: true });
    expect(await defaults()).toEqual([third]);
  });

  it('have unique tags that can be added and removed', async () => {
    const { path } = await newAddressBook();
    const id = await create(path, { tags: ['billing'] });
    const tags = async (): Promise<unknown> => (await staff.get(`${path}/${id}`)).tags;
    await staff.post(`${path}/${id}/tags?tags=SHIPPING,billing,%20mine`, 204);
    expect(await tags()).toEqual(['billing', 'SHIPPING', 'mine']);
    await staff.delete(`${path}/${id}/tags?tags=billing,never`);
    expect(await tags()).toEqual(['SHIPPING', 'mine']);
    expect(await staff.post(`${path}/${id}/tags`, 400)).toEqual(validationError('tags'));
    expect(await staff.delete(`${path}/${id}/tags`, 400)).toEqual(validationError('tags'));
  });

  it('have the case-sensitive id that the employee chose', async () => {
    const { path } = await newAddressBook();
    for (const id of ['A_0033-x', 'a_0033-x', 'x'.repeat(66)]) {
      expect(await staff.post(path, 201, { id, contactName: 'John Doe' })).toEqual({ id });
      expect(await staff.get(`${path}/${id}`)).toMatchObject({ id });
    }
  });

  it.each(['', 'a b', 'ä', 'x'.repeat(67), 7])('cannot have the invalid id %j', async (id) => {
    const { path } = await newAddressBook();
    expect(await staff.post(path, 400, { id, contactName: 'John Doe' })).toEqual(validationError('id'));
  });

  it('cannot have an id that is already in use', async () => {
    const [mine, other] = [await newAddressBook(), await newAddressBook()];
    const id = await create(mine.path);
    const before = await databaseFingerprint(shop);
    for (const { path } of [mine, other]) {
      expect(await staff.post(path, 409, { id, contactName: 'Jane Doe' })).toMatchObject({
        status: 409,
        type: 'conflict_resource',
        message: expect.stringContaining(id) as string,
      });
    }
    await staff.put(`${other.path}/${id}`, 409, { contactName: 'Jane Doe' });
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it.each([undefined, null, ''])('cannot be created with the contactName %j', async (contactName) => {
    const { path } = await newAddressBook();
    expect(await staff.post(path, 400, { contactName, city: 'Rome' })).toEqual(validationError('contactName'));
    expect(await staff.put(`${path}/A1-${String(contactName)}`, 400, { contactName, city: 'Rome' })).toEqual(
      validationError('contactName'),
    );
    expect(await staff.get(path)).toEqual([]);
  });

  it('are created by PUT with an unknown id and updated with a known one', async () => {
    const { path } = await newAddressBook();
    const body = { contactName: 'John Doe', city: 'Rome' };
    const first = await staff.send('PUT', `${path}/PUT-1`, { body });
    expect([first.status, first.body]).toEqual([201, { id: 'PUT-1' }]);
    const second = await staff.send('PUT', `${path}/PUT-1`, { body: { city: 'Oslo' } });
    expect([second.status, second.text]).toEqual([204, '']);
    expect(await staff.get(path)).toMatchObject([{ id: 'PUT-1', contactName: 'John Doe', city: 'Oslo' }]);
    expect(await staff.put(`${path}/a%20b`, 400, body)).toEqual(validationError('addressId'));
  });

  it.each(['PATCH', 'PUT'])('are not updated by %s with a stale metadata.version', async (method) => {
    const { path } = await newAddressBook();
    const id = await create(path);
    const change = async (metadata: Body): Promise<number> =>
      (await staff.send(method, `${path}/${id}`, { body: { city: 'Rome', metadata } })).status;
    expect(await change({ version: 2 })).toBe(409);
    expect(await staff.get(`${path}/${id}`)).not.toHaveProperty('city');
    expect(await change({ version: 1 })).toBeLessThan(300);
    expect(await change({ mixins: {} })).toBeLessThan(300);
  });

  it.each([
    ['country', 'Germany'],
    ['country', 'XX'],
    ['tags', 'SHIPPING'],
    ['isDefault', 'yes'],
  ])('are not stored with an invalid %s', async (field, value) => {
    const { path } = await newAddressBook();
    const id = await create(path);
    const before = await databaseFingerprint(shop);
    const body = { contactName: 'John Doe', [field]: value };
    expect(await staff.post(path, 400, body)).toEqual(validationError(field));
    expect(await staff.patch(`${path}/${id}`, 400, body)).toEqual(validationError(field));
    expect(await staff.put(`${path}/${id}`, 400, body)).toEqual(validationError(field));
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it('have a country code in capitals', async () => {
    const { path } = await newAddressBook();
    const id = await create(path, { country: 'at' });
    expect(await staff.get(`${path}/${id}`)).toMatchObject({ country: 'AT' });
    await staff.patch(`${path}/${id}`, 200, { country: 'ch' });
    expect(await staff.get(`${path}/${id}`)).toMatchObject({ country: 'CH' });
    await staff.put(`${path}/PUT-2`, 201, { contactName: 'John Doe', country: 'xk' });
    expect(await staff.get(`${path}/PUT-2`)).toMatchObject({ country: 'XK' });
  });

  it.each(['PATCH', 'PUT'])(
    'are updated by %s if the country is a free text that the customer entered',
    async (method) => {
      const john = await shop.customer();
      const { id } = await john.post<{ id: string }>('/me/addresses', 201, { contactName: 'John', country: 'Germany' });
      const path = `/customers/${john.id}/addresses/${id}`;
      const { country } = await staff.get(path);
      const response = await staff.send(method, path, { body: { contactName: 'John', country, city: 'Bonn' } });
      expect(response.status).toBeLessThan(300);
      expect(await staff.get(path)).toMatchObject({ country: 'Germany', city: 'Bonn' });
      expect(await staff.patch(path, 400, { country: 'France' })).toEqual(validationError('country'));
    },
  );

  it.each(['PATCH', 'PUT'])('lose the default flag by %s with isDefault null', async (method) => {
    const { path } = await newAddressBook();
    const id = await create(path, { isDefault: true });
    expect((await staff.send(method, `${path}/${id}`, { body: { isDefault: null } })).status).toBeLessThan(300);
    expect(await staff.get(`${path}/${id}`)).toMatchObject({ isDefault: false });
    const second = await create(path, { isDefault: null });
    expect(await staff.get(`${path}/${second}`)).toMatchObject({ isDefault: false });
  });

  const routes: [string, string][] = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/tags?tags=A'],
    ['DELETE', '/tags?tags=A'],
  ];

  it.each(routes)('%s {addressId}%s reports the address and customer that were not found', async (method, rest) => {
    const [mine, other] = [await newAddressBook(), await newAddressBook()];
    const others = await create(other.path);
    for (const id of ['none', others]) {
      const body = method === 'PATCH' ? { city: 'Rome' } : undefined;
      expect((await staff.send(method, `${mine.path}/${id}${rest}`, { body })).body).toEqual(
        unknownAddress(id, mine.id),
      );
    }
    expect(await staff.get(`${other.path}/${others}`)).toMatchObject({ tags: [], metadata: { version: 1 } });
  });

  it.each([
    ['GET', ''],
    ['POST', ''],
    ...routes.map(([method, rest]) => [method, `/none${rest}`]),
    ['PUT', '/none'],
    ['PUT', '/a%20b'],
  ])('%s addresses%s reports the customer that was not found', async (method, rest) => {
    const body = /P(?:OST|UT|ATCH)/.test(method ?? '') && !rest?.includes('tags') ? { contactName: 'Jo' } : undefined;
    const response = await staff.send(method ?? '', `/customers/4711/addresses${rest}`, { body });
    expect(response.body).toEqual(unknownCustomer('4711'));
  });

  it('are read only with customer_read and changed only with customer_manage', async () => {
    const { path } = await newAddressBook();
    const id = await create(path);
    const viewer = await shop.employee('viewer');
    expect(await viewer.get(path)).toMatchObject([{ id }]);
    for (const [method, rest] of [...routes.slice(1), ['PUT', '']]) {
      expect((await viewer.send(method ?? '', `${path}/${id}${rest}`)).body).toEqual(notAuthorized);
    }
    expect((await viewer.send('POST', path)).body).toEqual(notAuthorized);
    expect(await (await shop.serviceClient('customer.customer_manage')).get(path, 403)).toEqual(notAuthorized);
  });
});
