import { Glue, type GlueCustomer, type Many, newAddress } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('a query', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const reading = async (): Promise<{ ada: GlueCustomer; ids: string[] }> => {
    const ada = await glue.customer();
    const ids: string[] = [];
    for (const city of ['Berlin', 'Paris', 'Rome']) {
      ids.push((await ada.post(`${ada.path}/addresses`, 201, { ...newAddress, city })).data.id);
    }
    return { ada, ids };
  };

  it('with include=addresses adds relationships and the addresses, of one and of a list', async () => {
    const { ada, ids } = await reading();
    const addresses = (await ada.get<Many>(`${ada.path}/addresses`)).data;
    const data = ids.map((id) => ({ type: 'addresses', id }));
    const one = await ada.get(`${ada.path}?include=addresses`);
    const alone = await ada.get(ada.path);
    const self = `http://foyer.test${ada.path}?include=addresses`;
    expect(one).toEqual({
      data: { ...alone.data, links: { self }, relationships: { addresses: { data } } },
      included: addresses,
    });
    expect(await ada.get<Many>('/customers?include=addresses')).toEqual({
      data: [{ ...alone.data, relationships: { addresses: { data } } }],
      links: { self: 'http://foyer.test/customers?include=addresses' },
      included: addresses,
    });
  });

  it('with include=addresses adds them to the answer to a change too', async () => {
    const { ada, ids } = await reading();
    const { data, included } = await ada.patch(`${ada.path}?include=addresses`, 200, { firstName: 'Augusta' });
    expect(data.relationships).toEqual({ addresses: { data: ids.map((id) => ({ type: 'addresses', id })) } });
    expect(included?.map(({ id }) => id)).toEqual(ids);
  });

  it('with include=addresses of none adds empty lists', async () => {
    const ada = await glue.customer();
    const { data, included } = await ada.get(`${ada.path}?include=addresses`);
    expect({ ...data.relationships, included }).toEqual({ addresses: { data: [] }, included: [] });
  });

  it('includes nothing that was not asked for, or that nobody knows', async () => {
    const { ada } = await reading();
    for (const query of ['', '?include=', '?include=carts,orders']) {
      const { data, ...rest } = await ada.get(`${ada.path}${query}`);
      expect(rest).toEqual({});
      expect(Object.keys(data).sort()).toEqual(['attributes', 'id', 'links', 'type']);
    }
  });

  it('with fields cuts attributes, of the type that they name', async () => {
    const { ada } = await reading();
    const query = 'include=addresses&fields[customers]=firstName,email,unknown&fields[addresses]=city';
    const { data, included } = await ada.get(`${ada.path}?${query}`);
    expect(data.attributes).toEqual({ firstName: 'Ada', email: ada.email });
    expect(included?.map(({ attributes }) => attributes)).toEqual(
      ['Berlin', 'Paris', 'Rome'].map((city) => ({ city })),
    );
  });

  it.each([
    ['page[limit]=2', [0, 1]],
    ['page[limit]=2&page[offset]=2', [2]],
    ['page[offset]=1', [1, 2]],
    ['page[offset]=3', []],
    ['page[limit]=many&page[offset]=-1', [0, 1, 2]],
  ])('with %s pages a list', async (query, places) => {
    const { ada, ids } = await reading();
    const path = `${ada.path}/addresses?${query}`;
    const { data, links } = await ada.get<Many>(path);
    expect(data.map(({ id }) => id)).toEqual(places.map((place) => ids[place]));
    expect(links).toEqual({ self: `http://foyer.test${path}` });
  });

  it('pages the list of customers too', async () => {
    const { ada } = await reading();
    const answer = await ada.get<Many>('/customers?include=addresses&page[offset]=1');
    expect({ ...answer, links: {} }).toEqual({ data: [], links: {} });
  });
});
