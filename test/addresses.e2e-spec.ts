import { invalidFields, expectErrorMessage } from './support/errors.js';
import { type Body, type LoggedInCustomer, Shop } from './support/shop.js';

/** The address in the vendor's tutorial. */
const berlin = {
  contactName: 'John Doe',
  companyName: 'Emporix',
  street: 'Platz der Republik',
  streetNumber: '1',
  streetAppendix: '',
  extraLine1: '',
  extraLine2: '',
  extraLine3: '',
  extraLine4: '',
  zipCode: '11011',
  city: 'Berlin',
  country: 'DE',
  state: 'Berlin',
  contactPhone: '123456789',
  tags: ['BILLING', 'SHIPPING'],
};

/** The fields of an address that was stored without them. */
const defaultFields = (version: number) => ({ tags: [], mixins: {}, metadata: { mixins: {}, version } });

interface AddressResponse extends Body {
  id: string;
  isDefault: boolean;
  tags: string[];
  metadata: { version: number };
}

describe('the address book', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const add = async (owner: LoggedInCustomer, address: Body = berlin): Promise<string> =>
    (await owner.post<{ id: string }>('/me/addresses', 201, address)).id;
  const getAddress = async (owner: LoggedInCustomer, id: string): Promise<AddressResponse> =>
    owner.get(`/me/addresses/${id}`);
  const list = async (owner: LoggedInCustomer): Promise<AddressResponse[]> => owner.get('/me/addresses');
  const defaults = async (owner: LoggedInCustomer): Promise<string[]> =>
    (await list(owner)).filter(({ isDefault }) => isDefault).map(({ id }) => id);

  it('creates, lists, gets, updates, tags and deletes an address as in the tutorial', async () => {
    const john = await shop.customer();
    expect(await list(john)).toEqual([]);

    const created = await john.post<{ id: string }>('/me/addresses', 201, berlin);
    const { id } = created;
    expect(created).toEqual({ id: expect.stringMatching(/^[\w-]+$/) as string });
    const expected = { ...berlin, id, isDefault: true, mixins: {}, metadata: { mixins: {}, version: 1 } };
    expect(await list(john)).toEqual([expected]);
    expect(await getAddress(john, id)).toEqual(expected);

    const changes = { ...berlin, streetNumber: '2', streetAppendix: 'Platz', isDefault: true };
    expect(await john.patch(`/me/addresses/${id}`, 200, changes)).toBeUndefined();
    expect(await getAddress(john, id)).toEqual({ ...expected, ...changes, metadata: { mixins: {}, version: 2 } });

    expect(await john.post(`/me/addresses/${id}/tags?tags=BILLING,SHIPPING,CUSTOM`, 204)).toBeUndefined();
    expect((await getAddress(john, id)).tags).toEqual(['BILLING', 'SHIPPING', 'CUSTOM']);
    await john.delete(`/me/addresses/${id}/tags?tags=SHIPPING`);
    expect((await getAddress(john, id)).tags).toEqual(['BILLING', 'CUSTOM']);

    expect(await john.delete(`/me/addresses/${id}`)).toBeUndefined();
    expect(await list(john)).toEqual([]);
    await john.get(`/me/addresses/${id}`, 404);
    await john.delete(`/me/addresses/${id}`, 404);
  });

  it('accepts an empty JSON object as the body of a delete', async () => {
    const john = await shop.customer();
    const response = await john.send('DELETE', `/me/addresses/${await add(john)}`, { body: {} });
    expect(response.status).toBe(204);
    expect(await list(john)).toEqual([]);
  });

  it('lists the oldest address first', async () => {
    const john = await shop.customer();
    const ids = [await add(john), await add(john), await add(john, { city: 'Rome' })];
    expect((await list(john)).map(({ id }) => id)).toEqual(ids);
  });

  describe('the default address', () => {
    it('is the first address', async () => {
      const john = await shop.customer();
      const first = await add(john);
      await add(john);
      expect(await defaults(john)).toEqual([first]);
    });

    it('changes when a create or an update sets isDefault', async () => {
      const john = await shop.customer();
      const first = await add(john);
      const second = await add(john, { ...berlin, isDefault: true });
      expect(await defaults(john)).toEqual([second]);
      await john.patch(`/me/addresses/${first}`, 200, { isDefault: true });
      expect(await defaults(john)).toEqual([first]);
      await john.put(`/me/addresses/${second}`, 200, { isDefault: true });
      expect(await defaults(john)).toEqual([second]);
    });

    it('is unset by isDefault: false', async () => {
      const john = await shop.customer();
      const id = await add(john);
      await john.patch(`/me/addresses/${id}`, 200, { isDefault: false });
      expect(await defaults(john)).toEqual([]);
    });

    it('of other customers is not affected', async () => {
      const [john, ada] = [await shop.customer(), await shop.customer()];
      const [his, hers] = [await add(john), await add(ada)];
      await add(john, { isDefault: true });
      expect(await defaults(ada)).toEqual([hers]);
      expect(await defaults(john)).not.toEqual([his]);
    });

    it.each<[string, (index: number) => Body]>([
      ['20 concurrent creates with isDefault', () => ({ isDefault: true })],
      ['20 concurrent first addresses', () => ({})],
      [
        '20 concurrent first addresses, half of them with isDefault',
        (index) => ({ isDefault: index % 2 === 0 || undefined }),
      ],
    ])('stays unique after %s', async (_name, overrides) => {
      for (let round = 0; round < 3; round += 1) {
        const john = await shop.customer();
        const added = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            john.send('POST', '/me/addresses', { body: { ...berlin, ...overrides(index) } }),
          ),
        );
        expect(added.map(({ status }) => status)).toEqual(added.map(() => 201));
        expect(await list(john)).toHaveLength(20);
        expect(await defaults(john)).toHaveLength(1);
      }
    });

    it('stays unique after many concurrent updates', async () => {
      const john = await shop.customer();
      const ids = await Promise.all(Array.from({ length: 5 }, () => add(john)));
      const changed = await Promise.all(
        [...ids, ...ids, ...ids, ...ids].map((id, index) =>
          john.send('PATCH', `/me/addresses/${id}`, { body: { isDefault: true, streetNumber: String(index) } }),
        ),
      );
      expect(changed.map(({ status }) => status)).toEqual(changed.map(() => 200));
      expect(await defaults(john)).toHaveLength(1);
    });
  });

  describe.each(['patch', 'put'] as const)('%s', (method) => {
    it('keeps omitted fields, removes null fields and replaces the tags', async () => {
      const john = await shop.customer();
      const id = await add(john);
      await john[method](`/me/addresses/${id}`, 200, { city: 'Rome', zipCode: null, extraLine1: '', tags: ['home'] });
      const { zipCode: _removed, ...rest } = berlin;
      expect(await getAddress(john, id)).toEqual({
        ...rest,
        city: 'Rome',
        tags: ['home'],
        id,
        isDefault: true,
        mixins: {},
        metadata: { mixins: {}, version: 2 },
      });
    });

    it('merges mixins and metadata.mixins', async () => {
      const john = await shop.customer();
      const id = await add(john, { mixins: { door: { code: 5, bells: [1, 2] } }, metadata: { mixins: { door: 'a' } } });
      await john[method](`/me/addresses/${id}`, 200, {
        mixins: { door: { code: null, bells: [3] }, lift: { floor: 2 } },
        metadata: { mixins: { lift: 'b' } },
      });
      expect(await getAddress(john, id)).toMatchObject({
        mixins: { door: { bells: [3] }, lift: { floor: 2 } },
        metadata: { mixins: { door: 'a', lift: 'b' } },
      });
    });

    it('rejects a stale metadata.version with 409 and increments the current one', async () => {
      const john = await shop.customer();
      const id = await add(john);
      const { version } = (await getAddress(john, id)).metadata;
      await john[method](`/me/addresses/${id}`, 200, { city: 'Rome', metadata: { version } });
      expect((await getAddress(john, id)).metadata.version).toBeGreaterThan(version);
      const body = { city: 'Oslo', metadata: { version } };
      expectErrorMessage(await john.send(method.toUpperCase(), `/me/addresses/${id}`, { body }), 409);
      expect((await getAddress(john, id)).city).toBe('Rome');
    });
  });

  it('accepts only one of two concurrent updates with the same version', async () => {
    const john = await shop.customer();
    const id = await add(john);
    const responses = await Promise.all(
      ['Rome', 'Oslo'].map((city) =>
        john.send('PATCH', `/me/addresses/${id}`, { body: { city, metadata: { version: 1 } } }),
      ),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('increments the version of an address that is no longer the default', async () => {
    const john = await shop.customer();
    const first = await add(john);
    await add(john, { isDefault: true });
    expect((await getAddress(john, first)).metadata.version).toBeGreaterThan(1);
  });

  describe('tags', () => {
    it('are unique and case-sensitive', async () => {
      const john = await shop.customer();
      const id = await add(john, { tags: ['billing', 'billing', 'Home'] });
      expect((await getAddress(john, id)).tags).toEqual(['billing', 'Home']);
      await john.post(`/me/addresses/${id}/tags?tags=Home,BILLING,BILLING`, 204);
      await john.post(`/me/addresses/${id}/tags?tags=Home,BILLING`, 204);
      expect((await getAddress(john, id)).tags).toEqual(['billing', 'Home', 'BILLING']);
    });

    it('that do not exist can be removed without an error', async () => {
      const john = await shop.customer();
      const id = await add(john);
      await john.delete(`/me/addresses/${id}/tags?tags=HOME,BILLING`);
      await john.delete(`/me/addresses/${id}/tags?tags=HOME,BILLING`);
      expect((await getAddress(john, id)).tags).toEqual(['SHIPPING']);
    });

    it('are trimmed, and empty ones are ignored', async () => {
      const john = await shop.customer();
      const id = await add(john, { tags: [] });
      await john.post(`/me/addresses/${id}/tags?tags=%20BILLING%20,,%20my%20home`, 204);
      expect((await getAddress(john, id)).tags).toEqual(['BILLING', 'my home']);
    });

    it.each(['', '?tags=', '?tags=a&tags=b'])('must be in the query exactly once: "%s" is rejected', async (query) => {
      const john = await shop.customer();
      const id = await add(john);
      for (const method of ['POST', 'DELETE']) {
        const response = await john.send(method, `/me/addresses/${id}/tags${query}`);
        expectErrorMessage(response);
        expect(invalidFields(response)).toEqual(['tags']);
      }
      expect((await getAddress(john, id)).tags).toEqual(['BILLING', 'SHIPPING']);
    });

    it.each(['null', 'NULL', '{a,b}', '"quoted"', 'a\\b', "'", 'a\tb', '\t', 'a\n'])(
      'are returned unchanged: %j',
      async (tag) => {
        const john = await shop.customer();
        const id = await add(john, { tags: [tag, 'last'] });
        expect((await getAddress(john, id)).tags).toEqual([tag, 'last']);
        await john.patch(`/me/addresses/${id}`, 200, { tags: ['first', tag] });
        expect((await getAddress(john, id)).tags).toEqual(['first', tag]);
      },
    );

    it('from concurrent requests are all stored', async () => {
      const john = await shop.customer();
      const id = await add(john, { tags: [] });
      const tags = Array.from({ length: 10 }, (_, index) => `tag${index}`);
      await Promise.all(tags.map((tag) => john.post(`/me/addresses/${id}/tags?tags=${tag}`, 204)));
      expect((await getAddress(john, id)).tags.sort()).toEqual(tags);
    });

    it('have the same maximum in the query as in the body', async () => {
      const john = await shop.customer();
      const tooMany = Array.from({ length: 51 }, (_, index) => `t${index}`);
      expect(invalidFields(await john.send('POST', '/me/addresses', { body: { tags: tooMany } }))).toEqual(['tags']);
      const id = await add(john, { tags: tooMany.slice(1) });
      expectErrorMessage(await john.send('POST', `/me/addresses/${id}/tags?tags=t0`));
      expect((await getAddress(john, id)).tags).toHaveLength(50);
    });
  });

  it.each<[string, string, Body | undefined]>([
    ['GET', '', undefined],
    ['PATCH', '', { city: 'Rome' }],
    ['PUT', '', { city: 'Rome' }],
    ['DELETE', '', undefined],
    ['POST', '/tags?tags=MINE', undefined],
    ['DELETE', '/tags?tags=BILLING', undefined],
  ])("returns 404 for another customer's address: %s {addressId}%s", async (method, below, body) => {
    const [john, eve] = [await shop.customer(), await shop.customer()];
    const id = await add(john);
    const before = await getAddress(john, id);
    const response = await eve.send(method, `/me/addresses/${id}${below}`, { body });
    expect(response.status).toBe(404);
    expect(response.body).toEqual({
      status: 404,
      type: 'resource_not_found',
      message: `Address ${id} of customer ${eve.id} not found.`,
    });
    expect(await getAddress(john, id)).toEqual(before);
  });

  it('ignores an id, a version or an owner in the body', async () => {
    const [john, ada] = [await shop.customer(), await shop.customer()];
    const forged = { id: 'chosen', customerId: ada.id, tenant: 'other', version: 9, metadata: { version: 9 } };
    const id = await add(john, { ...berlin, ...forged });
    expect(id).not.toBe('chosen');
    await john.patch(`/me/addresses/${id}`, 200, { ...forged, city: 'Rome', metadata: {} });
    expect(await list(john)).toMatchObject([{ id, metadata: { version: 2 } }]);
    expect(await list(ada)).toEqual([]);
  });

  it.each<[string, Body]>([
    ['country', { country: 'x'.repeat(256) }],
    ['city', { city: 5 }],
    ['street', { street: 'x'.repeat(256) }],
    ['isDefault', { isDefault: 'yes' }],
    ['tags', { tags: 'BILLING' }],
    ['tags', { tags: [5] }],
    ['tags', { tags: ['x'.repeat(101)] }],
    ['mixins', { mixins: 'x' }],
    ['metadata', { metadata: [] }],
    ['metadata.mixins', { metadata: { mixins: [] } }],
  ])('reports %s when its value is not allowed', async (field, wrong) => {
    const john = await shop.customer();
    const added = await john.send('POST', '/me/addresses', { body: { ...berlin, ...wrong } });
    expectErrorMessage(added);
    expect(invalidFields(added)).toEqual([field]);
    expect(await list(john)).toEqual([]);

    const id = await add(john);
    const before = await getAddress(john, id);
    expect(invalidFields(await john.send('PATCH', `/me/addresses/${id}`, { body: wrong }))).toEqual([field]);
    expect(await getAddress(john, id)).toEqual(before);
  });

  it.each([
    ['de', 'DE'],
    ['xk', 'XK'],
    ['UK', 'UK'],
    ['eu', 'EU'],
    ['Germany', 'Germany'],
    ['main', 'main'],
  ])('stores the country %j as %j, whatever else a storefront sends', async (country, stored) => {
    const john = await shop.customer();
    const extra = { firstName: '', lastName: 'Doe', contactEmail: '', country };
    const id = await add(john, { city: 'Berlin', ...extra });
    const expected = { id, city: 'Berlin', country: stored, isDefault: true };
    expect(await getAddress(john, id)).toEqual({ ...expected, ...defaultFields(1) });
    await john.patch(`/me/addresses/${id}`, 200, { country: 'FR' });
    await john.put(`/me/addresses/${id}`, 200, extra);
    expect(await getAddress(john, id)).toEqual({ ...expected, ...defaultFields(3) });
    const staff = await shop.serviceClient();
    expect(await staff.get(`/customers?q=${encodeURIComponent(`id:${john.id} addresses.country:${stored}`)}`)).toEqual([
      expect.objectContaining({ id: john.id }),
    ]);
  });

  it.each(['patch', 'put'] as const)('clears the default flag by %s with isDefault null', async (method) => {
    const john = await shop.customer();
    const id = await add(john);
    await john[method](`/me/addresses/${id}`, 200, { isDefault: null });
    expect(await getAddress(john, id)).toMatchObject({ isDefault: false });
    const second = await add(john, { isDefault: null });
    expect(await getAddress(john, second)).toMatchObject({ isDefault: false });
  });

  it('accepts an address with nothing but a country, even an empty one', async () => {
    const john = await shop.customer();
    expect(await getAddress(john, await add(john, { country: 'DE' }))).toMatchObject({ country: 'DE', tags: [] });
    expect(await getAddress(john, await add(john, { country: '' }))).toMatchObject({ country: '', tags: [] });
  });
});
