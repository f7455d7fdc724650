import { EntityManager } from '@mikro-orm/postgresql';
import { hashOf } from '../src/common/secrets.js';
import { serviceScopes } from '../src/employee/employee-scopes.js';
import { Client } from '../src/tenants/client.entity.js';
import { type Body, Shop, ApiClient } from './support/shop.js';

const all = [...serviceScopes, 'tenant=shop'].join(' ');
const service = {
  grant_type: 'client_credentials',
  client_id: 'shop-service',
  client_secret: 'the secret of the service',
};
const message = 'The client id or the secret is invalid.';
const invalidClient = {
  ...{ status: 401, type: 'invalid_client', message },
  ...{ error: 'invalid_client', error_description: message },
};
const invalidScope = {
  ...{ status: 400, type: 'invalid_scope', message: expect.any(String) as string },
  ...{ error: 'invalid_scope', error_description: expect.stringMatching(/^[\x20\x21\x23-\x5B\x5D-\x7E]+$/) as string },
};
/** The response to a request with an invalid field. */
const invalidRequest = (field: string, error = 'invalid_request'): unknown =>
  expect.objectContaining({
    ...{ status: 400, type: 'validation_failure', error, error_description: expect.any(String) },
    details: [expect.objectContaining({ field })],
  });

describe('a service token', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const requestToken = (body: Body, path = '/oauth/token') =>
    shop.send<{ access_token: string } & Body>('POST', path, { body });

  it('is issued for a client secret, with all scopes of the client and no refresh token', async () => {
    const { status, body, headers } = await shop.requestToken();
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 14399,
      session_idle_time: 120,
      refresh_token: '',
      refresh_token_expires_in: 0,
      scope: all,
    });
    expect(headers['cache-control']).toBe('no-store');
    const { id } = await shop.signUp();
    await new ApiClient(shop, body.access_token).get(`/customers/${id}`);
  });

  it('is also issued for a JSON body and for a path with a trailing slash', async () => {
    expect((await requestToken(service)).body.scope).toBe(all);
    expect((await requestToken(service, '/oauth/token/')).status).toBe(200);
  });

  it('contains only the requested scopes', async () => {
    const { body } = await shop.requestToken({ scope: 'customer.import_read customer.customer_read tenant=shop' });
    expect(body.scope).toBe('customer.import_read customer.customer_read tenant=shop');
    const { id } = await shop.signUp();
    const reader = new ApiClient(shop, body.access_token);
    await reader.get(`/customers/${id}`);
    await reader.patch(`/customers/${id}`, 403, { active: true });
  });

  it('can have the scopes of the vendor’s tutorial; those of company Admins have no effect', async () => {
    const scope = 'customer.customer_manage customer.customer_manage_own customer.customer_read_own';
    const { body } = await shop.requestToken({ scope });
    expect(body.scope).toBe(`${scope} tenant=shop`);
    const { id } = await shop.signUp();
    await new ApiClient(shop, body.access_token).patch(`/customers/${id}`, 200, { active: true });
    const own = await shop.serviceClient('customer.customer_manage_own customer.customer_read_own');
    await own.get(`/customers/${id}`, 403);
    await own.patch(`/customers/${id}`, 403, { active: true });
  });

  it('permits with a deprecated scope only the request that the scope names', async () => {
    const requests = {
      create: ['POST', '/customers', 201],
      update: ['PATCH', '/customers/{id}', 200],
      delete: ['DELETE', '/customers/{id}', 202],
      upsert: ['PUT', '/customers/{id}', 204],
      read: ['GET', '/customers/{id}', 200],
    } as const;
    for (const granted of ['create', 'update', 'delete'] as const) {
      const service = await shop.serviceClient(`customer.customer_${granted}`);
      for (const [name, [method, path, status]] of Object.entries(requests)) {
        const { id } = await shop.signUp();
        const body = ['POST', 'PATCH', 'PUT'].includes(method) ? { firstName: 'Ada' } : undefined;
        const response = await service.send(method, path.replace('{id}', id), { body });
        expect({ granted, name, status: response.status }).toEqual({
          granted,
          name,
          status: name === granted ? status : 403,
        });
      }
    }
  });

  it('contains no scope if only the tenant is requested', async () => {
    expect((await shop.requestToken({ scope: 'tenant=shop' })).body.scope).toBe('tenant=shop');
  });

  it.each([
    'customer.everything',
    'tenant=other',
    'customer.customer_read customer.everything',
    'CUSTOMER.customer_read',
  ])('is not issued for the scope %p', async (scope) => {
    const { status, body } = await shop.requestToken({ scope });
    expect(status).toBe(400);
    expect(body).toEqual(invalidScope);
  });

  it.each([
    'customer.customer_read--DE\tfoyer.admin',
    'customer.customer_read--x\tfoyer.admin',
    'customer.customer_read\ncustomer.customer_manage',
    'customer.customer_read\u00a0customer.customer_manage',
    'customer.customer_read  customer.customer_manage',
    ' customer.customer_read',
    'customer.customer_read ',
    ' ',
    'customer.customer_read--"',
    'customer.customer_read--\\',
    'customer.customer_read--é',
    'customer.customer_read--x',
    'customer.customer_read--',
    'customer.customer_read--DE--AT',
    'foyer.admin--DE',
  ])('is not issued for the malformed or disallowed scopes %j', async (scope) => {
    await shop.addTenant('limited', { restrictions: ['DE', 'AT', 'é'] });
    const { status, body } = await shop.requestToken({ scope }, 'limited');
    expect([status, body]).toEqual([400, invalidScope]);
    const employee = await shop.createEmployee('admin', 'limited');
    const form = { grant_type: 'password', username: employee.email, password: employee.password, scope };
    expect((await shop.requestToken(form, 'limited')).body).toMatchObject({ type: 'invalid_scope' });
  });

  it('is limited to restrictions by scope suffixes, without duplicates', async () => {
    await shop.addTenant('limited', { restrictions: ['DE', 'AT', 'é'] });
    const scope = 'customer.customer_read--DE customer.customer_read--AT customer.customer_read--DE';
    const { body } = await shop.requestToken({ scope }, 'limited');
    expect(body.scope).toBe('customer.customer_read--DE customer.customer_read--AT tenant=limited');
  });

  it('never contains a scope that its client lacks', async () => {
    await shop.addTenant('narrow');
    const client = { tenant: 'narrow', id: 'narrow-service', kind: 'service' as const };
    const scopes = ['customer.customer_read'];
    await em().upsert(Client, { ...client, secretHashes: [hashOf(service.client_secret)], scopes });
    expect((await shop.requestToken({}, 'narrow')).body.scope).toBe('customer.customer_read tenant=narrow');
    expect((await shop.requestToken({ scope: 'customer.customer_manage' }, 'narrow')).status).toBe(400);
  });

  it.each([
    ['a wrong secret', { client_secret: 'a wrong secret' }],
    ['an empty secret', { client_secret: '' }],
    ['the hash of the secret', { client_secret: hashOf(service.client_secret) }],
    ['an unknown client', { client_id: 'shop-nobody' }],
    ['an unknown tenant', { client_id: 'nowhere-service' }],
    ['a client without a tenant', { client_id: 'service' }],
    ['a storefront', { client_id: 'shop-storefront' }],
  ])('is not issued for %s, always with the same error', async (_name, form) => {
    const { status, body } = await shop.requestToken(form);
    expect([status, body]).toEqual([401, invalidClient]);
  });

  it('is not issued for a storefront, even if it has a stored secret', async () => {
    await shop.addTenant('odd');
    const client = { tenant: 'odd', id: 'odd-storefront', kind: 'storefront' as const, scopes: [] };
    await em().upsert(Client, { ...client, secretHashes: [hashOf(service.client_secret)] });
    const { status, body } = await shop.requestToken({ client_id: 'odd-storefront' });
    expect([status, body]).toEqual([401, invalidClient]);
  });

  it("is not issued for another tenant's secret", async () => {
    await shop.addTenant('other');
    const client = { tenant: 'other', id: 'other-service', kind: 'service' as const, scopes: [] };
    await em().upsert(Client, { ...client, secretHashes: [hashOf('the secret of the other')] });
    expect((await shop.requestToken({ client_secret: 'the secret of the other' })).status).toBe(401);
    expect((await shop.requestToken({ client_secret: 'the secret of the other' }, 'other')).status).toBe(200);
  });

  it('is issued for both secrets during a rotation', async () => {
    await shop.addTenant('rotating');
    const client = { tenant: 'rotating', id: 'rotating-service', kind: 'service' as const, scopes: [] };
    const secrets = ['the older secret', 'the newer secret'];
    await em().upsert(Client, { ...client, secretHashes: secrets.map(hashOf) });
    for (const client_secret of secrets) {
      expect((await shop.requestToken({ client_secret }, 'rotating')).status).toBe(200);
    }
    expect((await shop.requestToken({}, 'rotating')).status).toBe(401);
  });

  it.each(['grant_type', 'client_id', 'client_secret'])('requires %s', async (field) => {
    const { status, body } = await requestToken({ ...service, [field]: undefined });
    expect([status, body]).toEqual([400, invalidRequest(field)]);
  });

  describe('by HTTP Basic', () => {
    const { client_id, client_secret } = service;
    const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const requestBy = (authorization: string, more: Body = {}) =>
      shop.send<Body>('POST', '/oauth/token', {
        body: { grant_type: 'client_credentials', ...more },
        headers: { authorization },
      });

    it.each([
      ['as it is', client_secret],
      ['encoded as in a form', encodeURIComponent(client_secret).replaceAll('%20', '+')],
    ])('is issued for a secret that is sent %s', async (_how, secret) => {
      const { status, body } = await requestBy(basic(client_id, secret));
      expect([status, body.scope]).toEqual([200, all]);
      expect((await requestBy(basic(client_id, secret), { client_id })).status).toBe(200);
    });

    it.each([
      ['a wrong secret', basic(client_id, 'wrong')],
      ['no secret', basic(client_id, '')],
      ['another tenant', basic('nowhere-service', client_secret)],
    ])('is not issued for %s', async (_what, authorization) => {
      const { status, body } = await requestBy(authorization);
      expect([status, body]).toEqual([401, invalidClient]);
    });

    it.each([
      ['no colon', `Basic ${Buffer.from('shop-service').toString('base64')}`],
      ['nothing', 'Basic '],
      ['the scheme alone', 'Basic'],
      ['text after it', `${basic(client_id, client_secret)} x`],
      ['a second header', `${basic(client_id, client_secret)}, Bearer x`],
      ['a character that is not Base64', `${basic(client_id, client_secret)}$`],
    ])('is not issued for a malformed header, even with a secret in the form: %s', async (_what, authorization) => {
      for (const form of [{}, service]) {
        const { status, body, headers } = await requestBy(authorization, form);
        expect([status, body]).toEqual([401, invalidClient]);
        expect(headers['www-authenticate']).toBe('Basic realm="Foyer"');
      }
    });

    it('is issued for Base64 without padding', async () => {
      const authorization = basic(client_id, client_secret);
      expect(authorization).toMatch(/=$/);
      expect((await requestBy(authorization.replace(/=+$/, ''))).status).toBe(200);
    });

    it('is not issued with a secret or another client in the form', async () => {
      const authorization = basic(client_id, client_secret);
      for (const [field, more] of [
        ['client_secret', { client_secret }],
        ['client_id', { client_id: 'shop-storefront' }],
      ] as const) {
        const { status, body } = await requestBy(authorization, more);
        expect([status, body]).toEqual([400, invalidRequest(field)]);
      }
    });
  });

  it('names errors of the framework as OAuth does', async () => {
    const headers = { 'content-type': 'application/json' };
    const { status, body } = await shop.send('POST', '/oauth/token', { body: '{', headers });
    expect([status, body]).toMatchObject([400, { status: 400, type: 'bad_request', error: 'invalid_request' }]);
  });

  it.each(['token', 'revoke', 'introspect'])('names the types of bodies that /oauth/%s accepts', async (name) => {
    const headers = { 'content-type': 'text/plain' };
    const { status, body } = await shop.send('POST', `/oauth/${name}`, { body: 'x', headers });
    const text = 'The body must be application/x-www-form-urlencoded or application/json.';
    const error = { error: 'invalid_request', error_description: text };
    expect([status, body]).toEqual([415, { status: 415, type: 'unsupported_media_type', message: text, ...error }]);
  });

  // RFC 6749 3.2
  it.each(['scope', 'client_id', 'unknown'])('is not issued for a form with two fields named %s', async (name) => {
    const form = new URLSearchParams([...Object.entries(service), [name, 'x'], [name, 'x']]);
    const { status, body } = await shop.send('POST', '/oauth/token', {
      body: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([status, body]).toEqual([400, invalidRequest(name)]);
    expect(body.error_description).toBe(`${name} must not be sent more than once`);
  });

  it.each(['implicit', 'authorization_code', ''])('is not issued for the grant %p', async (grant_type) => {
    const { status, body } = await requestToken({ ...service, grant_type });
    expect([status, body]).toEqual([400, invalidRequest('grant_type', 'unsupported_grant_type')]);
  });

  it('expires', async () => {
    const employee = await shop.serviceClient();
    shop.advanceClock(14399);
    await employee.get('/customers/1', 401);
  });

  const em = () => shop.app.get(EntityManager).fork();
});

