import { blames, notAuthorized, unknownCustomer } from './support/answers.js';
import { type Body, Shop, type Visitor } from './support/shop.js';
import { stored } from './support/stored.js';

const unknownAddress = (address: string, customer: string) => ({
  type: 'resource_not_found',
  status: 404,
  message: `Address ${address} of customer ${customer} not found.`,
});

describe("a customer's addresses, in the hands of staff,", () => {
  let shop: Shop;
  let staff: Visitor;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.employee();
  });
  afterAll(() => shop.close());

  /** @returns the path of the address book of a new customer */
  const book = async (): Promise<{ id: string; path: string }> => {
    const { id } = await staff.post<{ id: string }>('/customers', 201, {});
    return { id, path: `/customers/${id}/addresses` };
  };
  const added = async (path: string, body: Body = {}): Promise<string> =>
    (await staff.post<{ id: string }>(path, 201, { contactName: 'John Doe', ...body })).id;
  const shown = (body: Body): Body => ({ tags: [], mixins: {}, metadata: { mixins: {}, version: 1 }, ...body });

  it('are added and listed, the first one as the default', async () => {
    const { path } = await book();
    const berlin = { contactName: 'John Doe', city: 'Berlin', zipCode: '', country: 'DE' };
    const first = await added(path, berlin);
    const second = await added(path, { contactName: 'Jane Doe' });
    expect(await staff.get(path)).toEqual([
      shown({ id: first, ...berlin, isDefault: true }),
      shown({ id: second, contactName: 'Jane Doe', isDefault: false }),
    ]);
  });

  it('are shown one by one', async () => {
    const { path } = await book();
    await added(path);
    const id = await added(path, { city: 'Rome', tags: ['billing'], mixins: { door: { code: 7 } } });
    const rome = { id, contactName: 'John Doe', city: 'Rome', isDefault: false };
    expect(await staff.get(`${path}/${id}`)).toEqual(
      shown({ ...rome, tags: ['billing'], mixins: { door: { code: 7 } } }),
    );
  });

  it("are the customer's own", async () => {
    const ada = await shop.loggedIn();
    const id = await added(`/customers/${ada.id}/addresses`);
    expect(await ada.get('/me/addresses')).toMatchObject([{ id, isDefault: true }]);
    await ada.delete(`/me/addresses/${id}`);
    expect(await staff.get(`/customers/${ada.id}/addresses`)).toEqual([]);
  });

  it('are changed by PATCH: what is not sent stays, null removes, objects merge', async () => {
    const { path } = await book();
    const id = await added(path, { city: 'Rome', street: 'Via Appia', mixins: { door: { code: 7, bell: 1 } } });
    await staff.patch(`${path}/${id}`, 200, { street: null, mixins: { door: { bell: null } } });
    expect(await staff.get(`${path}/${id}`)).toEqual(
      shown({
        id,
        contactName: 'John Doe',
        city: 'Rome',
        isDefault: true,
        mixins: { door: { code: 7 } },
        metadata: { mixins: {}, version: 2 },
      }),
    );
  });

  it('are removed', async () => {
    const { id: customer, path } = await book();
    const id = await added(path);
    const { status, text } = await staff.send('DELETE', `${path}/${id}`, { body: {} });
    expect([status, text]).toEqual([204, '']);
    expect(await staff.delete(`${path}/${id}`, 404)).toEqual(unknownAddress(id, customer));
    expect(await staff.get(path)).toEqual([]);
  });

  it('have one default at most', async () => {
    const { path } = await book();
    await added(path);
    const second = await added(path, { isDefault: true });
    const third = await added(path);
    const standard = async (): Promise<unknown[]> =>
      (await staff.get<Body[]>(path)).filter(({ isDefault }) => isDefault).map(({ id }) => id);
    expect(await standard()).toEqual([second]);
    await staff.put(`${path}/${third}`, 204, { isDefault: true });
    expect(await standard()).toEqual([third]);
  });

  it('take tags as a set, and lose them again', async () => {
    const { path } = await book();
    const id = await added(path, { tags: ['billing'] });
    const tags = async (): Promise<unknown> => (await staff.get(`${path}/${id}`)).tags;
    await staff.post(`${path}/${id}/tags?tags=SHIPPING,billing,%20mine`, 204);
    expect(await tags()).toEqual(['billing', 'SHIPPING', 'mine']);
    await staff.delete(`${path}/${id}/tags?tags=billing,never`);
    expect(await tags()).toEqual(['SHIPPING', 'mine']);
    expect(await staff.post(`${path}/${id}/tags`, 400)).toEqual(blames('tags'));
    expect(await staff.delete(`${path}/${id}/tags`, 400)).toEqual(blames('tags'));
  });

  it('have the id that staff chose; upper and lower case differ', async () => {
    const { path } = await book();
    for (const id of ['A_0033-x', 'a_0033-x', 'x'.repeat(66)]) {
      expect(await staff.post(path, 201, { id, contactName: 'John Doe' })).toEqual({ id });
      expect(await staff.get(`${path}/${id}`)).toMatchObject({ id });
    }
  });

  it.each(['', 'a b', 'ä', 'x'.repeat(67), null, 7])('never have the id %j', async (id) => {
    const { path } = await book();
    expect(await staff.post(path, 400, { id, contactName: 'John Doe' })).toEqual(blames('id'));
  });

  it('never have an id that is taken', async () => {
    const [mine, other] = [await book(), await book()];
    const id = await added(mine.path);
    const before = await stored(shop);
    for (const { path } of [mine, other]) {
      expect(await staff.post(path, 409, { id, contactName: 'Jane Doe' })).toMatchObject({
        status: 409,
        type: 'conflict_resource',
        message: expect.stringContaining(id) as string,
      });
    }
    await staff.put(`${other.path}/${id}`, 409, { contactName: 'Jane Doe' });
    expect(await stored(shop)).toEqual(before);
  });

  it.each([undefined, null, ''])('are never made with the contactName %j', async (contactName) => {
    const { path } = await book();
    expect(await staff.post(path, 400, { contactName, city: 'Rome' })).toEqual(blames('contactName'));
    expect(await staff.put(`${path}/A1-${String(contactName)}`, 400, { contactName, city: 'Rome' })).toEqual(
      blames('contactName'),
    );
    expect(await staff.get(path)).toEqual([]);
  });

  it('are made by PUT under an unknown id, and changed under a known one', async () => {
    const { path } = await book();
    const body = { contactName: 'John Doe', city: 'Rome' };
    const first = await staff.send('PUT', `${path}/PUT-1`, { body });
    expect([first.status, first.body]).toEqual([201, { id: 'PUT-1' }]);
    const second = await staff.send('PUT', `${path}/PUT-1`, { body: { city: 'Oslo' } });
    expect([second.status, second.text]).toEqual([204, '']);
    expect(await staff.get(path)).toMatchObject([{ id: 'PUT-1', contactName: 'John Doe', city: 'Oslo' }]);
    expect(await staff.put(`${path}/a%20b`, 400, body)).toEqual(blames('addressId'));
  });

  it.each(['PATCH', 'PUT'])('are not changed by %s from a stale metadata.version', async (method) => {
    const { path } = await book();
    const id = await added(path);
    const change = async (metadata: Body): Promise<number> =>
      (await staff.send(method, `${path}/${id}`, { body: { city: 'Rome', metadata } })).status;
    expect(await change({ version: 2 })).toBe(409);
    expect(await staff.get(`${path}/${id}`)).not.toHaveProperty('city');
    expect(await change({ version: 1 })).toBeLessThan(300);
    expect(await change({ mixins: {} })).toBeLessThan(300);
  });

  it.each([
    ['country', 'Germany'],
    ['tags', 'SHIPPING'],
    ['isDefault', 'yes'],
  ])('are never stored with a wrong %s', async (field, value) => {
    const { path } = await book();
    const id = await added(path);
    const before = await stored(shop);
    const body = { contactName: 'John Doe', [field]: value };
    expect(await staff.post(path, 400, body)).toEqual(blames(field));
    expect(await staff.patch(`${path}/${id}`, 400, body)).toEqual(blames(field));
    expect(await staff.put(`${path}/${id}`, 400, body)).toEqual(blames(field));
    expect(await stored(shop)).toEqual(before);
  });

  const ofOne: [string, string][] = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/tags?tags=A'],
    ['DELETE', '/tags?tags=A'],
  ];

  it.each(ofOne)('%s {addressId}%s says which address of whom is not there', async (method, rest) => {
    const [mine, other] = [await book(), await book()];
    const others = await added(other.path);
    for (const id of ['none', others]) {
      const body = method === 'PATCH' ? { city: 'Rome' } : undefined;
      expect((await staff.send(method, `${mine.path}/${id}${rest}`, { body })).body).toEqual(
        unknownAddress(id, mine.id),
      );
    }
    expect(await staff.get(`${other.path}/${others}`)).toMatchObject({ tags: [], metadata: { version: 1 } });
  });

  it.each([['GET', ''], ['POST', ''], ...ofOne.map(([method, rest]) => [method, `/none${rest}`]), ['PUT', '/none']])(
    '%s addresses%s says which customer is not there',
    async (method, rest) => {
      const body = /P(?:OST|UT|ATCH)/.test(method ?? '') && !rest?.includes('tags') ? { contactName: 'Jo' } : undefined;
      const answer = await staff.send(method ?? '', `/customers/4711/addresses${rest}`, { body });
      expect(answer.body).toEqual(unknownCustomer('4711'));
    },
  );

  it('are seen with customer_read, and changed with customer_manage alone', async () => {
    const { path } = await book();
    const id = await added(path);
    const viewer = await shop.staff('viewer');
    expect(await viewer.get(path)).toMatchObject([{ id }]);
    for (const [method, rest] of [...ofOne.slice(1), ['PUT', '']]) {
      expect((await viewer.send(method ?? '', `${path}/${id}${rest}`)).body).toEqual(notAuthorized);
    }
    expect((await viewer.send('POST', path)).body).toEqual(notAuthorized);
    expect(await (await shop.employee('customer.customer_manage')).get(path, 403)).toEqual(notAuthorized);
  });
});
