import { dropDatabase, sql } from './support/database.js';
import { Service, environment, newShopDatabase, type ServiceResponse } from './support/server.js';

const MAX_ADDRESSES = 100;
const JSON_TYPE = { 'content-type': 'application/json' };
const passwordHash = '1:10000:abcdefgh:ijklmnop';

/** Mixins whose JSON has `size` characters. */
const mixins = (size: number): object => ({ a: { b: 'x'.repeat(size - 14) } });

interface ErrorBody {
  message: string;
  details: { field: string; message: string }[];
}

/** The service runs with the memory limit of `npm start`. */
describe('oversized input', () => {
  let database: string;
  let service: Service;
  beforeAll(async () => {
    database = await newShopDatabase({ activation: 'none' });
    service = await Service.start(environment(database, { STORES: 'DE=shop' }));
  });
  afterEach(async () => expect(await service.respondsOk('/health/live')).toBe(true));
  afterAll(async () => {
    await service.stop();
    await dropDatabase(database);
  });

  const importCustomers = <T = ErrorBody>(body: unknown, token?: string): Promise<ServiceResponse<T>> =>
    service.send<T>('POST', '/customer/shop/customers/import', { body, token, seconds: 55 });

  const nested = '['.repeat(5e6) + ']'.repeat(5e6);
  const many = `[${'{},'.repeat(3.4e6)}{}]`;

  describe('in an import', () => {
    it('is not read before the caller is authorized', async () => {
      const visitor = await service.anonymousToken();
      const reader = await service.serviceToken('customer.customer_read');
      for (const [token, status] of [
        [undefined, 401],
        ['nonsense', 401],
        [visitor, 403],
        [reader, 403],
      ] as const) {
        const response = await importCustomers('[]', token);
        expect({ token, status: response.status }).toEqual({ token, status });
        expect(response.headers.get('connection')).toBe('close');
      }
      // A client that keeps sending may lose the response when the connection closes.
      for (const body of [nested, many]) {
        expect(
          await importCustomers(body).then(
            ({ status }) => status,
            () => 401,
          ),
        ).toBe(401);
      }
    });

    it('is rejected before JSON parsing', async () => {
      const token = await service.serviceToken();
      for (const [body, message] of [
        [nested, 'the value is nested too deeply'],
        [many, 'the value contains too many values'],
      ] as const) {
        const response = await importCustomers(body, token);
        expect([response.status, response.body.message]).toEqual([400, message]);
      }
    });

    it('of ten valid megabytes hardly delays other requests', async () => {
      const token = await service.serviceToken('customer.import_manage');
      const items = (name: string): object[] =>
        Array.from({ length: 200 }, (_, index) => ({
          mixins: mixins(50_000),
          account: { email: `${name}-${index}@example.com`, passwordHash },
        }));
      let meanwhile = 0;
      let done = false;
      const others = (async () => {
        for (; !done; meanwhile++) await service.respondsOk('/health/live');
      })();
      const responses = await Promise.all(
        ['ada', 'grace', 'mary'].map((name) => importCustomers<{ code: number }[]>(items(name), token)),
      );
      done = true;
      await others;
      for (const { status, body } of responses) {
        expect(status).toBe(207);
        expect(new Set(body.map(({ code }) => code))).toEqual(new Set([201]));
      }
      expect(meanwhile).toBeGreaterThan(20);
    }, 60_000);
  });

  it('is rejected in forty concurrent bodies of a megabyte, in both APIs', async () => {
    const token = await service.anonymousToken();
    const body = `{"data":[${'{},'.repeat(345_000)}{}]}`;
    const options = { token, body, headers: JSON_TYPE, seconds: 55 };
    const burst = async (path: string): Promise<ServiceResponse[]> =>
      Promise.all(Array.from({ length: 40 }, () => service.send('POST', path, options)));
    // Bodies beyond the byte budget of the network are rejected before they are read.
    const read = async (path: string): Promise<ServiceResponse[]> => {
      const responses = await burst(path);
      expect(responses.filter(({ status }) => status !== 503)).not.toEqual([]);
      return responses.filter(({ status }) => status !== 503);
    };
    for (const { status, text } of await read('/customer/shop/login')) {
      expect([status, text]).toEqual([400, expect.stringContaining('the value contains too many values')]);
    }
    for (const { status, body: errors } of await read('/access-tokens')) {
      const detail = 'Post data is invalid: the value contains too many values.';
      expect([status, errors]).toEqual([400, { errors: [{ status: 400, detail }] }]);
    }
  }, 120_000);

  it('is rejected in a form', async () => {
    const body = Array.from({ length: 100_000 }, (_, index) => `a${index}`).join('&');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const responses = await Promise.all(
      Array.from({ length: 40 }, () => service.send('POST', '/oauth/token', { body, headers })),
    );
    expect(new Set(responses.map(({ status }) => status).filter((status) => status !== 503))).toEqual(new Set([400]));
  });

  it('is rejected as the 101st address', async () => {
    const { id, token } = await service.customer();
    const add = (
      body: object = { mixins: mixins(8000), metadata: { mixins: mixins(8000) } },
    ): Promise<ServiceResponse<ErrorBody>> =>
      service.send<ErrorBody>('POST', '/customer/shop/me/addresses', { token, body });
    for (let count = 0; count < MAX_ADDRESSES; count++) expect((await add()).status).toBe(201);
    const full = await add({});
    expect([full.status, full.body.message]).toEqual([400, 'A customer has at most 100 addresses.']);
    const byStaff = await service.send('POST', `/customer/shop/customers/${id}/addresses`, {
      token: await service.serviceToken(),
      body: { contactName: 'Ada' },
    });
    expect(byStaff.status).toBe(400);

    const lists = await Promise.all(
      Array.from({ length: 20 }, () => service.send<{ id: string }[]>('GET', '/customer/shop/me/addresses', { token })),
    );
    // Requests that get no memory in time are rejected.
    const complete = lists.filter(({ status }) => status !== 503);
    expect(complete.length).toBeGreaterThan(0);
    for (const { body } of complete) expect(body).toHaveLength(MAX_ADDRESSES);
    // After a deletion an address can be added again. After a logout the response is 401, not the limit.
    const one = complete[0]?.body[0]?.id ?? '';
    await service.send('DELETE', `/customer/shop/me/addresses/${one}`, { token });
    expect((await add()).status).toBe(201);
    await service.send('GET', `/customer/shop/logout?accessToken=${token}`, { token });
    expect((await add()).status).toBe(401);
  });

  it('is rejected in the mixins of an address and in metadata.mixins', async () => {
    const { token } = await service.customer();
    const invalidFields = async (method: string, path: string, body: object): Promise<unknown> => {
      const response = await service.send<ErrorBody>(method, `/customer/shop${path}`, { token, body });
      return response.status === 400 && response.body.details.map(({ field }) => field);
    };
    expect(await invalidFields('POST', '/me/addresses', { mixins: mixins(8193) })).toEqual(['mixins']);
    expect(await invalidFields('PATCH', '/me', { metadata: { mixins: mixins(8193) } })).toEqual(['metadata.mixins']);
    expect(await invalidFields('PATCH', '/me', { mixins: mixins(65_536) })).toBe(false);
    const { body } = await service.send<{ id: string }>('POST', '/customer/shop/me/addresses', {
      token,
      body: { mixins: mixins(8192) },
    });
    expect(await invalidFields('PATCH', `/me/addresses/${body.id}`, { mixins: { c: 1 } })).toEqual(['mixins']);
  });

  it('is rejected as an address of more than 32 KiB in UTF-8, in both APIs', async () => {
    const { id, token } = await service.customer();
    const path = '/customer/shop/me/addresses';
    const message = 'An address must not be larger than 32 KiB.';
    const send = async (method: string, to: string, body: object, bearer = token): Promise<unknown[]> => {
      const response = await service.send<ErrorBody>(method, to, { token: bearer, body });
      return [response.status, response.body?.message];
    };
    // All texts at their maximum, in ASCII.
    const texts = [
      'contactName',
      'companyName',
      'street',
      'streetNumber',
      'streetAppendix',
      'zipCode',
      'city',
      'state',
    ];
    const lines = ['extraLine1', 'extraLine2', 'extraLine3', 'extraLine4', 'contactPhone'];
    const full = Object.fromEntries([...texts, ...lines].map((name) => [name, 'x'.repeat(255)]));
    const tags = Array.from({ length: 50 }, (_, index) => 'x'.repeat(98) + index.toString(36).padStart(2, '0'));
    expect(await send('POST', path, { ...full, tags, mixins: mixins(8192) })).toEqual([201, undefined]);
    // The same number of characters takes three times the bytes.
    const wideTags = tags.map((tag) => '漢'.repeat(98) + tag.slice(98));
    const wide = { contactName: 'Ada', tags: wideTags, mixins: mixins(8192), metadata: { mixins: mixins(8192) } };
    const wider = { ...wide, ...Object.fromEntries(lines.map((name) => [name, '漢'.repeat(255)])) };
    expect(await send('POST', path, wider)).toEqual([400, message]);
    const staffPath = `/customer/shop/customers/${id}/addresses`;
    expect(await send('POST', staffPath, wider, await service.serviceToken())).toEqual([400, message]);

    const { body } = await service.send<{ id: string }>('POST', path, { token, body: wide });
    const one = `${path}/${body.id}`;
    expect(await send('PATCH', one, { extraLine1: '漢'.repeat(255), extraLine2: '漢'.repeat(255) })).toEqual([
      400,
      message,
    ]);
    expect(await send('PATCH', one, { city: 'Paris' })).toEqual([200, undefined]);
    const { body: profile } = await service.send<{ data: { id: string }[] }>('GET', '/customers', { token });
    const attributes = Object.fromEntries(['address1', 'address2', 'address3'].map((name) => [name, '漢'.repeat(255)]));
    const glue = await service.send('PATCH', `/customers/${profile.data[0]?.id}/addresses/${body.id}`, {
      token,
      body: { data: { type: 'addresses', attributes } },
    });
    expect([glue.status, glue.body]).toEqual([422, { errors: [{ status: 422, code: '901', detail: message }] }]);

    // A larger address that was stored before may change, but not grow.
    await sql(`update addresses set street = repeat('漢', 9000) where id = $1`, [body.id], database);
    expect(await send('PATCH', one, { city: 'Berlin' })).toEqual([400, message]);
    expect(await send('PATCH', one, { isDefault: true })).toEqual([200, undefined]);
    expect(await send('PATCH', one, { street: 'Platz der Republik' })).toEqual([200, undefined]);
  });

  it('is rejected as a page of large customers', async () => {
    await sql(
      `insert into customers (tenant, id, reference, preferred_language, preferred_currency, preferred_site, type, mixins,
        mixin_schemas, active, on_hold, created_at, modified_at, version)
      select 'shop', 'L' || n, 'L--' || n, 'en', 'EUR', 'main', 'CUSTOMER', jsonb_build_object('a', repeat('x', 60000)),
        jsonb_build_object('a', repeat('x', 8000)), true, false, now(), now(), 1 from generate_series(1, 900) n`,
      [],
      database,
    );
    const token = await service.serviceToken();
    const list = (query: string): Promise<ServiceResponse<ErrorBody>> =>
      service.send<ErrorBody>('GET', `/customer/shop/customers?sort=id&q=id:~^L${query}`, { token });
    expect((await list('&pageSize=900')).headers.get('count')).toBe('900');
    expect((await list('&pageSize=100&expand=mixin:*')).headers.get('count')).toBe('100');
    for (const expand of ['addresses', 'mixin:*', 'mixin:a', 'addresses,mixin:*']) {
      const { status, body } = await list(`&pageSize=101&expand=${expand}`);
      expect([status, body.details[0]?.field]).toEqual([400, 'pageSize']);
    }
    await sql(
      `insert into addresses (tenant, id, customer_id, tags, mixins, mixin_schemas, version, created_at)
      select 'shop', 'L' || n || '-' || k, 'L' || n, '[]', jsonb_build_object('a', repeat('x', 8000)), '{}', 1, now()
        from generate_series(1, 100) n, generate_series(1, 100) k`,
      [],
      database,
    );
    const { status, body } = await list('&pageSize=100&expand=addresses');
    expect([status, body.details[0]?.field]).toEqual([400, 'pageSize']);
  });
});