describe("an employee's token", () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  /** Hires an employee. @returns the form that requests a token */
  const newEmployee = async (tenant = 'shop') => {
    const { email, password } = await shop.createEmployee('support', tenant);
    return { grant_type: 'password', client_id: `${tenant}-storefront`, username: email, password };
  };
  const requestToken = (body: Body) => shop.send<{ access_token: string } & Body>('POST', '/oauth/token', { body });

  it('is issued for e-mail and password, with the scopes of the employee', async () => {
    const form = await newEmployee();
    const { status, body } = await requestToken({ ...form, username: form.username.toUpperCase() });
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 14399, session_idle_time: 1800, refresh_token_expires_in: 1800 });
    expect(body.scope).toBe(
      'customer.customer_read customer.customer_manage customer.import_read customer.assistedBuying_manage ' +
        'foyer.mails_manage foyer.activations_manage customermanagement.legalentity_read ' +
        'customermanagement.contactassignment_read customermanagement.location_read tenant=shop',
    );
    const { id } = await shop.signUp();
    await new ApiClient(shop, body.access_token).patch(`/customers/${id}`, 200, { active: true });
  });

  it('contains only the requested scopes, and none that the employee lacks', async () => {
    const form = await newEmployee();
    expect((await requestToken({ ...form, scope: 'customer.customer_read' })).body.scope).toBe(
      'customer.customer_read tenant=shop',
    );
    expect((await requestToken({ ...form, scope: 'customer.import_manage' })).status).toBe(400);
  });

  it('is denied with one error for a wrong password, unknown e-mail, customer or foreign employee', async () => {
    await shop.addTenant('other');
    const [form, elsewhere, customer] = [await newEmployee(), await newEmployee('other'), await shop.customer()];
    const responses = await Promise.all([
      requestToken({ ...form, password: 'wrong secret words' }),
      requestToken({ ...form, username: shop.person().email }),
      requestToken({ ...form, username: customer.email, password: customer.password }),
      requestToken({ ...elsewhere, client_id: 'shop-storefront' }),
    ]);
    expect(responses[0]?.status).toBe(400);
    expect(responses[0]?.body).toMatchObject({ type: 'bad_request', error: 'invalid_grant' });
    expect(new Set(responses.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect((await requestToken(elsewhere)).status).toBe(200);
  });

  it('is denied for an unknown client and for a service without its secret', async () => {
    const form = await newEmployee();
    expect((await requestToken({ ...form, client_id: 'shop-nobody' })).body).toEqual(invalidClient);
    expect((await requestToken({ ...form, client_id: 'shop-service' })).body).toEqual(invalidClient);
    expect((await requestToken({ ...form, ...service, grant_type: 'password' })).status).toBe(200);
  });

  it.each(['username', 'password', 'client_id'])('requires %s', async (field) => {
    const { status, body } = await requestToken({ ...(await newEmployee()), [field]: undefined });
    expect([status, body]).toEqual([400, invalidRequest(field)]);
  });
});
