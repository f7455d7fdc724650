import { validationError, notAuthorized } from './support/responses.js';
import { expectErrorMessage } from './support/errors.js';
import { type Response, type Body, Shop, type ApiClient } from './support/shop.js';
import { rows } from './support/rows.js';
import { databaseFingerprint } from './support/database-fingerprint.js';

type Found = Response<Body[]>;

describe('the customer search', () => {
  let shop: Shop;
  let staff: ApiClient;
  /** The creation time of each customer. */
  const createdAt: Record<string, string> = {};

  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', restrictions: ['DE'] });
    staff = await shop.serviceClient();
    const customers: Record<string, Body> = {
      ada: {
        contactEmail: 'Ada+shop@example.com',
        firstName: 'Ada',
        lastName: 'Byron',
        company: 'Engines',
        b2b: { companyRegistrationId: '1' },
        mixins: {
          loyalty: { points: 20, code: 'xABCy', gold: true, seen: '2021-05-18T07:27:27.455Z', tags: ['a', 'b'] },
        },
      },
      bob: {
        contactEmail: 'bob@example.com',
        firstName: 'Bob',
        lastName: 'de "la" Cruz',
        company: 'Engines',
        restriction: 'DE',
        mixins: { loyalty: { points: 30, code: 'AB CD', gold: false, seen: '2021-05-20T07:27:27.455Z', note: null } },
      },
      cleo: { firstName: 'Cleo', type: 'CONTACT', mixins: { name: { en: 'Yoghurt im Glas' } } },
      dan: { firstName: 'Dan', lastName: "O'Hara", mixins: { name: { en: 'apple' }, loyalty: { points: 5.5 } } },
    };
    for (const [id, body] of Object.entries(customers)) {
      shop.advanceClock(60);
      await staff.post('/customers', 201, { id, ...body });
      createdAt[id] = String((await staff.get(`/customers/${id}`)).metadataCreatedAt);
    }
    await staff.patch('/customers/dan', 200, { active: false });
    await staff.post('/customers/ada/addresses', 201, { contactName: 'Ada', city: 'London' });
    await staff.post('/customers/ada/addresses', 201, { contactName: 'Ada', city: 'Rome' });
  });
  afterAll(() => shop.close());

  const list = async (parameters: Record<string, string>, headers: Record<string, string> = {}): Promise<Found> =>
    staff.send('GET', `/customers?${new URLSearchParams(parameters).toString()}`, { headers });
  const search = async (q: unknown, query = ''): Promise<Found> =>
    staff.send('POST', `/customers/search${query}`, { body: { q } });
  const numbers = ({ status, text, body }: Found): unknown[] => {
    if (status !== 200) throw new Error(text);
    return body.map(({ id }) => id);
  };
  /** The customers that both GET and POST return. */
  const found = async (q: string): Promise<unknown[]> => {
    const [listed, searched] = [numbers(await list({ q })), numbers(await search(q))];
    expect(searched).toEqual(listed);
    return listed;
  };

  it.each<[string, string, string[]]>([
    ['equality', 'firstName:Ada', ['ada']],
    ['equality with the whole value only', 'firstName:Ad', []],
    ['case-sensitive equality', 'firstName:ada', []],
    ['a quoted value', 'lastName:"de \\"la\\" Cruz"', ['bob']],
    ['a value with an SQL quotation mark', "lastName:O'Hara", ['dan']],
    ['an e-mail with a plus, ignoring case', 'contactEmail:ada+SHOP@example.com', ['ada']],
    ['the login e-mail', 'accounts.id:bob@example.com', ['bob']],
    ['the customer number', 'customerNumber:cleo', ['cleo']],
    ['the reference', 'reference:DE--2', ['bob']],
    ['a language map', 'mixins.name.en:apple', ['dan']],
    ['a nested mixin field', 'mixins.loyalty.points:20', ['ada']],
    ['a nested field', 'b2b.companyRegistrationId:1', ['ada']],
    ['an element of an array', 'mixins.loyalty.tags:b', ['ada']],
    ['an address', 'addresses.city:Rome', ['ada']],
    ['greater', 'mixins.loyalty.points:>20', ['bob']],
    ['greater or equal', 'mixins.loyalty.points:>=20', ['ada', 'bob']],
    ['less', 'mixins.loyalty.points:<20', ['dan']],
    ['less or equal', 'mixins.loyalty.points:<=20', ['ada', 'dan']],
    ['a range', 'mixins.loyalty.points:(>=10 AND <=20)', ['ada']],
    ['a numeric range (not compared as text)', 'mixins.loyalty.points:(>=5 AND <20)', ['dan']],
    [
      'a date in a mixin',
      'mixins.loyalty.seen:(>="2021-05-18T07:27:27.455Z" AND <"2021-05-20T07:27:27.455Z")',
      ['ada'],
    ],
    ['a boolean', 'active:true', ['ada', 'bob', 'cleo']],
    ['a false boolean', 'active:false', ['dan']],
    ['a boolean in a mixin', 'mixins.loyalty.gold:true', ['ada']],
    ['null', 'company:null', ['cleo', 'dan']],
    ['null or absent in a mixin', 'mixins.loyalty.note:null', ['ada', 'bob', 'cleo', 'dan']],
    ['exists', 'mixins.loyalty:exists', ['ada', 'bob', 'dan']],
    ['missing', 'mixins.loyalty:missing', ['cleo']],
    ['missing for a field', 'lastName:missing', ['cleo']],
    ['one of several values', 'id:(ada,cleo,nobody)', ['ada', 'cleo']],
    ['one of several quoted values', 'firstName:("Bob","Cleo")', ['bob', 'cleo']],
    ['several fields that all match', 'company:Engines mixins.loyalty.points:30', ['bob']],
    ['several fields of which one does not match', 'company:Engines firstName:Cleo', []],
    ['a regular expression that matches anywhere', 'mixins.loyalty.code:~ABC', ['ada']],
    ['a regular expression with blanks', 'mixins.loyalty.code:(~AB CD)', ['bob']],
    ['a regular expression with blanks in a group', 'mixins.name.en:~(Yoghurt im)', ['cleo']],
    ['a regular expression with anchors', 'firstName:~^[AB].*[ab]$', ['ada', 'bob']],
    ['a type', 'type:CONTACT', ['cleo']],
    ['a restriction', 'restriction:DE', ['bob']],
    ['an empty query', ' ', ['ada', 'bob', 'cleo', 'dan']],
  ])('supports %s: %s', async (_form, q, ids) => {
    expect(await found(q)).toEqual(ids);
  });

  it('supports dates with millisecond precision', async () => {
    expect(await found(`metadataCreatedAt:(>="${createdAt.bob}" AND <"${createdAt.dan}")`)).toEqual(['bob', 'cleo']);
    expect(await found(`metadataCreatedAt:>"${createdAt.cleo}"`)).toEqual(['dan']);
    expect(await found(`metadataCreatedAt:"${createdAt.cleo}"`)).toEqual(['cleo']);
  });

  it('returns all customers without q, oldest first', async () => {
    expect(numbers(await list({}))).toEqual(['ada', 'bob', 'cleo', 'dan']);
    expect(numbers(await staff.send('POST', '/customers/search'))).toEqual(['ada', 'bob', 'cleo', 'dan']);
  });

  it.each([
    ['firstName:', 'a value is missing', 11],
    ['Ada --', 'has no letter or digit', 5],
    ['firstName:Ada nonsense:1', 'nonsense', 15],
    ['active:maybe', 'active', 8],
    ['metadataCreatedAt:yesterday', 'metadataCreatedAt', 19],
    ['firstName:>20', 'firstName', 1],
    ['id:(a,', 'a value is missing', 7],
    ['mixins..a:1', 'empty key', 1],
    ['compoundLogicalQuery:((id:a) OR (id:b))', 'compoundLogicalQuery', 1],
    ['firstName:"Ada', 'quote', 11],
  ])('rejects %s and names the problem and its position', async (q, what, at) => {
    for (const response of [await list({ q }), await search(q)]) {
      expect(response.body).toEqual(validationError('q'));
      const { message } = response.body as unknown as { message: string };
      expect(message).toContain(what);
      expect(message).toContain(`at character ${at}:`);
    }
  });

  it.each([[{ a: 1 }], [7], [['firstName:Ada']], [true]])('rejects %j as q', async (q) => {
    expect((await search(q)).body).toEqual(validationError('q'));
  });

  it('treats null as no q', async () => {
    expect(numbers(await search(null))).toEqual(['ada', 'bob', 'cleo', 'dan']);
  });

  it('rejects q given twice', async () => {
    expect((await staff.send('GET', '/customers?q=id:ada&q=id:bob')).body).toEqual(validationError('q'));
  });

  it.each([
    'firstName:"\'; drop table customers; --"',
    "firstName:' or '1'='1",
    'firstName:$1',
    'firstName:%',
    'firstName:?',
    "mixins.a'b.c:1",
    'mixins.a".c:1',
    'mixins.{a}:1',
    'mixins.constructor:exists',
    'mixins.__proto__.x:1',
    'mixins.a.$[*]:1',
  ])('treats %s as a value and finds no customer', async (q) => {
    const before = await databaseFingerprint(shop);
    const response = await search(q);
    if (response.status === 200) expect(response.body).toEqual([]);
    else expectErrorMessage(response as unknown as Response);
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it.each([
    'constructor:x',
    '__proto__:x',
    'password_hash:exists',
    'c.id:ada',
    'tenant:shop',
    "id'--:x",
    'a\0b:1',
    'id:a\0',
  ])('rejects %j', async (q) => {
    for (const response of [await list({ q }), await search(q)]) expect(response.body).toEqual(validationError('q'));
  });

  it.each(['firstName:~[z-a]', 'firstName:~(a', 'firstName:~a**', 'firstName:~(a)\\1', 'firstName:~(?=a)'])(
    'rejects the invalid or unsupported regular expression %s',
    async (q) => {
      for (const response of [await list({ q }), await search(q)]) expect(response.body).toEqual(validationError('q'));
    },
  );

  describe('for words without a field', () => {
    const people = {
      grace: {
        firstName: 'Grace',
        lastName: 'Brewster Hopper',
        company: 'Eckert-Mauchly',
        email: 'amazing@navy.example',
      },
      joerg: { firstName: 'Jo\u0308rg', lastName: 'Österreicher', contactEmail: 'kontakt+shop@words.example' },
    };
    const ids: Record<string, string> = {};
    beforeAll(async () => {
      await shop.addTenant('words');
      const employee = await shop.serviceClient(undefined, 'words');
      for (const [name, body] of Object.entries(people)) {
        ids[name] = (await employee.post<{ id: string }>('/customers', 201, body)).id;
      }
      const { email } = people.grace;
      await rows(
        shop,
        `insert into accounts (tenant, email, customer_id, created_at) values ('words', $1, $2, now())
        on conflict do nothing`,
        [email, ids.grace],
      );
    });
    const foundNames = async (q: string): Promise<string[]> => {
      const employee = await shop.serviceClient(undefined, 'words');
      const customers = await employee.post<{ id: string }[]>('/customers/search', 200, { q });
      return customers.map(({ id }) => Object.keys(ids).find((name) => ids[name] === id) ?? id);
    };

    it.each([
      ['a first name in any letter case', 'GRACE', ['grace']],
      ['the beginning of a word', 'hopp', ['grace']],
      ['words of several fields in any order', 'mauchly brew grace', ['grace']],
      ['words of which one is not there', 'grace lovelace', []],
      ['the end of a word', 'opper', []],
      ['a login e-mail', 'amazing@navy.example', ['grace']],
      ['a contact e-mail and a name', 'jörg kontakt+shop@words', ['joerg']],
      ['a capital letter outside ASCII', 'öster', ['joerg']],
      ['words and a term with a field', 'jörg active:true', []],
      ['words of another tenant', 'ada', []],
    ])('finds %s', async (_what, q, names) => {
      expect(await foundNames(q)).toEqual(names);
    });

    it('finds a customer number and a reference', async () => {
      const employee = await shop.serviceClient(undefined, 'words');
      const { reference } = await employee.get(`/customers/${ids.grace}`);
      expect(await foundNames((ids.grace ?? '').slice(0, 9))).toEqual(['grace']);
      expect(await foundNames(String(reference).toLowerCase())).toEqual(['grace']);
    });

    it('treats a reference as one word', async () => {
      const employee = await shop.serviceClient(undefined, 'words');
      const { reference } = await employee.get<{ reference: string }>(`/customers/${ids.grace}`);
      const [, digits = ''] = reference.split('--');
      const number = `${digits}999`;
      await employee.put(`/customers/${number}`, 201, { email: 'ida@number.example', firstName: 'Ida' });
      expect(await foundNames(reference)).toEqual(['grace']);
      expect(await foundNames(`grace ${reference}`)).toEqual(['grace']);
      expect(await foundNames(number)).toEqual([number]);
    });

    it('follows changes of names and of the login e-mail', async () => {
      const employee = await shop.serviceClient(undefined, 'words');
      const { id } = await employee.post<{ id: string }>('/customers', 201, {
        email: 'before@change.example',
        firstName: 'Sarah',
      });
      ids.sarah = id;
      await rows(
        shop,
        `insert into accounts (tenant, email, customer_id, created_at) values ('words', 'before@change.example', $1, now())
        on conflict do nothing`,
        [id],
      );
      expect(await foundNames('sarah before@change.example')).toEqual(['sarah']);
      await employee.patch(`/customers/${id}`, 200, { firstName: 'Zara', contactEmail: 'contact@change.example' });
      await rows(
        shop,
        `update accounts set email = 'after@change.example' where tenant = 'words' and customer_id = $1`,
        [id],
      );
      expect(await foundNames('sarah')).toEqual([]);
      expect(await foundNames('before@change.example')).toEqual([]);
      expect(await foundNames('zara after@change.example contact@change.example')).toEqual(['sarah']);
      await employee.delete(`/customers/${id}`, 202);
      expect(await foundNames('zara')).toEqual([]);
    });

    it('pages through a word in the order of creation', async () => {
      const employee = await shop.serviceClient(undefined, 'words');
      const created = [];
      for (const firstName of ['Common', 'Common', 'Common']) {
        created.push((await employee.post<{ id: string }>('/customers', 201, { firstName })).id);
      }
      const pages = [];
      for (const page of [1, 2, 3]) {
        const path = `/customers?q=common&pageSize=1&pageNumber=${page}`;
        pages.push(...(await employee.get<{ id: string }[]>(path)).map(({ id }) => id));
      }
      expect(pages).toEqual(created);
      const descending = await employee.get<{ id: string }[]>('/customers?q=common&sort=metadataCreatedAt:desc');
      expect(descending.map(({ id }) => id)).toEqual(created.toReversed());
    });

    it('stores names in NFC, and finds both forms', async () => {
      const employee = await shop.serviceClient(undefined, 'words');
      expect((await employee.get(`/customers/${ids.joerg}`)).firstName).toBe('J\u00f6rg');
      for (const q of ['J\u00f6rg', 'Jo\u0308rg', 'firstName:Jo\u0308rg'])
        expect(await foundNames(q)).toEqual(['joerg']);
    });

    it('requires a field in lists of companies', async () => {
      const response = await shop.send('GET', '/customer-management/shop/legal-entities?q=engines', {
        headers: { authorization: `Bearer ${staff.token}` },
      });
      expect(response.status).toBe(400);
      expect(response.text).toContain("':' is missing after 'engines'");
    });
  });

  describe('sorting', () => {
    it('sorts names by language, not by bytes', async () => {
      await shop.addTenant('sorted');
      const employee = await shop.serviceClient(undefined, 'sorted');
      for (const lastName of ['Zuse', 'österreicher', 'Pascal', 'Özil', 'Nobel']) {
        await employee.post('/customers', 201, { lastName });
      }
      const sorted = await employee.get<{ lastName: string }[]>('/customers?sort=lastName');
      expect(sorted.map(({ lastName }) => lastName)).toEqual(['Nobel', 'österreicher', 'Özil', 'Pascal', 'Zuse']);
    });

    it.each([
      ['firstName', ['ada', 'bob', 'cleo', 'dan']],
      ['firstName:asc', ['ada', 'bob', 'cleo', 'dan']],
      ['firstName:desc', ['dan', 'cleo', 'bob', 'ada']],
      ['mixins.name.en:desc', ['dan', 'cleo', 'ada', 'bob']],
      ['mixins.loyalty.points', ['dan', 'ada', 'bob', 'cleo']],
      ['metadataCreatedAt:desc', ['dan', 'cleo', 'bob', 'ada']],
      ['company:desc,firstName:desc', ['bob', 'ada', 'dan', 'cleo']],
      ['company:desc:firstName:DESC', ['bob', 'ada', 'dan', 'cleo']],
    ])('sorts by %s', async (sort, ids) => {
      expect(numbers(await list({ sort }))).toEqual(ids);
      expect(numbers(await search('', `?sort=${encodeURIComponent(sort)}`))).toEqual(ids);
    });

    it.each(['nonsense', 'firstName:up', 'firstName:asc:desc', 'addresses.city', 'id;drop table customers', ','])(
      'rejects %s',
      async (sort) => {
        expect((await list({ sort })).body).toEqual(validationError('sort'));
        expect((await search('', `?sort=${encodeURIComponent(sort)}`)).body).toEqual(validationError('sort'));
      },
    );

    it('treats a quotation mark like any other key', async () => {
      expect(numbers(await list({ sort: "mixins.'" }))).toEqual(['ada', 'bob', 'cleo', 'dan']);
    });
  });

  describe('paging', () => {
    it('returns pages of the given size and counts their entries', async () => {
      const page = async (pageNumber: string): Promise<unknown> => {
        const response = await list({ pageNumber, pageSize: '3', sort: 'firstName' });
        return { ids: numbers(response), count: Number(response.headers.count) };
      };
      expect(await page('1')).toEqual({ ids: ['ada', 'bob', 'cleo'], count: 3 });
      expect(await page('2')).toEqual({ ids: ['dan'], count: 1 });
      expect(await page('3')).toEqual({ ids: [], count: 0 });
      expect(numbers(await search('active:true', '?pageNumber=2&pageSize=2'))).toEqual(['cleo']);
    });

    it('returns the total only for X-Total-Count: true', async () => {
      const total = async (value?: string): Promise<unknown> => {
        const headers: Record<string, string> = value ? { 'x-total-count': value } : {};
        return (await list({ q: 'active:true', pageSize: '2' }, headers)).headers['x-total-count'];
      };
      expect(Number(await total('true'))).toBe(3);
      expect(await total('false')).toBeUndefined();
      expect(await total()).toBeUndefined();
      const body = { q: 'active:true' };
      const searched = await staff.send('POST', '/customers/search', { body, headers: { 'x-total-count': 'true' } });
      expect(Number(searched.headers['x-total-count'])).toBe(3);
    });

    it('exposes both counts to browsers', async () => {
      const { headers } = await list({}, { origin: 'https://back-office.example' });
      expect(headers['access-control-expose-headers']).toMatch(/\bCount\b.*\bX-Total-Count\b/);
    });

    it.each([
      ['pageNumber=0&pageSize=5', 'pageNumber'],
      ['pageNumber=one&pageSize=5', 'pageNumber'],
      ['pageNumber=1.5&pageSize=5', 'pageNumber'],
      ['pageSize=0', 'pageSize'],
      ['pageSize=-1', 'pageSize'],
      ['pageSize=', 'pageSize'],
      ['pageSize=1000000000', 'pageSize'],
      ['pageNumber=1', 'pageSize'],
    ])('rejects %s', async (query, field) => {
      expect((await staff.send('GET', `/customers?${query}`)).body).toEqual(validationError(field));
      expect((await search('', `?${query}`)).body).toEqual(validationError(field));
    });
  });

  it('returns addresses and mixins only with expand', async () => {
    const expanded = async (expand: string): Promise<unknown> => {
      const [listed] = (await list({ q: 'id:ada', expand })).body;
      const [searched] = (await search('id:ada', `?expand=${expand}`)).body;
      expect(searched).toEqual(listed);
      const { addresses, defaultAddress, mixins } = listed as { addresses?: Body[] } & Body;
      return { cities: addresses?.map(({ city }) => city), home: (defaultAddress as Body)?.city, mixins };
    };
    const loyalty = expect.objectContaining({ points: 20 }) as unknown;
    expect(await expanded('')).toEqual({});
    expect(await expanded('addresses')).toEqual({ cities: ['London', 'Rome'], home: 'London' });
    expect(await expanded('mixin:*,addresses')).toEqual({
      cities: ['London', 'Rome'],
      home: 'London',
      mixins: { loyalty },
    });
    expect(await expanded('accounts')).toEqual({});
    expect((await list({ q: 'id:ada', expand: 'accounts' })).body).toMatchObject([
      { accounts: [{ id: 'ada+shop@example.com' }] },
    ]);
  });

  it('ignores Accept-Language and Content-Language', async () => {
    expect(numbers(await list({ q: 'id:ada' }, { 'accept-language': '*', 'content-language': 'de' }))).toEqual(['ada']);
  });

  it('requires customer_read and returns customers of the tenant only', async () => {
    const writer = await shop.serviceClient('customer.customer_manage');
    expect(await writer.get('/customers', 403)).toEqual(notAuthorized);
    expect(await writer.post('/customers/search', 403, {})).toEqual(notAuthorized);
    await shop.addTenant('other');
    const other = await shop.serviceClient(undefined, 'other');
    expect(await other.get('/customers')).toEqual([]);
    expect(await other.post('/customers/search', 200, { q: 'addresses.city:Rome' })).toEqual([]);
  });
});
