import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  glueResponse,
  Glue,
  type GlueResponse,
  invalidToken,
  errorWithoutCode,
  type CollectionDocument,
  missingToken,
  newAddress,
  type ResourceDocument,
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
    ['POST', '/customers/DE--1/addresses', 'addresses'],
    ['PATCH', '/customers/DE--1/addresses/1', 'addresses'],
    ['PATCH', '/customer-password/DE--1', 'customer-password'],
    ['POST', '/customer-forgotten-password', 'customer-forgotten-password'],
    ['PATCH', '/customer-restore-password/any', 'customer-restore-password'],
    ['POST', '/agent-access-tokens', 'agent-access-tokens'],
    ['POST', '/agent-customer-impersonation-access-tokens', 'agent-customer-impersonation-access-tokens'],
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
      ['an empty type', { data: { type: '', attributes: {} } }],
      ['a type that is not a string', { data: { type: 5, attributes: {} } }],
      ['attributes that are not an object', { data: { type: 'customers', attributes: ['Ada'] } }],
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

    it('may omit the attributes, which then counts as every field missing', async () => {
      expect(
        await glue.unauthenticated.send('POST', '/customer-confirmation', {
          body: { data: { type: 'customer-confirmation' } },
        }),
      ).toEqual(errorResponse('901', 'registrationKey => This field is missing.'));
    });

    it('may contain unknown attributes, which are ignored', async () => {
      const ada = await glue.customer();
      await ada.patch(ada.path, 200, { firstName: 'Augusta', shoeSize: 38, active: false, reference: 'DE--1' });
      expect((await ada.get(ada.path)).data.id).toBe(ada.reference);
    });
  });

  describe('checks in order: body, token, attributes, owner, rules of the operation', () => {
    const passwords = { password: 'a wrong guess', newPassword: 'x'.repeat(12), confirmPassword: 'y'.repeat(12) };
    const calls: [method: string, template: string, field: string, attributes: Body][] = [
      ['PATCH', '/customers/{}', 'firstName', { firstName: 'Eve' }],
      ['POST', '/customers/{}/addresses', 'city', newAddress],
      ['PATCH', '/customers/{}/addresses/1', 'city', { city: 'Paris' }],
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
      ['GET', '/token'],
    ])('that do not exist is a 404 error document: %s %s', async (method, path) => {
      expect(await glue.unauthenticated.send(method, path)).toEqual(notFound);
    });

    it('that cannot be decoded is a 400 error document', async () => {
      const response = await glue.unauthenticated.send('GET', '/customers/%zz');
      expect(response).toEqual(errorWithoutCode(400, 'The URL is not valid.'));
    });

    it.each([
      ['PATCH', '/customers'],
      ['DELETE', '/customers'],
      ['PATCH', '/customers/'],
      ['PATCH', '/customers/DE--1/addresses'],
      ['DELETE', '/customers/DE--1/addresses'],
      ['PATCH', '/customer-password'],
      ['PATCH', '/customer-restore-password'],
      ['DELETE', '/refresh-tokens'],
    ])('without a resource id is a 400 error document: %s %s', async (method, path) => {
      const expected = errorWithoutCode(400, 'Resource id is not specified.');
      expect(await glue.unauthenticated.send(method, path)).toEqual(expected);
      expect(await (await glue.customer()).send(method, path, { body: { data: { type: 'customers' } } })).toEqual(
        expected,
      );
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

  describe('a link', () => {
    it('has its base from the configuration, not from the request', async () => {
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
      const { body } = await glue.unauthenticated.send('GET', '/customer-access', { headers });
      expect((body as ResourceDocument).data.links).toEqual({ self: 'http://foyer.test/customer-access' });
    });

    it('is the URL of the request, with its query', async () => {
      const ada = await glue.customer();
      const path = `${ada.path}?include=addresses&fields[customers]=firstName`;
      expect((await ada.get(path)).data.links).toEqual({ self: `http://foyer.test${path}` });
      const list = await ada.get<CollectionDocument>('/customers?page[limit]=1');
      expect(list.links).toEqual({ self: 'http://foyer.test/customers?page[limit]=1' });
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
