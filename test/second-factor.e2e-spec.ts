import { bodyFor } from './support/bodies.js';
import { member } from './support/companies.js';
import { operations, urlOf } from './support/document.js';
import { Glue, GlueClient } from './support/glue.js';
import { LogRecorder } from './support/log-recorder.js';
import { notAuthorized, unknownCustomer } from './support/responses.js';
import { rows } from './support/rows.js';
import {
  activateApp,
  activateEmail,
  mailedCode,
  otherCode,
  postFactor,
  recoveryCodes,
  withCode,
} from './support/second-factor.js';
import { type Body, type LoggedInCustomer, type Response, Shop } from './support/shop.js';
import { ownEvents, staffActions } from './support/timeline.js';

const forbidden = (message: string) => ({ status: 403, body: { status: 403, type: 'Forbidden', message } });
const required = forbidden('The header X-MFA-Code is required: the customer has an active second factor.');
const invalid = forbidden('The code in the header X-MFA-Code is invalid or expired.');
const short = ({ status, body }: Response<unknown>) => ({ status, body });

/** Activates mailed codes for a customer of the Emporix API. @returns the code */
const activate = ({ shop, token, email }: LoggedInCustomer): Promise<string> =>
  activateEmail(Object.assign(new GlueClient(shop, token), { email }));

