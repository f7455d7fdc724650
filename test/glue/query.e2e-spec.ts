import { Glue, type GlueCustomer, type CollectionDocument, errorWithoutCode, newAddress } from '../support/glue.js';
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
    const links = { self: `http://foyer.test${ada.path}?include=addresses` };
    const customer = { ...plain.data, links, relationships: { addresses: { data } } };
    expect(one).toEqual({ data: customer, included: addresses });
    expect(await ada.get<CollectionDocument>('/customers?include=addresses')).toEqual({
      data: [customer],
      links: { self: 'http://foyer.test/customers?include=addresses' },
      included: addresses,
    });
  });

  it('with include=addresses adds them to the response to an update', async () => {
    const { ada, ids } = await customerWithAddresses();
    const query = 'include=carts,%20addresses';
    const { data, included } = await ada.patch(`${ada.path}?${query}`, 200, { firstName: 'Augusta' });
    expect(data.relationships).toEqual({ addresses: { data: ids.map((id) => ({ type: 'addresses', id })) } });
    expect(included?.map(({ id }) => id)).toEqual(ids);
  });

  it('with include=addresses adds nothing for a customer without addresses', async () => {
    const ada = await glue.customer();
    const { data, ...rest } = await ada.get(`${ada.path}?include=addresses`);
    expect(rest).toEqual({});
    expect(Object.keys(data).sort()).toEqual(['attributes', 'id', 'links', 'type']);
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

  describe('with page[offset] and page[limit] pages a list', () => {
    let ada: GlueCustomer;
    let ids: string[];
    beforeAll(async () => ({ ada, ids } = await customerWithAddresses()));

    const pageUrl = (offset: number, limit: number, rest = ''): string =>
      `http://foyer.test/addresses?${rest}page[offset]=${offset}&page[limit]=${limit}`;

    it.each<[offset: number, limit: number, indexes: number[], links: Record<string, [number, number]>]>([
      [0, 2, [0, 1], { first: [0, 2], last: [2, 2], next: [2, 2] }],
      [2, 2, [2], { first: [0, 2], last: [2, 2], prev: [0, 2] }],
      [1, 1, [1], { first: [0, 1], last: [2, 1], prev: [0, 1], next: [2, 1] }],
      [1, 2, [1, 2], { first: [0, 2], last: [2, 2], prev: [0, 2] }],
      [0, 3, [0, 1, 2], { first: [0, 3], last: [0, 3] }],
      [3, 3, [], { first: [0, 3], last: [0, 3], prev: [0, 3] }],
      [0, 5000, [0, 1, 2], { first: [0, 1000], last: [0, 1000] }],
    ])('from %i, at most %i', async (offset, limit, indexes, expected) => {
      const path = `${ada.path}/addresses?page[offset]=${offset}&page[limit]=${limit}`;
      const { data, links } = await ada.get<CollectionDocument>(path);
      expect(data.map(({ id }) => id)).toEqual(indexes.map((index) => ids[index]));
      const pages = Object.entries(expected).map(([name, [start, size]]) => [name, pageUrl(start, size)]);
      expect(links).toEqual({ self: `http://foyer.test${path}`, ...Object.fromEntries(pages) });
    });

    it('with the rest of the query in its links', async () => {
      const path = `${ada.path}/addresses?fields[addresses]=city&page[offset]=1&page[limit]=1&x=a%26b`;
      const { links } = await ada.get<CollectionDocument>(path);
      const rest = 'fields[addresses]=city&x=a%26b&';
      expect(links).toEqual({
        self: `http://foyer.test${decodeURIComponent(path)}`,
        first: pageUrl(0, 1, rest),
        last: pageUrl(2, 1, rest),
        prev: pageUrl(0, 1, rest),
        next: pageUrl(2, 1, rest),
      });
      expect(
        (await ada.get<CollectionDocument>(links.next?.replace('http://foyer.test', ada.path) ?? '')).data,
      ).toHaveLength(1);
    });

    it('with no links but its own if it is empty', async () => {
      const eve = await glue.customer();
      const path = `${eve.path}/addresses?page[offset]=0&page[limit]=10`;
      expect(await eve.get(path)).toEqual({ data: [], links: { self: `http://foyer.test${path}` } });
    });

    it('of customers, too', async () => {
      const page = 'page[offset]=0&page[limit]=1';
      const { data, links } = await ada.get<CollectionDocument>(`/customers?${page}`);
      expect(data.map(({ id }) => id)).toEqual([ada.reference]);
      const url = `http://foyer.test/customers?${page}`;
      expect(links).toEqual({ self: url, first: url, last: url });
    });

    it('and has the same links if the path ends in a slash', async () => {
      const { links } = await ada.get<CollectionDocument>(`${ada.path}/addresses/?page[offset]=3&page[limit]=3`);
      expect(links).toMatchObject({ first: pageUrl(0, 3), last: pageUrl(0, 3), prev: pageUrl(0, 3) });
    });

    it('but not with page[limit] alone', async () => {
      const path = `${ada.path}/addresses?page[limit]=1`;
      const { data, links } = await ada.get<CollectionDocument>(path);
      expect(data.map(({ id }) => id)).toEqual(ids);
      expect(links).toEqual({ self: `http://foyer.test${path}` });
    });

    it.each([
      'page[offset]=1',
      'page[offset]=0&page[limit]=0',
      'page[limit]=0',
      'page[offset]=-1&page[limit]=10',
      'page[offset]=0&page[limit]=-1',
      'page[offset]=1e3&page[limit]=1',
      'page[offset]=0&page[limit]=many',
      'page[offset]=&page[limit]=1',
      'page[offset]=0&page[limit]=99999999999999999999',
      'page[offset]=0&page[limit]=1&page[limit]=2',
    ])('but not with %s', async (query) => {
      const invalid = errorWithoutCode(400, 'Pagination parameters are invalid.');
      for (const path of [
        `${ada.path}/addresses`,
        ada.path,
        '/customers',
        '/customer-access',
        '/agent-customer-search',
      ]) {
        expect(await ada.send('GET', `${path}?${query}`)).toEqual(invalid);
        // Before the token.
        expect(await glue.unauthenticated.send('GET', `${path}?${query}`)).toEqual(invalid);
      }
      for (const body of [undefined, '{']) {
        expect(await glue.unauthenticated.send('POST', `/customers?${query}`, { body })).toEqual(invalid);
      }
      expect(await glue.unauthenticated.send('GET', `/nowhere?${query}`)).toEqual(errorWithoutCode(404, 'Not Found'));
    });
  });

  it('must have at most 1000 characters, because every link repeats it', async () => {
    const { ada } = await customerWithAddresses();
    const longest = `${ada.path}/addresses?x=${'%01'.repeat(332)}yz`;
    expect((await ada.get<CollectionDocument>(longest)).data).toHaveLength(3);
    expect(await ada.send('GET', `${longest}!`)).toEqual(errorWithoutCode(414, 'The query is too long.'));
  });
});
