import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  answered,
  Glue,
  type GlueAnswer,
  invalidToken,
  malformed,
  type Many,
  missingToken,
  newAddress,
  type One,
  refused,
  resource,
  unauthorized,
} from '../support/glue.js';
import { type Body, Shop } from '../support/shop.js';
import { stored } from '../support/stored.js';

const invalidData = malformed(400, 'Post data is invalid.');
const notFound = malformed(404, 'Not Found');

describe('the form', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  /** The resources that take a body, and a path of each. */
  const takers: [method: string, path: string, type: string][] = [
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

  it('of a route of the first dialect is the first, however its URL is written', async () => {
    for (const url of ['/%63ustomer/shop/me', '/c%75stomer/shop/me']) {
      const { status, headers, body } = await shop.send('GET', url);
      expect([status, headers['content-type']]).toEqual([401, 'application/json; charset=utf-8']);
      expect(body).toHaveProperty('fault');
    }
  });

  describe('of a body', () => {
    it.each<[string, unknown]>([
      ['no body', undefined],
      ['nothing', ''],
      ['no JSON', '{"data":'],
      ['a text', '"customers"'],
      ['a list', []],
      ['null', 'null'],
      ['an empty object', {}],
      ['data that is null', { data: null }],
      ['data that is a list', { data: [{ type: 'customers' }] }],
      ['no type', { data: { attributes: {} } }],
      ['an empty type', { data: { type: '', attributes: {} } }],
      ['a type that is no text', { data: { type: 5, attributes: {} } }],
      ['attributes that are no object', { data: { type: 'customers', attributes: ['Ada'] } }],
    ])('is a resource object, not %s', async (_name, body) => {
      const before = await stored(shop);
      expect(await glue.stranger.send('POST', '/customers', { body })).toEqual(invalidData);
      expect(await stored(shop)).toEqual(before);
    });

    it.each(takers)('is asked for by %s %s, before any token', async (method, path) => {
      expect(await glue.stranger.send(method, path, { body: {} })).toEqual(invalidData);
    });

    it.each(takers)('has the type of the resource in %s %s, before any token', async (method, path, type) => {
      const refusal = malformed(400, 'Invalid type.');
      expect(await glue.stranger.send(method, path, { body: resource(`${type}s`, {}) })).toEqual(refusal);
    });

    it.each(['application/json', 'application/vnd.api+json', 'application/json; charset=utf-8'])(
      'may come as %s',
      async (type) => {
        const answer = await glue.stranger.send('POST', '/customers', {
          attributes: glue.person(),
          headers: { 'content-type': type },
        });
        expect(answer.status).toBe(201);
      },
    );

    it('may leave out the attributes, which then are all missing', async () => {
      expect(
        await glue.stranger.send('POST', '/customer-confirmation', {
          body: { data: { type: 'customer-confirmation' } },
        }),
      ).toEqual(refused('901', 'registrationKey => This field is missing.'));
    });

    it('may say more than we know', async () => {
      const ada = await glue.customer();
      await ada.patch(ada.path, 200, { firstName: 'Augusta', shoeSize: 38, active: false, reference: 'DE--1' });
      expect((await ada.get(ada.path)).data.id).toBe(ada.reference);
    });
  });

  describe('of checks: first the body, then the token, the attributes, the owner, the rules of the operation', () => {
    const passwords = { password: 'a wrong guess', newPassword: 'x'.repeat(12), confirmPassword: 'y'.repeat(12) };
    const calls: [method: string, place: string, field: string, attributes: Body][] = [
      ['PATCH', '/customers/{}', 'firstName', { firstName: 'Eve' }],
      ['POST', '/customers/{}/addresses', 'city', newAddress],
      ['PATCH', '/customers/{}/addresses/1', 'city', { city: 'Paris' }],
      ['PATCH', '/customer-password/{}', 'password', passwords],
    ];

    it.each(calls)('%s %s', async (method, place, field, attributes) => {
      const [ada, eve] = [await glue.customer(), await glue.customer()];
      const path = place.replace('{}', ada.reference);
      const [wrong, headers] = [{ ...attributes, [field]: '' }, { authorization: 'Bearer bad' }];
      expect(await eve.send(method, path, { body: {}, headers })).toEqual(invalidData);
      expect(await eve.send(method, path, { attributes: wrong, headers })).toEqual(invalidToken);
      expect(await glue.stranger.send(method, path, { attributes: wrong })).toEqual(missingToken);
      expect(await eve.send(method, path, { attributes: wrong })).toEqual(
        refused('901', `${field} => This value should not be blank.`),
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
    ])('that nobody knows is told in an error body: %s %s', async (method, path) => {
      expect(await glue.stranger.send(method, path)).toEqual(notFound);
    });

    it('that cannot be read is told in an error body', async () => {
      const answer = await glue.stranger.send('GET', '/customers/%zz');
      expect(answer).toEqual(malformed(400, 'The URL is not valid.'));
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
    ])('of a collection are not for %s %s', async (method, path) => {
      const refusal = malformed(400, 'Resource id is not specified.');
      expect(await glue.stranger.send(method, path)).toEqual(refusal);
      expect(await (await glue.customer()).send(method, path, { body: { data: { type: 'customers' } } })).toEqual(
        refusal,
      );
    });
  });

  describe('of media types', () => {
    it.each<[string, () => Promise<GlueAnswer>]>([
      ['a resource', () => glue.stranger.send('GET', '/customer-access')],
      ['a refusal', () => glue.stranger.send('GET', '/customers')],
      ['a finding', () => glue.stranger.send('POST', '/customers', { attributes: {} })],
      ['an unknown path', () => glue.stranger.send('GET', '/carts')],
      ['a body that cannot be read', () => glue.stranger.send('POST', '/customers', { body: '{' })],
      [
        'a body of another kind',
        () => glue.stranger.send('POST', '/customers', { body: '<a/>', headers: { 'content-type': 'text/xml' } }),
      ],
    ])('is exactly application/vnd.api+json for %s', async (_name, ask) => {
      expect((await ask()).headers['content-type']).toBe('application/vnd.api+json');
    });

    it('is not asked for where nothing is answered', async () => {
      const ada = await glue.customer();
      expect(await ada.send('DELETE', ada.path)).toEqual(answered(204));
    });
  });

  it('of a 422 names it Unprocessable Content on the wire', async () => {
    await shop.app.listen(0, '127.0.0.1');
    const { port } = shop.app.getHttpServer().address() as AddressInfo;
    const reason = await new Promise<string | undefined>((done, fail) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request({ port, method: 'POST', path: '/customers', headers }, (answer) => {
        answer.resume().on('end', () => done(answer.statusMessage));
      });
      sent.on('error', fail).end(JSON.stringify(resource('customers', {})));
    });
    expect(reason).toBe('Unprocessable Content');
  });

  describe('of links', () => {
    it('takes their base from the configuration, not from what the request says', async () => {
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
      const { body } = await glue.stranger.send('GET', '/customer-access', { headers });
      expect((body as One).data.links).toEqual({ self: 'http://foyer.test/customer-access' });
    });

    it('is the URL of the request, with its query', async () => {
      const ada = await glue.customer();
      const path = `${ada.path}?include=addresses&fields[customers]=firstName`;
      expect((await ada.get(path)).data.links).toEqual({ self: `http://foyer.test${path}` });
      const list = await ada.get<Many>('/customers?page[limit]=1');
      expect(list.links).toEqual({ self: 'http://foyer.test/customers?page[limit]=1' });
    });

    it('is the place of what was made, with its id', async () => {
      const { data } = await glue.stranger.post('/customers', 201, glue.person());
      expect(data.links).toEqual({ self: `http://foyer.test/customers/${data.id}` });
    });
  });

  describe('of the store', () => {
    it('names the tenant by its code, and the customers of a store after it', async () => {
      const { reference } = await glue.registered({}, { store: 'AT' });
      expect(reference).toMatch(/^AT--\d+$/);
    });

    it('is the first one of the configuration where none is named', async () => {
      expect((await glue.registered()).reference).toMatch(/^DE--\d+$/);
    });

    it.each(['XX', 'de', ''])('is refused when unknown: %p', async (store) => {
      const refusal = malformed(400, 'Store is not valid.');
      expect(await glue.stranger.send('GET', '/customer-access', { headers: { store } })).toEqual(refusal);
      expect(await (await glue.customer()).send('GET', '/customers', { headers: { store } })).toEqual(refusal);
    });

    it('of another tenant has other customers', async () => {
      const there = await Shop.open(
        { activation: 'none' },
        {
          stores: [
            { code: 'DE', tenant: 'shop' },
            { code: 'US', tenant: 'other' },
          ],
        },
      );
      try {
        await there.addTenant('other', { activation: 'none' });
        const people = new Glue(there);
        const ada = await people.customer();
        const headers = { store: 'US' };
        const attributes = { username: ada.email, password: ada.password };
        expect((await people.stranger.send('POST', '/access-tokens', { attributes, headers })).status).toBe(401);
        expect(await ada.send('GET', '/customers', { headers })).toEqual(invalidToken);
        expect((await people.registered({ email: ada.email }, headers)).reference).toBe('US--1');
      } finally {
        await there.close();
      }
    });
  });
});
