import { Client } from 'pg';
import {
  glueResponse,
  Glue,
  GlueClient,
  type GlueCustomer,
  invalidToken,
  type CollectionDocument,
  missingToken,
  newAddress,
  broken,
  errorResponse,
  type GlueResponse,
  invalidAttributes,
  resource,
  unauthorized,
} from '../support/glue.js';
import { waitForLockWaiters } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const uuid = expect.stringMatching(/^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/);

describe('Glue addresses', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  /** An address as the responses represent it. */
  const addressResource = ({ path }: GlueCustomer, id: unknown, changes: Body = {}) => ({
    type: 'addresses',
    id,
    attributes: {
      ...newAddress,
      ...{ address3: null, country: 'Germany', company: null, phone: null },
      ...changes,
    },
    links: { self: typeof id === 'string' ? `http://foyer.test${path}/addresses/${id}` : expect.any(String) },
  });
  const add = async (ada: GlueCustomer, changes: Body = {}): Promise<string> =>
    (await ada.post(`${ada.path}/addresses`, 201, { ...newAddress, ...changes })).data.id;
  const defaults = { isDefaultShipping: true, isDefaultBilling: true };
  /** The list indexes of the default addresses for shipping and billing. */
  const defaultsOf = async (ada: GlueCustomer) => {
    const { data } = await ada.get<CollectionDocument>(`${ada.path}/addresses`);
    const indexesOf = (name: string) => data.flatMap(({ attributes }, index) => (attributes[name] ? [index] : []));
    return { shipping: indexesOf('isDefaultShipping'), billing: indexesOf('isDefaultBilling') };
  };

  it('are created with a UUID and a URL; the first one is always the default', async () => {
    const ada = await glue.customer();
    const response = await ada.send('POST', `${ada.path}/addresses`, { attributes: newAddress });
    const { id } = (response.body as { data: { id: string } }).data;
    expect(id).toEqual(uuid);
    expect(response).toEqual(glueResponse(201, { data: addressResource(ada, id, defaults) }));
  });

  it('store every attribute', async () => {
    const ada = await glue.customer();
    const whole = { ...newAddress, address3: 'Back door', company: 'Analytical Engines', phone: '+49 30 1234' };
    const response = await ada.send('POST', `${ada.path}/addresses`, { attributes: { ...whole, country: 'Utopia' } });
    expect(response).toEqual(glueResponse(201, { data: addressResource(ada, uuid, { ...whole, ...defaults }) }));
  });

  it.each([
    ['FR', 'France'],
    ['GB', 'United Kingdom'],
    ['US', 'United States'],
    ['XK', 'Kosovo'],
  ])('return the country name of the code %s', async (iso2Code, country) => {
    const ada = await glue.customer();
    const { data } = await ada.post(`${ada.path}/addresses`, 201, { ...newAddress, iso2Code, country: 'Utopia' });
    expect(data).toEqual(addressResource(ada, data.id, { iso2Code, country, ...defaults }));
  });

  it.each<[name: string, country: unknown]>([
    ['a number', 5],
    ['true', true],
    ['null', null],
    ['a list', ['Utopia']],
    ['an object', { name: 'Utopia' }],
    ['a text with NUL', 'a\0'],
    ['a text of 256 characters', 'x'.repeat(256)],
  ])('ignore a country that is %s', async (_name, country) => {
    const ada = await glue.customer();
    const { data } = await ada.post(`${ada.path}/addresses`, 201, { ...newAddress, country });
    expect(data).toEqual(addressResource(ada, data.id, defaults));
    expect((await ada.patch(`${ada.path}/addresses/${data.id}`, 200, { country })).data).toEqual(data);
  });

  it('are listed, oldest first', async () => {
    const ada = await glue.customer();
    const [first, second] = [await add(ada), await add(ada, { city: 'Paris' })];
    expect(await ada.send('GET', `${ada.path}/addresses`)).toEqual(
      glueResponse(200, {
        data: [addressResource(ada, first, defaults), addressResource(ada, second, { city: 'Paris' })],
        links: { self: `http://foyer.test${ada.path}/addresses` },
      }),
    );
  });

  it('are an empty list for a new customer', async () => {
    const ada = await glue.customer();
    expect(await ada.send('GET', `${ada.path}/addresses`)).toEqual(
      glueResponse(200, { data: [], links: { self: `http://foyer.test${ada.path}/addresses` } }),
    );
  });

  it('can be retrieved by id', async () => {
    const ada = await glue.customer();
    const id = await add(ada);
    expect(await ada.send('GET', `${ada.path}/addresses/${id}`)).toEqual(
      glueResponse(200, { data: addressResource(ada, id, defaults) }),
    );
  });

  it('require all attributes except address3, country, company and phone', async () => {
    const ada = await glue.customer();
    const names = Object.keys(newAddress);
    expect(await ada.send('POST', `${ada.path}/addresses`, { attributes: {} })).toEqual(
      errorResponse('901', ...names.map((name) => `${name} => This field is missing.`)),
    );
  });

  it.each<[string, unknown, Record<string, string | string[]>]>([
    [
      'empty texts',
      '',
      {
        salutation: [broken.blank, broken.noChoice],
        city: [broken.blank, broken.tooShort(3)],
        ...{ isDefaultShipping: broken.noBoolean, isDefaultBilling: broken.noBoolean },
      },
    ],
    ['null', null, {}],
  ])('reject %s for required attributes', async (_name, blank, texts) => {
    const ada = await glue.customer();
    const names = Object.keys(newAddress);
    const attributes = Object.fromEntries(names.map((name) => [name, blank]));
    const rejection = invalidAttributes(Object.fromEntries(names.map((name) => [name, texts[name] ?? broken.blank])));
    expect(await ada.send('POST', `${ada.path}/addresses`, { attributes })).toEqual(rejection);
    const id = await add(ada);
    expect(await ada.send('PATCH', `${ada.path}/addresses/${id}`, { attributes })).toEqual(rejection);
    expect((await ada.get(`${ada.path}/addresses/${id}`)).data).toEqual(addressResource(ada, id, defaults));
  });

  it.each([
    ['salutation', 'Sir', broken.noChoice],
    ['firstName', 'x'.repeat(101), broken.tooLong(100)],
    ['lastName', 'x'.repeat(101), broken.tooLong(100)],
    ['address1', 'x'.repeat(256), broken.tooLong(255)],
    ['address2', 'x'.repeat(256), broken.tooLong(255)],
    ['address3', 'x'.repeat(256), broken.tooLong(255)],
    ['zipCode', 'x'.repeat(16), broken.tooLong(15)],
    ['city', 'Ay', broken.tooShort(3)],
    ['city', 'x'.repeat(256), broken.tooLong(255)],
    ['iso2Code', 'ZZ', broken.noChoice],
    ['iso2Code', 'Germany', broken.tooLong(2)],
    ['isDefaultShipping', 'yes', broken.noBoolean],
    ['isDefaultBilling', 1, broken.noBoolean],
    ['address1', ['Main'], broken.noText],
    ['phone', 'x'.repeat(256), broken.tooLong(255)],
  ])('reject %s %p', async (name, value, text) => {
    const ada = await glue.customer();
    const rejection = invalidAttributes({ [name]: text });
    const attributes = { [name]: value };
    expect(await ada.send('POST', `${ada.path}/addresses`, { attributes: { ...newAddress, ...attributes } })).toEqual(
      rejection,
    );
    expect(await ada.send('PATCH', `${ada.path}/addresses/${await add(ada)}`, { attributes })).toEqual(rejection);
  });

  it('accept the longest values, and numbers as texts', async () => {
    const ada = await glue.customer();
    const longest = { firstName: 'x'.repeat(100), lastName: 'y'.repeat(100), zipCode: '1'.repeat(15), city: 'Ulm' };
    const response = await ada.send('POST', `${ada.path}/addresses`, {
      attributes: { ...newAddress, ...longest, address2: 5 },
    });
    expect(response).toEqual(
      glueResponse(201, { data: addressResource(ada, uuid, { ...longest, address2: '5', ...defaults }) }),
    );
  });

  it('are updated only in the attributes that are sent', async () => {
    const ada = await glue.customer();
    const id = await add(ada, { phone: '1234', company: 'Engines' });
    const changes = { city: 'Paris', iso2Code: 'FR', phone: null };
    const now = addressResource(ada, id, { ...changes, company: 'Engines', country: 'France', ...defaults });
    expect(await ada.send('PATCH', `${ada.path}/addresses/${id}`, { attributes: changes })).toEqual(
      glueResponse(200, { data: now }),
    );
    expect((await ada.get(`${ada.path}/addresses/${id}`)).data).toEqual(now);
  });

  it('take over the default for shipping and billing separately', async () => {
    const ada = await glue.customer();
    await add(ada);
    await add(ada, { isDefaultShipping: true });
    expect(await defaultsOf(ada)).toEqual({ shipping: [1], billing: [0] });
    const third = await add(ada);
    await ada.patch(`${ada.path}/addresses/${third}`, 200, { isDefaultBilling: true });
    expect(await defaultsOf(ada)).toEqual({ shipping: [1], billing: [2] });
    await ada.patch(`${ada.path}/addresses/${third}`, 200, { isDefaultBilling: true, isDefaultShipping: true });
    expect(await defaultsOf(ada)).toEqual({ shipping: [2], billing: [2] });
  });

  it('keep the default if an update sends false', async () => {
    const ada = await glue.customer();
    const id = await add(ada);
    const attributes = { isDefaultShipping: false, isDefaultBilling: false };
    expect(await ada.send('PATCH', `${ada.path}/addresses/${id}`, { attributes })).toEqual(
      glueResponse(200, { data: addressResource(ada, id, defaults) }),
    );
  });

  it('become the default when they are saved while there is none', async () => {
    const ada = await glue.customer();
    const [first, second, third] = [await add(ada), await add(ada), await add(ada)];
    await ada.patch(`${ada.path}/addresses/${second}`, 200, { isDefaultShipping: true });
    await ada.delete(`${ada.path}/addresses/${first}`);
    expect(await defaultsOf(ada)).toEqual({ shipping: [0], billing: [] });
    const update = { attributes: { city: 'Paris', isDefaultBilling: false } };
    expect(await ada.send('PATCH', `${ada.path}/addresses/${third}`, update)).toEqual(
      glueResponse(200, { data: addressResource(ada, third, { city: 'Paris', isDefaultBilling: true }) }),
    );
    await ada.delete(`${ada.path}/addresses/${third}`);
    await ada.delete(`${ada.path}/addresses/${second}`);
    await add(ada);
    expect(await defaultsOf(ada)).toEqual({ shipping: [0], billing: [0] });
  });

  it('become the only default when several are saved at the same time', async () => {
    const ada = await glue.customer();
    const ids = [await add(ada), await add(ada), await add(ada), await add(ada)];
    await ada.delete(`${ada.path}/addresses/${ids.shift() ?? ''}`);
    expect(await defaultsOf(ada)).toEqual({ shipping: [], billing: [] });
    await Promise.all([
      ...ids.map((id) => ada.patch(`${ada.path}/addresses/${id}`, 200, { city: 'Paris' })),
      ...ids.map(() => add(ada)),
    ]);
    const { shipping, billing } = await defaultsOf(ada);
    expect([shipping, billing]).toEqual([[expect.any(Number)], [expect.any(Number)]]);
  });

  it('become the default only if no concurrent request has added one', async () => {
    const ada = await glue.customer();
    const [first, second] = [await add(ada), await add(ada)];
    await ada.delete(`${ada.path}/addresses/${first}`);
    const other = new Client({ connectionString: shop.config.databaseUrl ?? undefined });
    await other.connect();
    try {
      await other.query('begin');
      await other.query(
        `insert into addresses (tenant, id, customer_id, created_at, is_default_shipping, is_default_billing)
          select tenant, 'concurrent', customer_id, now(), true, true from addresses where id = $1`,
        [second],
      );
      const saved = ada.patch(`${ada.path}/addresses/${second}`, 200, { city: 'Paris' });
      await waitForLockWaiters(shop, 1);
      await other.query('commit');
      expect(await saved).toMatchObject({ data: { attributes: { city: 'Paris', isDefaultShipping: false } } });
    } finally {
      await other.end();
    }
  });

  describe('without a customer in the path', () => {
    const referenceMissing = errorResponse('405', 'Customer reference is missing.');
    const missingAttributes = invalidAttributes(
      Object.fromEntries(Object.keys(newAddress).map((name) => [name, broken.missing])),
    );

    it.each<[method: string, path: string, attributes: Body | undefined, response: GlueResponse]>([
      ['GET', '/addresses', undefined, referenceMissing],
      ['GET', '/customers//addresses', undefined, referenceMissing],
      ['POST', '/addresses', newAddress, unauthorized],
      ['POST', '/addresses', {}, missingAttributes],
      ['POST', '/customers//addresses', newAddress, unauthorized],
      ['POST', '/customers//addresses', {}, missingAttributes],
      ['GET', '/addresses/unknown', undefined, unauthorized],
      ['GET', '/customers//addresses/unknown', undefined, unauthorized],
      ['PATCH', '/addresses/unknown', { city: 'Paris' }, unauthorized],
      ['PATCH', '/addresses/unknown', { city: '' }, invalidAttributes({ city: [broken.blank, broken.tooShort(3)] })],
      ['DELETE', '/addresses/unknown', undefined, unauthorized],
    ])('reject %s %s with %p', async (method, path, attributes, response) => {
      const ada = await glue.customer();
      const body = attributes && resource('addresses', attributes);
      expect(await ada.send(method, path, { body })).toEqual(response);
      expect(await glue.unauthenticated.send(method, path, { body })).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send(method, path, { body })).toEqual(invalidToken);
    });
  });

  it('can be deleted', async () => {
    const ada = await glue.customer();
    const id = await add(ada);
    expect(await ada.send('DELETE', `${ada.path}/addresses/${id}`)).toEqual(glueResponse(204));
    expect((await ada.get<CollectionDocument>(`${ada.path}/addresses`)).data).toEqual([]);
  });

  it.each(['00000000-0000-4000-8000-000000000000', 'no-uuid'])('with the unknown id %s are not found', async (id) => {
    const ada = await glue.customer();
    const missing = errorResponse('404', 'Address was not found.');
    expect(await ada.send('GET', `${ada.path}/addresses/${id}`)).toEqual(missing);
    expect(await ada.send('PATCH', `${ada.path}/addresses/${id}`, { attributes: { city: 'Paris' } })).toEqual(missing);
    expect(await ada.send('DELETE', `${ada.path}/addresses/${id}`)).toEqual(missing);
  });

  it("of other customers are not found under the caller's reference", async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    const path = `${eve.path}/addresses/${await add(ada)}`;
    const missing = errorResponse('404', 'Address was not found.');
    expect(await eve.send('GET', path)).toEqual(missing);
    expect(await eve.send('PATCH', path, { attributes: { city: 'Paris' } })).toEqual(missing);
    expect(await eve.send('DELETE', path)).toEqual(missing);
    expect((await ada.get<CollectionDocument>(`${ada.path}/addresses`)).data).toHaveLength(1);
  });

  /** Every request for a reference and an address id. */
  const calls = (reference: string, id: string): [method: string, path: string, attributes?: Body][] => [
    ['GET', `/customers/${reference}/addresses`],
    ['POST', `/customers/${reference}/addresses`, newAddress],
    ['GET', `/customers/${reference}/addresses/${id}`],
    ['PATCH', `/customers/${reference}/addresses/${id}`, { city: 'Paris' }],
    ['DELETE', `/customers/${reference}/addresses/${id}`],
  ];

  it('under the reference of another customer are rejected', async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    const id = await add(ada);
    for (const reference of [ada.reference, 'DE--999999']) {
      for (const [method, path, attributes] of calls(reference, id)) {
        expect({ method, ...(await eve.send(method, path, { attributes })) }).toEqual({ method, ...unauthorized });
      }
    }
    expect((await ada.get<CollectionDocument>(`${ada.path}/addresses`)).data).toEqual([
      addressResource(ada, id, defaults),
    ]);
  });

  it('require a valid token', async () => {
    const ada = await glue.customer();
    for (const [method, path, attributes] of calls(ada.reference, await add(ada))) {
      expect(await glue.unauthenticated.send(method, path, { attributes })).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send(method, path, { attributes })).toEqual(invalidToken);
    }
  });
});