describe('a second factor in the Emporix API', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none', restrictions: ['FR'] })));
  afterAll(() => shop.close());

  interface Protected {
    method: string;
    path: string;
    body?: (ada: LoggedInCustomer) => Body;
    status: number;
  }

  const routes: Protected[] = [
    { method: 'PATCH', path: '/me', body: () => ({ firstName: 'Augusta' }), status: 200 },
    { method: 'PUT', path: '/me', body: () => ({ firstName: 'Augusta' }), status: 200 },
    { method: 'POST', path: '/me/addresses', body: () => ({ city: 'Berlin' }), status: 201 },
    { method: 'POST', path: '/me/addresses/', body: () => ({ city: 'Rome', isDefault: true }), status: 201 },
    { method: 'PATCH', path: '/me/addresses/{id}', body: () => ({ city: 'Paris' }), status: 200 },
    { method: 'PUT', path: '/me/addresses/{id}', body: () => ({ city: 'Paris' }), status: 200 },
    { method: 'POST', path: '/me/addresses/{id}/tags?tags=home', status: 204 },
    { method: 'DELETE', path: '/me/addresses/{id}/tags?tags=home', status: 204 },
    { method: 'DELETE', path: '/me/addresses/{id}', status: 204 },
    {
      method: 'POST',
      path: '/password/change',
      body: ({ password }) => ({ currentPassword: password, newPassword: 'new secret words' }),
      status: 204,
    },
    {
      method: 'POST',
      path: '/me/accounts/internal/email/change',
      body: ({ email, password }) => ({ email, password, newEmail: shop.person().email }),
      status: 204,
    },
    { method: 'POST', path: '/me/export', body: ({ password }) => ({ password }), status: 200 },
    { method: 'POST', path: '/me/erasure/request', status: 204 },
    { method: 'POST', path: '/me/erasure', body: ({ password }) => ({ password }), status: 204 },
    { method: 'DELETE', path: '/me/identities/00000000-0000-4000-8000-000000000000', status: 404 },
    {
      method: 'POST',
      path: '/me/identities',
      body: ({ password }) => ({ password, code: 'unknown' }),
      status: 400,
    },
  ];

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'protects %s',
    async (_name, { method, path, body, status }) => {
      const ada = await shop.customer();
      const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { city: 'London' });
      const code = await activate(ada);
      const send = (headers: Record<string, string>) =>
        ada.send(method, path.replace('{id}', id), { body: body?.(ada), headers });
      const before = await ada.get('/me?expand=addresses');
      expect(short(await send({}))).toEqual(required);
      expect(short(await send(withCode(otherCode(code))))).toEqual(invalid);
      expect(await ada.get('/me?expand=addresses')).toEqual(before);
      expect((await send(withCode(code))).status).toBe(status);
    },
  );

  /** The other writes of customers. They do not change the account, its addresses or the customers of a company. */
  const unprotected = [
    ...['DELETE /customer/{tenant}/me/sessions', 'DELETE /customer/{tenant}/me/sessions/{sessionId}'],
    'PUT /customer/{tenant}/me/consents',
    'PATCH /session-context/{tenant}/me/context',
    'POST /session-context/{tenant}/me/context/attributes',
    'DELETE /session-context/{tenant}/me/context/attributes/{attributeName}',
    'POST /customer-management/{tenant}/membership-requests/{membershipRequestId}/approve',
    'DELETE /customer-management/{tenant}/membership-requests/{membershipRequestId}',
    // These only read.
    ...['POST /customer-management/{tenant}/legal-entities/search', 'POST /customer/{tenant}/customers/search'],
  ];

  it('protects every route for customers that is not a GET, except for those that do not change the account', async () => {
    const admin = await member(shop, 'Admin');
    await activate(admin);
    const headers = { authorization: `Bearer ${admin.token}` };
    const changes = operations.filter(({ method, tokens }) => method !== 'GET' && tokens.includes('customer'));
    expect(changes.map(({ name }) => name)).toEqual(expect.arrayContaining(unprotected));
    for (const operation of changes.filter(({ name }) => !unprotected.includes(name))) {
      const url = urlOf(operation, { tenant: shop.tenant, customerNumber: admin.id });
      const body = operation.body && bodyFor(operation, admin, shop.person());
      const response = await shop.send(operation.method, url, { body, headers });
      expect({ name: operation.name, ...short(response) }).toEqual({ name: operation.name, ...required });
    }
  });

  it('is not required of customers without one', async () => {
    const ada = await shop.customer();
    await ada.patch('/me', 200, { firstName: 'Augusta' });
    const headers = withCode('123456');
    expect((await ada.send('PATCH', '/me', { body: { firstName: 'Ada' }, headers })).status).toBe(200);
    expect((await ada.send('POST', '/me/addresses', { body: { city: 'Berlin' }, headers })).status).toBe(201);
  });

  it('is not required to read, log in and log out', async () => {
    const ada = await shop.customer();
    await activate(ada);
    await ada.get('/me');
    await ada.get('/me/addresses');
    const again = await shop.logIn(ada);
    await again.get('/me');
    await again.get(`/logout?accessToken=${again.token}`, 204);
  });

  it('is required after authentication, before the body is validated', async () => {
    const ada = await shop.customer();
    await activate(ada);
    expect(short(await ada.send('PATCH', '/me', { body: { firstName: 1 } }))).toEqual(required);
    const { status } = await shop.unauthenticated.send('PATCH', '/me', { body: {}, headers: withCode('123456') });
    expect(status).toBe(401);
  });

  it('can be an authenticator app or a recovery code', async () => {
    const ada = await shop.customer();
    const client = new GlueClient(shop, ada.token);
    const app = await activateApp(client);
    const patch = async (code: string) =>
      (await ada.send('PATCH', '/me', { body: { firstName: 'Augusta' }, headers: withCode(code) })).status;
    const [recovery = ''] = await recoveryCodes(client, app.codeIn(30));
    expect(await patch(app.codeIn(0))).toBe(403);
    expect(await patch(recovery)).toBe(200);
    expect(await patch(recovery)).toBe(403);
    shop.advanceClock(60);
    const code = app.codeIn(0);
    expect(await patch(code)).toBe(200);
    expect(await patch(code)).toBe(403);
  });

  it('applies to an employee who acts for the customer', async () => {
    const ada = await shop.customer();
    await activate(ada);
    const staff = await shop.employee('support');
    const { accessToken } = await staff.post<{ accessToken: string }>('/assistedbuying/login', 200, {
      customerNumber: ada.id,
    });
    const send = (headers: Record<string, string>) =>
      shop.send('PATCH', `/customer/${shop.tenant}/me`, {
        body: { firstName: 'Augusta' },
        headers: { authorization: `Bearer ${accessToken}`, ...headers },
      });
    expect(short(await send({}))).toEqual(required);
    const acting = new GlueClient(shop, accessToken);
    expect((await postFactor(acting, 'trigger', { type: 'email' })).status).toBe(204);
    expect((await send(withCode(await mailedCode(shop, ada.email)))).status).toBe(200);
  });

  it('is not required of employees and services', async () => {
    const ada = await shop.customer();
    await activate(ada);
    await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, { firstName: 'Augusta' });
  });

  it('is required of a company Admin who changes customers of the company, including the Admin', async () => {
    const admin = await member(shop, 'Admin');
    const path = `/customers/${admin.id}`;
    await admin.patch(path, 200, { firstName: 'Augusta' });
    const code = await activate(admin);
    expect(short(await admin.send('PATCH', path, { body: { firstName: 'Ada' } }))).toEqual(required);
    expect(short(await admin.send('PUT', path, { body: { firstName: 'Ada' } }))).toEqual(required);
    expect(short(await admin.send('DELETE', path))).toEqual(required);
    expect(short(await admin.send('POST', '/customers', { body: { firstName: 'Eve' } }))).toEqual(required);
    const response = await admin.send('PATCH', path, { body: { firstName: 'Ada' }, headers: withCode(code) });
    expect(response.status).toBe(200);
  });

  describe('is removed by an employee', () => {
    const path = ({ id }: { id: string }, type = 'email', reason = 'Lost telephone') =>
      `/customers/${id}/second-factors/${type}?reason=${encodeURIComponent(reason)}`;

    it('with a reason, which the history shows', async () => {
      const ada = await shop.customer();
      const code = await activate(ada);
      await recoveryCodes(new GlueClient(shop, ada.token), code);
      const staff = await shop.employee('support');
      await staff.delete(path(ada), 204);
      await ada.patch('/me', 200, { firstName: 'Augusta' });
      const [entry] = await staffActions(staff, ada.id);
      expect(entry).toEqual({
        at: expect.any(String),
        action: 'second_factor_removed',
        actor: { kind: 'employee', id: staff.id, address: '127.0.0.1' },
        changes: { fields: ['email'], reason: 'Lost telephone' },
      });
      expect(await rows(shop, 'select 1 from recovery_codes where customer_id = $1', [ada.id])).toEqual([]);
    });

    it('only with a reason, an existing factor and the scope', async () => {
      const ada = await shop.customer();
      await activate(ada);
      const staff = await shop.employee('support');
      const absent = await staff.send('DELETE', `/customers/${ada.id}/second-factors/email`);
      expect(absent).toMatchObject({ status: 400, body: { details: [{ field: 'reason' }] } });
      expect(await staff.send('DELETE', path(ada, 'email', ''))).toMatchObject({ status: 400 });
      for (const type of ['totp', 'sms']) {
        expect(await staff.send('DELETE', path(ada, type))).toMatchObject({
          status: 404,
          body: { type: 'resource_not_found', message: `Second factor ${type} not found.` },
        });
      }
      expect(short(await staff.send('DELETE', path({ id: 'unknown' })))).toEqual({
        status: 404,
        body: unknownCustomer('unknown'),
      });
      const restricted = await shop.serviceClient('customer.customer_manage--FR');
      expect(short(await restricted.send('DELETE', path(ada)))).toEqual({
        status: 404,
        body: unknownCustomer(ada.id),
      });
      const viewer = await shop.employee('viewer');
      expect(short(await viewer.send('DELETE', path(ada)))).toEqual({ status: 403, body: notAuthorized });
      expect(short(await ada.send('DELETE', path(ada)))).toEqual({ status: 403, body: notAuthorized });
      expect(short(await ada.send('PATCH', '/me', { body: {} }))).toEqual(required);
    });
  });

  it('is part of the export, without codes and secrets', async () => {
    const ada = await shop.customer();
    const code = await activate(ada);
    await recoveryCodes(new GlueClient(shop, ada.token), code);
    const { body } = await ada.send('POST', '/me/export', {
      body: { password: ada.password },
      headers: withCode(code),
    });
    expect(body).toMatchObject({
      secondFactors: [{ type: 'email', status: 'active', activated_at: expect.any(String) }],
      secondFactorCodes: [{ failures: 0 }],
      secondFactorFailures: [{ failures: 0 }],
      recoveryCodes: Array.from({ length: 10 }, () => ({ created_at: expect.any(String) })),
    });
    expect(JSON.stringify(body)).not.toMatch(/hash|"secret"/);
  });

  it('is recorded in the security log, without the code', async () => {
    const log = new LogRecorder();
    shop.app.useLogger(log);
    const ada = await shop.customer();
    const code = await activate(ada);
    const wrong = otherCode(code);
    await ada.send('PATCH', '/me', { body: {}, headers: withCode(wrong) });
    expect(log.latestSecurityEvent('second_factor_activated')).toMatchObject({ result: 'done', customer: ada.id });
    expect(log.latestSecurityEvent('second_factor_invalid')).toMatchObject({ result: 'rejected', customer: ada.id });
    const [recovery = '', other = ''] = await recoveryCodes(new GlueClient(shop, ada.token), code);
    await ada.send('PATCH', '/me', { body: {}, headers: withCode(recovery) });
    const app = await activateApp(new GlueClient(shop, ada.token), code);
    const next = app.codeIn(30);
    await ada.send('PATCH', '/me', { body: {}, headers: withCode(next) });
    expect(log.latestSecurityEvent('recovery_codes_created')).toMatchObject({ customer: ada.id });
    await (await shop.employee('support')).delete(`/customers/${ada.id}/second-factors/email?reason=lost`);
    expect(log.latestSecurityEvent('second_factor_removed')).toMatchObject({ customer: ada.id });
    expect(await ownEvents(await shop.serviceClient(), ada.id)).toEqual([
      { action: 'second_factor_activated', changes: { fields: ['totp'] } },
      { action: 'recovery_codes_created', changes: {} },
      { action: 'second_factor_activated', changes: { fields: ['email'] } },
    ]);
    const written = JSON.stringify(log.entries);
    for (const secret of [code, wrong, recovery, other, next, app.secret]) {
      expect(written).not.toMatch(new RegExp(`\\b${secret}\\b`));
    }
  });
});

describe('a second factor', () => {
  it('protects the same customer in both APIs, counted together', async () => {
    const shop = await Shop.open({ activation: 'none' });
    try {
      const ada = await new Glue(shop).customer();
      const code = await activateEmail(ada);
      const emporix = (text: string) =>
        shop.send('PATCH', `/customer/${shop.tenant}/me`, {
          body: { firstName: 'Augusta' },
          headers: { authorization: `Bearer ${ada.token}`, ...withCode(text) },
        });
      expect((await emporix(code)).status).toBe(200);
      for (let n = 0; n < 2; n++) expect((await emporix(otherCode(code))).status).toBe(403);
      const attributes = { firstName: 'Ada' };
      const glue = (text: string) => ada.send('PATCH', ada.path, { attributes, headers: withCode(text) });
      expect((await glue(code)).status).toBe(200);
      expect((await glue(otherCode(code))).status).toBe(403);
      expect((await glue(code)).status).toBe(403);
      expect((await emporix(code)).status).toBe(403);
    } finally {
      await shop.close();
    }
  });
});
