import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  glueResponse,
  Glue,
  GlueClient,
  type GlueResponse,
  invalidToken,
  errorWithoutCode,
  type CollectionDocument,
  missingToken,
  newAddress,
  errorResponse,
  resource,
  unauthorized,
} from '../support/glue.js';
import { type Body, Shop } from '../support/shop.js';
import { databaseFingerprint } from '../support/database-fingerprint.js';

const invalidData = errorWithoutCode(400, 'Post data is invalid.');
const notFound = errorWithoutCode(404, 'Not Found');

describe('the request and response format', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  /** The routes that require a body. */
  const routes: [method: string, path: string, type: string][] = [
    ['POST', '/access-tokens', 'access-tokens'],
    ['POST', '/refresh-tokens', 'refresh-tokens'],
    ['POST', '/customers', 'customers'],
    ['PATCH', '/customers/DE--1', 'customers'],
    ['POST', '/customer-confirmation', 'customer-confirmation'],
    ['POST', '/customers/DE--1/confirm-registration', 'confirm-registration'],
    ['POST', '/customer-email-confirmation', 'customer-email-confirmation'],
    ['POST', '/company-user-access-tokens', 'company-user-access-tokens'],
    ['POST', '/customers/DE--1/addresses', 'addresses'],
    ['PATCH', '/customers/DE--1/addresses/1', 'addresses'],
    ['PATCH', '/customer-password/DE--1', 'customer-password'],
    ['POST', '/customer-forgotten-password', 'customer-forgotten-password'],
    ['PATCH', '/customer-restore-password/any', 'customer-restore-password'],
    ['POST', '/agent-access-tokens', 'agent-access-tokens'],
    ['POST', '/agent-customer-impersonation-access-tokens', 'agent-customer-impersonation-access-tokens'],
    ...[
      'company-user-access-tokens',
      ...['trigger', 'type-activate', 'type-verify', 'type-deactivate', 'totp-secrets', 'recovery-codes'].map(
        (name) => `multi-factor-auth-${name}`,
      ),
    ].map((type): [string, string, string] => ['POST', `/${type}`, type]),
  ];

  it('of an Emporix route is the Emporix format, however its URL is encoded', async () => {
    for (const url of ['/%63ustomer/shop/me', '/c%75stomer/shop/me']) {
      const { status, headers, body } = await shop.send('GET', url);
      expect([status, headers['content-type']]).toEqual([401, 'application/json; charset=utf-8']);
      expect(body).toHaveProperty('fault');
    }
  });

  describe('of a body', () => {
    it.each<[string, unknown]>([
      ['no body', undefined],
      ['an empty string', ''],
      ['invalid JSON', '{"data":'],
      ['a string', '"customers"'],
      ['an array', []],
      ['null', 'null'],
      ['an empty object', {}],
      ['data that is null', { data: null }],
      ['data that is an array', { data: [{ type: 'customers' }] }],
      ['no type', { data: { attributes: {} } }],
      ['a type that is null', { data: { type: null, attributes: {} } }],
      ['no attributes', { data: { type: 'customers' } }],
      ['attributes that are null', { data: { type: 'customers', attributes: null } }],
      ['no attributes, with another type', { data: { type: 'addresses' } }],
      ['attributes that are an array', { data: { type: 'customers', attributes: ['Ada'] } }],
      ['attributes that are a string', { data: { type: 'customers', attributes: 'Ada' } }],
      ['attributes that are a number', { data: { type: 'customers', attributes: 5 } }],
    ])('is a resource object, not %s', async (_name, body) => {
      const before = await databaseFingerprint(shop);
      expect(await glue.unauthenticated.send('POST', '/customers', { body })).toEqual(invalidData);
      expect(await databaseFingerprint(shop)).toEqual(before);
    });

    it.each(routes)('is validated before the token in %s %s', async (method, path) => {
      expect(await glue.unauthenticated.send(method, path, { body: {} })).toEqual(invalidData);
    });

    it.each(routes)('with another type is rejected before the token in %s %s', async (method, path, type) => {
      const expected = errorWithoutCode(400, 'Invalid type.');
      expect(await glue.unauthenticated.send(method, path, { body: resource(`${type}s`, {}) })).toEqual(expected);
    });

    it.each(['', 5, false, 'Customers', ['customers']])('does not have the type %p', async (type) => {
      const body = { data: { type, attributes: {} } };
      expect(await glue.unauthenticated.send('POST', '/customers', { body })).toEqual(
        errorWithoutCode(400, 'Invalid type.'),
      );
    });

    it.each(['application/json', 'application/vnd.api+json', 'application/json; charset=utf-8'])(
      'may have the content type %s',
      async (type) => {
        const response = await glue.unauthenticated.send('POST', '/customers', {
          attributes: glue.person(),
          headers: { 'content-type': type },
        });
        expect(response.status).toBe(201);
      },
    );

    // Otherwise a page of another origin could post without a preflight.
    it.each(['text/plain', 'application/x-www-form-urlencoded', 'text/xml', ''])(
      'must not have the content type %p',
      async (type) => {
        const headers = { 'content-type': type };
        expect(await glue.unauthenticated.send('POST', '/customers', { attributes: glue.person(), headers })).toEqual(
          errorWithoutCode(415, 'Unsupported media type.'),
        );
      },
    );

    it('may have empty attributes, which then are all missing', async () => {
      expect(await glue.unauthenticated.send('POST', '/customer-confirmation', { attributes: {} })).toEqual(
        errorResponse('901', 'registrationKey => This field is missing.'),
      );
    });

    it('may have an id, which is ignored', async () => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      const body = { data: { type: 'customers', id: eve.reference, attributes: { firstName: 'Augusta' } } };
      const response = await ada.send('PATCH', ada.path, { body });
      expect(response.body).toMatchObject({ data: { id: ada.reference, attributes: { firstName: 'Augusta' } } });
      expect((await eve.get(eve.path)).data.attributes.firstName).toBe('Ada');
    });

    it('may contain unknown attributes, which are ignored', async () => {
      const ada = await glue.customer();
      const unknown = { shoeSize: 38, active: false, reference: 'DE--1', note: '\0', notes: { '\ud800': ['\0'] } };
      const { data } = await ada.patch(ada.path, 200, { firstName: 'Augusta', ...unknown });
      expect([data.id, data.attributes.firstName]).toEqual([ada.reference, 'Augusta']);
    });
  });

  describe('checks in order: body, token, attributes, owner, rules of the operation', () => {
    const passwords = { password: 'a wrong guess', newPassword: 'x'.repeat(12), confirmPassword: 'y'.repeat(12) };
    const calls: [method: string, template: string, field: string, attributes: Body][] = [
      ['PATCH', '/customers/{}', 'firstName', { firstName: 'Eve' }],
      ['POST', '/customers/{}/addresses', 'zipCode', newAddress],
      ['PATCH', '/customers/{}/addresses/1', 'zipCode', { city: 'Paris' }],
      ['PATCH', '/customer-password/{}', 'password', passwords],
    ];

    it.each(calls)('%s %s', async (method, template, field, attributes) => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      const path = template.replace('{}', ada.reference);
      const [wrong, headers] = [{ ...attributes, [field]: '' }, { authorization: 'Bearer bad' }];
      expect(await eve.send(method, path, { body: {}, headers })).toEqual(invalidData);
      expect(await eve.send(method, path, { attributes: wrong, headers })).toEqual(invalidToken);
      expect(await glue.unauthenticated.send(method, path, { attributes: wrong })).toEqual(missingToken);
      expect(await eve.send(method, path, { attributes: wrong })).toEqual(
        errorResponse('901', `${field} => This value should not be blank.`),
      );
      expect(await eve.send(method, path, { attributes })).toEqual(unauthorized);
    });
  });

  describe('of paths', () => {
    it.each([
      ['POST', '/'],
      ['GET', '/carts'],
      ['POST', '/customers/DE--1/orders'],
      ['PUT', '/customers'],
      ['POST', '/customers/DE--1'],
      ['GET', '/customer-confirmation'],
      ['GET', '/refresh-tokens/mine'],
      ['DELETE', '/customer-access'],
      ['DELETE', '/customers//'],
      ['GET', '/token'],
      ['GET', '/company-user-access-tokens'],
      ['GET', '/multi-factor-auth-trigger'],
      ['POST', '/multi-factor-auth-types'],
      ['DELETE', '/multi-factor-auth-types/email'],
      ['GET', '/Companies/mine'],
    ])('that do not exist is a 404 error document: %s %s', async (method, path) => {
      expect(await glue.unauthenticated.send(method, path)).toEqual(notFound);
    });

    it('that cannot be decoded is a 400 error document', async () => {
      const response = await glue.unauthenticated.send('GET', '/customers/%zz');
      expect(response).toEqual(errorWithoutCode(400, 'The URL is not valid.'));
    });

    it.each([
      ['POST', '/nowhere'],
      ['PUT', '/customers'],
      ['POST', '/customers/DE--1'],
    ])('that do not exist is a 404 error document, whatever the body: %s %s', async (method, path) => {
      for (const type of ['application/json', 'text/xml']) {
        const headers = { 'content-type': type };
        expect(await glue.unauthenticated.send(method, path, { body: '{', headers })).toEqual(notFound);
      }
    });

    const addresses = ['/addresses', '/customers/DE--1/addresses', '/customers//addresses', '/customers//addresses/1'];
    const withoutId: [method: string, path: string, type: string][] = [
      ...['/customers', '/customers/'].map((path) => ['PATCH', path, 'customers'] as [string, string, string]),
      ...addresses.map((path) => ['PATCH', path, 'addresses'] as [string, string, string]),
      ['PATCH', '/customer-password', 'customer-password'],
      ['PATCH', '/customer-restore-password', 'customer-restore-password'],
      ...['/customers', ...addresses, '/refresh-tokens'].map(
        (path) => ['DELETE', path, ''] as [string, string, string],
      ),
    ];

    it.each(withoutId)('without a resource id is a 400 error document: %s %s', async (method, path, type) => {
      const body = type ? resource(type, {}) : undefined;
      const ada = await glue.customer();
      for (const client of [glue.unauthenticated, ada, new GlueClient(shop, 'bad')]) {
        expect(await client.send(method, path, { body })).toEqual(
          errorWithoutCode(400, 'Resource id is not specified.'),
        );
      }
      await ada.get(ada.path);
    });

    it.each(withoutId.filter(([method]) => method === 'PATCH'))(
      'without a resource id, with an invalid body: %s %s',
      async (method, path, type) => {
        expect(await glue.unauthenticated.send(method, path)).toEqual(invalidData);
        expect(await glue.unauthenticated.send(method, path, { body: resource(`${type}s`, {}) })).toEqual(
          errorWithoutCode(400, 'Invalid type.'),
        );
      },
    );
  });

  describe('HEAD', () => {
    it.each(['', '?include=addresses', '/addresses', '/addresses?page[offset]=0&page[limit]=1'])(
      'on the path of a customer has the headers of GET and no body: %p',
      async (rest) => {
        const ada = await glue.customer();
        await ada.post(`${ada.path}/addresses`, 201, newAddress);
        const { body, ...got } = await ada.send('GET', ada.path + rest);
        expect(body).toBeDefined();
        expect(await ada.send('HEAD', ada.path + rest)).toEqual({ ...got, body: undefined });
      },
    );

    it.each([
      '/customers',
      '/customer-access',
      '/health-check',
      '/agent-customer-search',
      '/companies/mine',
      '/company-users',
      '/multi-factor-auth-types',
      '/customers/DE--1?page[offset]=1',
    ])('on %s has the status and the headers of GET without a token', async (path) => {
      const { body, ...got } = await glue.unauthenticated.send('GET', path);
      expect(body).toBeDefined();
      expect(await glue.unauthenticated.send('HEAD', path)).toEqual({ ...got, body: undefined });
    });

    it('on a path without GET is a 404', async () => {
      expect((await glue.unauthenticated.send('HEAD', '/customer-confirmation')).status).toBe(404);
    });

    it('has the length of the body of GET', async () => {
      const [get, head] = await Promise.all(
        (['GET', 'HEAD'] as const).map((method) => shop.app.inject({ method, url: '/customer-access' })),
      );
      expect(head?.headers['content-length']).toBe(get?.headers['content-length']);
      expect([get?.body === '', head?.body]).toEqual([false, '']);
    });
  });

  describe('the content type', () => {
    it.each<[string, () => Promise<GlueResponse>]>([
      ['a resource', () => glue.unauthenticated.send('GET', '/customer-access')],
      ['an unauthenticated request', () => glue.unauthenticated.send('GET', '/customers')],
      ['a validation error', () => glue.unauthenticated.send('POST', '/customers', { attributes: {} })],
      ['an unknown path', () => glue.unauthenticated.send('GET', '/carts')],
      ['a body that cannot be parsed', () => glue.unauthenticated.send('POST', '/customers', { body: '{' })],
      [
        'a body with another content type',
        () =>
          glue.unauthenticated.send('POST', '/customers', { body: '<a/>', headers: { 'content-type': 'text/xml' } }),
      ],
    ])('is exactly application/vnd.api+json for %s', async (_name, send) => {
      expect((await send()).headers['content-type']).toBe('application/vnd.api+json');
    });

    it('is absent from an empty response', async () => {
      const ada = await glue.customer();
      expect(await ada.send('DELETE', ada.path)).toEqual(glueResponse(204));
    });
  });

  it('of a 422 has the reason phrase Unprocessable Content', async () => {
    await shop.app.listen(0, '127.0.0.1');
    const { port } = shop.app.getHttpServer().address() as AddressInfo;
    const reason = await new Promise<string | undefined>((done, fail) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request({ port, method: 'POST', path: '/customers', headers }, (response) => {
        response.resume().on('end', () => done(response.statusMessage));
      });
      sent.on('error', fail).end(JSON.stringify(resource('customers', {})));
    });
    expect(reason).toBe('Unprocessable Content');
  });

  describe('the accepted type', () => {
    it.each(['*/*', 'text/html', 'application/json', undefined])('does not matter: %p', async (accept) => {
      const response = await glue.unauthenticated.send('GET', '/customer-access', {
        headers: accept ? { accept } : {},
      });
      expect([response.status, response.headers['content-type']]).toEqual([200, 'application/vnd.api+json']);
    });
  });

  describe('the content language', () => {
    const languageOf = async (path: string, headers: Record<string, string>, method = 'GET'): Promise<unknown> =>
      (await glue.unauthenticated.send(method, path, { headers })).headers['content-language'];

    it.each([
      ['en-US,en;q=0.9', 'en_US'],
      ['de-DE', 'de_DE'],
      ['de', 'de_DE'],
      ['fr,de;q=0.5,en;q=0.4', 'de_DE'],
      ['fr', 'en_US'],
    ])('for %s is %s', async (accepted, locale) => {
      expect(await languageOf('/customer-access', { 'accept-language': accepted })).toBe(locale);
    });

    it('is that of the store', async () => {
      const german = { 'accept-language': 'de' };
      expect(await languageOf('/customer-access', { ...german, store: 'AT' })).toBe('en_US');
      expect(await languageOf('/customer-access', { ...german, store: 'DE' })).toBe('de_DE');
    });

    it.each([
      ['GET', '/customers'],
      ['GET', '/nowhere'],
      ['GET', '/customers/%zz'],
      ['POST', '/customers'],
    ])('is also set on errors: %s %s', async (method, path) => {
      expect(await languageOf(path, { 'accept-language': 'de' }, method)).toBe('de_DE');
    });
  });

  describe('a link', () => {
    it('has its base from the configuration, not from the request', async () => {
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
      const { body } = await glue.unauthenticated.send('GET', '/customer-access', { headers });
      const self = 'http://foyer.test/customer-access';
      expect(body).toMatchObject({ data: [{ links: { self } }], links: { self } });
    });

    it('of the requested type repeats the query, decoded', async () => {
      const ada = await glue.customer();
      await ada.post(`${ada.path}/addresses`, 201, newAddress);
      const query = 'include=addresses&fields[customers]=firstName';
      const encoded = 'include=addresses&fields%5Bcustomers%5D=firstName';
      const self = `http://foyer.test${ada.path}?${query}`;
      for (const sent of [query, encoded]) {
        const { data, included } = await ada.get(`${ada.path}?${sent}`);
        expect(data.links).toEqual({ self });
        expect(included?.[0]?.links.self).toMatch(/^http:\/\/foyer\.test\/customers\/[^?]*$/);
        expect((await ada.patch(`${ada.path}?${sent}`)).data.links).toEqual({ self });
        const created = (await glue.unauthenticated.post(`/customers?${sent}`, 201, glue.person())).data;
        expect(created.links).toEqual({ self: `http://foyer.test/customers/${created.id}?${query}` });
        const list = await ada.get<CollectionDocument>(`/customers?${sent}`);
        expect(list.data[0]?.links).toEqual({ self });
        expect(list.links).toEqual({ self: `http://foyer.test/customers?${query}` });
      }
      expect((await ada.get(`${ada.path}?a=b+c%2Bd`)).data.links).toEqual({
        self: `http://foyer.test${ada.path}?a=b c+d`,
      });
      expect((await ada.get(`${ada.path}?a=%ff`)).data.links).toEqual({ self: `http://foyer.test${ada.path}?a=%ff` });
    });

    it('is the URL of a created resource, with its id', async () => {
      const { data } = await glue.unauthenticated.post('/customers', 201, glue.person());
      expect(data.links).toEqual({ self: `http://foyer.test/customers/${data.id}` });
    });
  });

  describe('the Store header', () => {
    it('selects the tenant, and its code prefixes the customer references', async () => {
      const { reference } = await glue.signUp({}, { store: 'AT' });
      expect(reference).toMatch(/^AT--\d+$/);
    });

    it('defaults to the first one of the configuration', async () => {
      expect((await glue.signUp()).reference).toMatch(/^DE--\d+$/);
    });

    it.each(['XX', 'de', ''])('is rejected if unknown: %p', async (store) => {
      const expected = errorWithoutCode(400, 'Store is not valid.');
      expect(await glue.unauthenticated.send('GET', '/customer-access', { headers: { store } })).toEqual(expected);
      expect(await (await glue.customer()).send('GET', '/customers', { headers: { store } })).toEqual(expected);
    });

    it('of another tenant has other customers', async () => {
      const otherShop = await Shop.open(
        { activation: 'none' },
        {
          stores: [
            { code: 'DE', tenant: 'shop' },
            { code: 'US', tenant: 'other' },
          ],
        },
      );
      try {
        await otherShop.addTenant('other', { activation: 'none' });
        const otherGlue = new Glue(otherShop);
        const ada = await otherGlue.customer();
        const headers = { store: 'US' };
        const attributes = { username: ada.email, password: ada.password };
        expect((await otherGlue.unauthenticated.send('POST', '/access-tokens', { attributes, headers })).status).toBe(
          401,
        );
        expect(await ada.send('GET', '/customers', { headers })).toEqual(invalidToken);
        expect((await otherGlue.signUp({ email: ada.email }, headers)).reference).toBe('US--1');
      } finally {
        await otherShop.close();
      }
    });
  });
});
