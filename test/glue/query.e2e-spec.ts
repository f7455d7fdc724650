import { Glue, type GlueCustomer, type CollectionDocument, newAddress } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('a query', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const customerWithAddresses = async (): Promise<{ ada: GlueCustomer; ids: string[] }> => {
    const ada = await glue.customer();
    const ids: string[] = [];
    for (const city of ['Berlin', 'Paris', 'Rome']) {
      ids.push((await ada.post(`${ada.path}/addresses`, 201, { ...newAddress, city })).data.id);
    }
    return { ada, ids };
  };

  it('with include=addresses adds relationships and addresses to one customer and to a list', async () => {
    const { ada, ids } = await customerWithAddresses();
    const addresses = (await ada.get<CollectionDocument>(`${ada.path}/addresses`)).data;
    const data = ids.map((id) => ({ type: 'addresses', id }));
    const one = await ada.get(`${ada.path}?include=addresses`);
    const plain = await ada.get(ada.path);
    const self = `http://foyer.test${ada.path}?include=addresses`;
    expect(one).toEqual({
      data: { ...plain.data, links: { self }, relationships: { addresses: { data } } },
      included: addresses,
    });
    expect(await ada.get<CollectionDocument>('/customers?include=addresses')).toEqual({
      data: [{ ...plain.data, relationships: { addresses: { data } } }],
      links: { self: 'http://foyer.test/customers?include=addresses' },
      included: addresses,
    });
  });

  it('with include=addresses adds them to the response to an update', async () => {
    const { ada, ids } = await customerWithAddresses();
    const { data, included } = await ada.patch(`${ada.path}?include=addresses`, 200, { firstName: 'Augusta' });
    expect(data.relationships).toEqual({ addresses: { data: ids.map((id) => ({ type: 'addresses', id })) } });
    expect(included?.map(({ id }) => id)).toEqual(ids);
  });

  it('with include=addresses adds empty lists for a customer without addresses', async () => {
    const ada = await glue.customer();
    const { data, included } = await ada.get(`${ada.path}?include=addresses`);
    expect({ ...data.relationships, included }).toEqual({ addresses: { data: [] }, included: [] });
  });

  it('without include, or with unknown resources, adds nothing', async () => {
    const { ada } = await customerWithAddresses();
    for (const query of ['', '?include=', '?include=carts,orders']) {
      const { data, ...rest } = await ada.get(`${ada.path}${query}`);
      expect(rest).toEqual({});
      expect(Object.keys(data).sort()).toEqual(['attributes', 'id', 'links', 'type']);
    }
  });

  it('with fields limits the attributes of the named types', async () => {
    const { ada } = await customerWithAddresses();
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
  ])('with %s pages a list', async (query, indexes) => {
    const { ada, ids } = await customerWithAddresses();
    const path = `${ada.path}/addresses?${query}`;
    const { data, links } = await ada.get<CollectionDocument>(path);
    expect(data.map(({ id }) => id)).toEqual(indexes.map((index) => ids[index]));
    expect(links).toEqual({ self: `http://foyer.test${path}` });
  });

  it('with page[offset] pages the list of customers', async () => {
    const { ada } = await customerWithAddresses();
    const response = await ada.get<CollectionDocument>('/customers?include=addresses&page[offset]=1');
    expect({ ...response, links: {} }).toEqual({ data: [], links: {} });
  });
});
