import {
  answered,
  Glue,
  GlueClient,
  type GlueCustomer,
  invalidToken,
  type Many,
  missingToken,
  newAddress,
  refused,
  unauthorized,
} from '../support/glue.js';
import { type Body, Shop } from '../support/shop.js';

const uuid = expect.stringMatching(/^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/);

describe('addresses', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  /** An address as the answers show one. */
  const shown = ({ path }: GlueCustomer, id: unknown, changes: Body = {}) => ({
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
  /** Which of a customer's addresses are the defaults for shipping and billing, by their place in the list. */
  const defaultsOf = async (ada: GlueCustomer) => {
    const { data } = await ada.get<Many>(`${ada.path}/addresses`);
    const of = (name: string) => data.flatMap(({ attributes }, index) => (attributes[name] ? [index] : []));
    return { shipping: of('isDefaultShipping'), billing: of('isDefaultBilling') };
  };

  it('are added, with a UUID and a place of their own; the first one is default whatever was sent', async () => {
    const ada = await glue.customer();
    const answer = await ada.send('POST', `${ada.path}/addresses`, { attributes: newAddress });
    const { id } = (answer.body as { data: { id: string } }).data;
    expect(id).toEqual(uuid);
    expect(answer).toEqual(answered(201, { data: shown(ada, id, defaults) }));
  });

  it('keep every attribute', async () => {
    const ada = await glue.customer();
    const whole = { ...newAddress, address3: 'Back door', company: 'Analytical Engines', phone: '+49 30 1234' };
    const answer = await ada.send('POST', `${ada.path}/addresses`, { attributes: { ...whole, country: 'Utopia' } });
    expect(answer).toEqual(answered(201, { data: shown(ada, uuid, { ...whole, ...defaults }) }));
  });

  it.each([
    ['FR', 'France'],
    ['GB', 'United Kingdom'],
    ['US', 'United States'],
  ])('name the country of %s', async (iso2Code, country) => {
    const ada = await glue.customer();
    const { data } = await ada.post(`${ada.path}/addresses`, 201, { ...newAddress, iso2Code, country: 'Utopia' });
    expect(data).toEqual(shown(ada, data.id, { iso2Code, country, ...defaults }));
  });

  it('are listed, oldest first', async () => {
    const ada = await glue.customer();
    const [first, second] = [await add(ada), await add(ada, { city: 'Paris' })];
    expect(await ada.send('GET', `${ada.path}/addresses`)).toEqual(
      answered(200, {
        data: [shown(ada, first, defaults), shown(ada, second, { city: 'Paris' })],
        links: { self: `http://foyer.test${ada.path}/addresses` },
      }),
    );
  });

  it('are an empty list before the first one', async () => {
    const ada = await glue.customer();
    expect(await ada.send('GET', `${ada.path}/addresses`)).toEqual(
      answered(200, { data: [], links: { self: `http://foyer.test${ada.path}/addresses` } }),
    );
  });

  it('are shown one by one', async () => {
    const ada = await glue.customer();
    const id = await add(ada);
    expect(await ada.send('GET', `${ada.path}/addresses/${id}`)).toEqual(
      answered(200, { data: shown(ada, id, defaults) }),
    );
  });

  it('need all but address3, country, company and phone', async () => {
    const ada = await glue.customer();
    const names = Object.keys(newAddress);
    expect(await ada.send('POST', `${ada.path}/addresses`, { attributes: {} })).toEqual(
      refused('901', ...names.map((name) => `${name} => This field is missing.`)),
    );
  });

  it.each(['', null])('need attributes that say something, which %p does not', async (blank) => {
    const ada = await glue.customer();
    const names = Object.keys(newAddress);
    const attributes = Object.fromEntries(names.map((name) => [name, blank]));
    const refusal = refused('901', ...names.map((name) => `${name} => This value should not be blank.`));
    expect(await ada.send('POST', `${ada.path}/addresses`, { attributes })).toEqual(refusal);
    const id = await add(ada);
    expect(await ada.send('PATCH', `${ada.path}/addresses/${id}`, { attributes })).toEqual(refusal);
    expect((await ada.get(`${ada.path}/addresses/${id}`)).data).toEqual(shown(ada, id, defaults));
  });

  it.each([
    ['salutation', 'Sir', 'The value you selected is not a valid choice.'],
    ['iso2Code', 'ZZ', 'The value you selected is not a valid choice.'],
    ['iso2Code', 'Germany', 'The value you selected is not a valid choice.'],
    ['isDefaultShipping', 'yes', 'This value should be of type bool.'],
    ['city', 5, 'This value should be of type string.'],
    ['phone', 'x'.repeat(256), 'This value is too long. It should have 255 characters or less.'],
  ])('do not take %s %p', async (name, value, text) => {
    const ada = await glue.customer();
    const refusal = refused('901', `${name} => ${text}`);
    const attributes = { [name]: value };
    expect(await ada.send('POST', `${ada.path}/addresses`, { attributes: { ...newAddress, ...attributes } })).toEqual(
      refusal,
    );
    expect(await ada.send('PATCH', `${ada.path}/addresses/${await add(ada)}`, { attributes })).toEqual(refusal);
  });

  it('change in what is sent alone', async () => {
    const ada = await glue.customer();
    const id = await add(ada, { phone: '1234', company: 'Engines' });
    const changes = { city: 'Paris', iso2Code: 'FR', phone: null };
    const now = shown(ada, id, { ...changes, company: 'Engines', country: 'France', ...defaults });
    expect(await ada.send('PATCH', `${ada.path}/addresses/${id}`, { attributes: changes })).toEqual(
      answered(200, { data: now }),
    );
    expect((await ada.get(`${ada.path}/addresses/${id}`)).data).toEqual(now);
  });

  it('take a default from the other, each kind for itself', async () => {
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

  it('are removed', async () => {
    const ada = await glue.customer();
    const id = await add(ada);
    expect(await ada.send('DELETE', `${ada.path}/addresses/${id}`)).toEqual(answered(204));
    expect((await ada.get<Many>(`${ada.path}/addresses`)).data).toEqual([]);
  });

  it.each(['00000000-0000-4000-8000-000000000000', 'no-uuid'])('that are not there are not found: %s', async (id) => {
    const ada = await glue.customer();
    const missing = refused('404', 'Address was not found.');
    expect(await ada.send('GET', `${ada.path}/addresses/${id}`)).toEqual(missing);
    expect(await ada.send('PATCH', `${ada.path}/addresses/${id}`, { attributes: { city: 'Paris' } })).toEqual(missing);
    expect(await ada.send('DELETE', `${ada.path}/addresses/${id}`)).toEqual(missing);
  });

  it("of others are not found below the caller's reference", async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    const path = `${eve.path}/addresses/${await add(ada)}`;
    const missing = refused('404', 'Address was not found.');
    expect(await eve.send('GET', path)).toEqual(missing);
    expect(await eve.send('PATCH', path, { attributes: { city: 'Paris' } })).toEqual(missing);
    expect(await eve.send('DELETE', path)).toEqual(missing);
    expect((await ada.get<Many>(`${ada.path}/addresses`)).data).toHaveLength(1);
  });

  /** Every call below a reference and an address id. */
  const calls = (reference: string, id: string): [method: string, path: string, attributes?: Body][] => [
    ['GET', `/customers/${reference}/addresses`],
    ['POST', `/customers/${reference}/addresses`, newAddress],
    ['GET', `/customers/${reference}/addresses/${id}`],
    ['PATCH', `/customers/${reference}/addresses/${id}`, { city: 'Paris' }],
    ['DELETE', `/customers/${reference}/addresses/${id}`],
  ];

  it("below another's reference are refused", async () => {
    const [ada, eve] = [await glue.customer(), await glue.customer()];
    const id = await add(ada);
    for (const reference of [ada.reference, 'DE--999999']) {
      for (const [method, path, attributes] of calls(reference, id)) {
        expect({ method, ...(await eve.send(method, path, { attributes })) }).toEqual({ method, ...unauthorized });
      }
    }
    expect((await ada.get<Many>(`${ada.path}/addresses`)).data).toEqual([shown(ada, id, defaults)]);
  });

  it('need a token', async () => {
    const ada = await glue.customer();
    for (const [method, path, attributes] of calls(ada.reference, await add(ada))) {
      expect(await glue.stranger.send(method, path, { attributes })).toEqual(missingToken);
      expect(await new GlueClient(shop, 'bad').send(method, path, { attributes })).toEqual(invalidToken);
    }
  });
});
