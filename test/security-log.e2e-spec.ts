import { Glue, GlueClient } from './support/glue.js';
import { LogRecorder } from './support/log-recorder.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { limits } from '../src/limits/limits.js';
import { Shop, ApiClient } from './support/shop.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('the security log', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  let log: LogRecorder;

  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    const google = { name: 'google', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
    shop = await Shop.open({ activation: 'none', identityProviders: [google] });
    log = new LogRecorder();
    shop.app.useLogger(log);
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });
  beforeEach(() => (log.entries = []));
  afterEach(() => {
    // E-mail addresses, the passwords of these tests, tokens and hashes.
    expect(JSON.stringify(log.entries)).not.toMatch(/@|words|guess|[\w-]{40}/);
  });

  /** The fields that every event has. */
  const common = { tenant: 'shop', address: '127.0.0.1', requestId: expect.stringMatching(UUID) };
  const done = (event: string, facts: object) => ({ event, result: 'done', ...common, ...facts });
  const rejected = (event: string, facts: object = {}) => ({ event, result: 'rejected', ...common, ...facts });

  describe('events of customers', () => {
    it('records logins and rejected logins, with the account but without the e-mail', async () => {
      const ada = await shop.customer();
      expect(log.latestSecurityEvent('logged_in')).toEqual(
        expect.objectContaining(done('logged_in', { customer: ada.id })),
      );

      const visitor = await shop.visitor();
      const wrong = { email: ada.email, password: 'wrong secret words' };
      const { headers } = await visitor.send('POST', '/login', { body: wrong });
      const line = log.latestSecurityEvent('login_rejected');
      expect(line).toEqual(
        expect.objectContaining(
          rejected('login_rejected', {
            requestId: headers['x-request-id'],
            route: 'POST /customer/:tenant/login',
            account: expect.stringMatching(/^[\w-]{16}$/),
          }),
        ),
      );
      await new GlueClient(shop).send('POST', 'access-tokens', {
        attributes: { username: ada.email.toUpperCase(), password: 'wrong secret words' },
      });
      expect(log.latestSecurityEvent('login_rejected')).toMatchObject({
        account: line?.account,
        route: 'POST /access-tokens',
      });
      await visitor.post('/login', 400, { ...wrong, email: shop.person().email });
      expect(log.latestSecurityEvent('login_rejected')?.account).not.toBe(line?.account);
    });

    it('records a lock', async () => {
      const { email } = shop.person();
      const visitor = await shop.visitor();
      for (let time = 0; time < 15; time++) await visitor.post('/login', 400, { email, password: 'a guess' });
      await visitor.post('/login', 429, { email, password: 'a guess' });
      expect(log.securityEvents('login_rejected')).toHaveLength(15);
      expect(log.latestSecurityEvent('login_locked')).toEqual(expect.objectContaining(rejected('login_locked')));
    });

    it('records a lock that a strict tenant hides from the caller', async () => {
      await shop.addTenant('careful', { strict: true });
      const visitor = await shop.visitor('careful');
      const guess = { email: shop.person().email, password: 'a guess' };
      for (let time = 0; time < 16; time++) await visitor.post('/login', 400, guess);
      expect(log.securityEvents('login_rejected')).toHaveLength(15);
      expect(log.latestSecurityEvent('login_locked')).toMatchObject({ tenant: 'careful', account: expect.any(String) });
    });

    it('records the late reuse of a refresh token once, and each rejected refresh', async () => {
      const ada = await shop.customer();
      const visitor = await shop.visitor();
      const path = `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`;
      await visitor.get(path);
      shop.advanceClock(11);
      await visitor.get(path, 401);
      expect(log.securityEvents('refresh_replayed')).toEqual([
        expect.objectContaining(done('refresh_replayed', { customer: ada.id })),
      ]);
      await visitor.get(path, 401);
      expect(log.securityEvents('refresh_replayed')).toHaveLength(1);
      expect(log.securityEvents('refresh_rejected')).toHaveLength(2);
    });

    it('records a refresh with a token that was replaced a moment ago', async () => {
      const ada = await shop.customer();
      const visitor = await shop.visitor();
      const path = `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`;
      await visitor.get(path);
      expect(log.securityEvents('refresh_retried')).toEqual([]);
      for (let time = 0; time < 2; time++) await visitor.get(path);
      const event = expect.objectContaining(done('refresh_retried', { customer: ada.id }));
      expect(log.securityEvents('refresh_retried')).toEqual([event, event]);
    });

    it('records each way to set a new password', async () => {
      const ada = await shop.customer();
      const customer = ada.id;
      await ada.post('/password/change', 400, { currentPassword: 'wrong words', newPassword: 'new secret words' });
      expect(log.latestSecurityEvent('password_wrong')).toEqual(
        expect.objectContaining(rejected('password_wrong', { customer })),
      );
      await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: 'new secret words' });
      expect(log.latestSecurityEvent('password_changed')).toEqual(
        expect.objectContaining(done('password_changed', { customer })),
      );

      const visitor = await shop.visitor();
      await visitor.post('/password/reset', 204, { email: ada.email });
      expect(log.latestSecurityEvent('password_reset_requested')).toMatchObject({ customer, result: 'done' });
      const { token } = await shop.mailTo(ada.email, 'password-reset');
      await visitor.post('/password/reset/update', 204, { token, password: 'third secret words' });
      expect(log.latestSecurityEvent('password_reset')).toMatchObject({ customer, result: 'done' });
      await visitor.post('/password/reset/update', 400, { token, password: 'third secret words' });
      expect(log.latestSecurityEvent('mailed_token_rejected')).toEqual(
        expect.objectContaining(rejected('mailed_token_rejected', { purpose: 'password-reset' })),
      );
    });

    it('records a new login e-mail, an export and an erasure', async () => {
      const ada = await shop.customer();
      const customer = ada.id;
      const newEmail = shop.person().email;
      await ada.post('/me/accounts/internal/email/change', 204, { email: ada.email, password: ada.password, newEmail });
      expect(log.latestSecurityEvent('email_change_requested')).toMatchObject({ customer, result: 'done' });
      const { token } = await shop.mailTo(newEmail, 'email-change');
      await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 204, { token });
      expect(log.latestSecurityEvent('email_changed')).toMatchObject({ customer, result: 'done' });
      await ada.post('/me/export', 200, { password: ada.password });
      expect(log.latestSecurityEvent('customer_exported')).toMatchObject({ customer, result: 'done' });
      await ada.post('/me/erasure/request', 204);
      expect(log.latestSecurityEvent('erasure_requested')).toMatchObject({ customer, result: 'done' });
      await ada.post('/me/erasure', 204, { password: ada.password });
      expect(log.latestSecurityEvent('customer_deleted')).toMatchObject({ customer, result: 'done' });
    });

    it('records linked and unlinked identities', async () => {
      const ada = await shop.customer();
      const customer = ada.id;
      const login = provider.addUser({ email: ada.email, email_verified: true });
      const proof = { password: ada.password, ...(await provider.logIn(login)) };
      const { id } = await ada.post<{ id: string }>('/me/identities', 201, proof);
      expect(log.latestSecurityEvent('identity_linked')).toMatchObject({ customer, result: 'done' });
      await ada.delete(`/me/identities/${id}`);
      expect(log.latestSecurityEvent('identity_unlinked')).toMatchObject({ customer, result: 'done' });

      const query = new URLSearchParams({ ...(await provider.logIn(login)) });
      await (await shop.visitor()).send('POST', `/socialLogin?${query.toString()}`);
      const { token } = await shop.mailTo(ada.email, 'link-identity');
      log.entries = [];
      await (await shop.visitor()).post('/me/identities/confirm', 204, { token });
      expect(log.latestSecurityEvent('identity_linked')).toMatchObject({ customer, result: 'done' });
    });

    it('records the end of another session and of all sessions', async () => {
      const eve = await shop.customer();
      await shop.logIn(eve);
      const sessions = await eve.get<{ id: string; current: boolean }[]>('/me/sessions');
      await eve.delete(`/me/sessions/${sessions.find(({ current }) => !current)?.id}`);
      expect(log.latestSecurityEvent('session_ended')).toMatchObject({ customer: eve.id, result: 'done' });
      await eve.delete('/me/sessions');
      expect(log.latestSecurityEvent('logged_out_everywhere')).toMatchObject({ customer: eve.id, result: 'done' });
      log.entries = [];

      const ada = await new Glue(shop).customer();
      await ada.delete('refresh-tokens/mine');
      expect(log.latestSecurityEvent('logged_out_everywhere')).toMatchObject({ result: 'done' });
    });
  });

  describe('events of tokens', () => {
    it('records forbidden requests and the token of another tenant', async () => {
      const ada = await shop.customer();
      await ada.get('/customers', 403);
      expect(log.latestSecurityEvent('access_denied')).toEqual(
        expect.objectContaining(
          rejected('access_denied', { customer: ada.id, route: 'GET /customer/:tenant/customers' }),
        ),
      );
      const reader = await shop.serviceClient('customer.customer_read');
      await reader.delete(`/customers/${ada.id}`, 403);
      expect(log.latestSecurityEvent('access_denied')).toMatchObject({
        actor: { kind: 'service', id: 'shop-service' },
      });

      const eve = await new Glue(shop).customer();
      await eve.patch('customers/DE--999999', 403, { firstName: 'Eve' });
      expect(log.latestSecurityEvent('access_denied')).toMatchObject({ route: 'PATCH /customers/:customerReference' });

      await shop.addTenant('elsewhere');
      await new ApiClient(shop, ada.token, 'elsewhere').get('/me', 401);
      expect(log.latestSecurityEvent('token_invalid')).toMatchObject({ tenant: 'elsewhere', tokenTenant: 'shop' });
    });

    it('records no valid requests, and no missing or expired tokens', async () => {
      const ada = await shop.customer();
      log.entries = [];
      await ada.get('/me');
      await shop.unauthenticated.get('/me', 401);
      shop.advanceClock(31 * 24 * 3600);
      await ada.get('/me', 401);
      expect(log.entries).toEqual([]);
    });
  });

  it('records requests beyond a rate limit', async () => {
    const ada = await shop.customer();
    const body = { consents: [{ id: 'terms', version: '1', accepted: true }] };
    for (let sent = 0; sent <= limits.consents.perCustomer; sent++) await ada.send('PUT', '/me/consents', { body });
    expect(log.securityEvents('too_many_requests')).toEqual([
      expect.objectContaining(rejected('too_many_requests', { route: 'PUT /customer/:tenant/me/consents' })),
    ]);
  });

  describe('events of employees and services', () => {
    it('records token requests of services and employees, granted and rejected', async () => {
      expect((await shop.requestToken()).status).toBe(200);
      expect(log.latestSecurityEvent('logged_in')).toEqual(
        expect.objectContaining(done('logged_in', { client: 'shop-service' })),
      );
      expect((await shop.requestToken({ client_secret: 'wrong secret' })).status).toBe(401);
      expect(log.latestSecurityEvent('client_rejected')).toEqual(
        expect.objectContaining(rejected('client_rejected', { client: 'shop-service', route: 'POST /oauth/token' })),
      );
      const { id, email: username } = await shop.createEmployee();
      const form = { grant_type: 'password', client_id: 'shop-storefront', username, password: 'wrong words' };
      await shop.requestToken(form);
      expect(log.latestSecurityEvent('login_rejected')).toMatchObject({ account: expect.any(String) });
      await shop.requestToken({ ...form, password: 'old secret words' });
      expect(log.latestSecurityEvent('logged_in')).toMatchObject({ employee: id, client: 'shop-storefront' });
    });

    it('records assisted logins and exports by employees', async () => {
      const ada = await shop.customer();
      const grace = await shop.employee('admin');
      const expected = { actor: { kind: 'employee', id: grace.id }, customer: ada.id };
      await grace.post('/assistedbuying/login', 200, { customerNumber: ada.id });
      expect(log.latestSecurityEvent('acting_started')).toMatchObject(expected);
      await grace.get(`/customers/${ada.id}/export`);
      expect(log.latestSecurityEvent('customer_exported')).toMatchObject(expected);
    });

    it('records admin changes by field name only', async () => {
      const admin = await shop.employee('admin');
      const actor = { kind: 'employee', id: admin.id };
      const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
        const headers = { authorization: `Bearer ${admin.token}` };
        return (await shop.send<T>(method, `/admin/shop${path}`, { body, headers })).body;
      };
      await call('PATCH', '/settings', { mailFrom: 'Acme <no-reply@acme.example>' });
      expect(log.latestSecurityEvent('settings_changed')).toEqual(
        expect.objectContaining(done('settings_changed', { actor, fields: ['mailFrom'] })),
      );
      const { email } = shop.person();
      const { id: employee } = await call<{ id: string }>('POST', '/employees', { email, role: 'viewer' });
      await call('PATCH', `/employees/${employee}`, { role: 'support', active: true });
      await call('DELETE', `/employees/${employee}`);
      expect(log.latestSecurityEvent('employee_created')).toMatchObject({ actor, employee });
      expect(log.latestSecurityEvent('employee_changed')).toMatchObject({
        actor,
        employee,
        fields: ['role', 'active'],
      });
      expect(log.latestSecurityEvent('employee_removed')).toMatchObject({ actor, employee });

      const scopes = ['customer.customer_read'];
      const { id: client } = await call<{ id: string }>('POST', '/clients', { name: 'crm', kind: 'service', scopes });
      await call('PATCH', `/clients/${client}`, { scopes: [] });
      const { id: secret } = await call<{ id: string }>('POST', `/clients/${client}/secrets`);
      await call('DELETE', `/clients/${client}/secrets/${secret}`);
      await call('DELETE', `/clients/${client}`);
      for (const what of ['created', 'changed', 'secret_added', 'secret_revoked', 'removed']) {
        expect(log.latestSecurityEvent(`client_${what}`)).toEqual(
          expect.objectContaining(done(`client_${what}`, { actor, client })),
        );
      }
    });
  });
});
