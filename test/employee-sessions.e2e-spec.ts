import { decodeJwt } from 'jose';
import { LogRecorder } from './support/log-recorder.js';
import { invalidAccessToken, notAuthorized } from './support/responses.js';
import { type Body, Shop } from './support/shop.js';

const MINUTE = 60;
const HOUR = 3600;

interface Tokens extends Body {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  refresh_token_expires_in: number;
  scope: string;
}

const invalidGrant = expect.objectContaining({ status: 400, error: 'invalid_grant' }) as unknown;

describe("an employee's session", () => {
  const log = new LogRecorder();
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    shop.app.useLogger(log);
  });
  afterAll(() => shop.close());

  const backoffice = { client_id: 'foyer-backoffice', tenant: 'shop' };
  const storefront = { client_id: 'shop-storefront' };
  const post = <T = Tokens>(path: string, form: Record<string, string>) =>
    shop.send<T>('POST', path, {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const logIn = async (client: Record<string, string> = backoffice, more: Record<string, string> = {}) => {
    const { id, email: username, password } = await shop.createEmployee('support');
    const { status, body } = await post('/oauth/token', {
      grant_type: 'password',
      username,
      password,
      ...client,
      ...more,
    });
    expect(status).toBe(200);
    return { id, username, password, tokens: body };
  };
  const refresh = (token: string, client: Record<string, string> = backoffice) =>
    post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...client });
  const revoke = (token: string, client: Record<string, string> = backoffice, more: Record<string, string> = {}) =>
    post<Body | undefined>('/oauth/revoke', { token, ...client, ...more });
  const me = (token: string) => shop.send('GET', '/admin/shop/me', { headers: { authorization: `Bearer ${token}` } });

  it('starts at the built-in client with a short access token and a refresh token', async () => {
    const { id, username, tokens } = await logIn();
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      expires_in: 5 * MINUTE,
      session_idle_time: 30 * MINUTE,
      refresh_token: expect.any(String),
      refresh_token_expires_in: 30 * MINUTE,
    });
    const scopes = tokens.scope.split(' ').filter((scope) => scope !== 'tenant=shop');
    const { status, body } = await me(tokens.access_token);
    expect([status, body]).toEqual([200, { id, name: username, email: username, role: 'support', scopes }]);
  });

  it('also starts at a client of the tenant, whose access token keeps its lifetime', async () => {
    const { tokens } = await logIn(storefront);
    expect(tokens).toMatchObject({ expires_in: 4 * HOUR - 1, refresh_token_expires_in: 30 * MINUTE });
    expect((await refresh(tokens.refresh_token, storefront)).status).toBe(200);
  });

  it('is refreshed with the scopes of its login', async () => {
    const { tokens } = await logIn(backoffice, { scope: 'customer.customer_read' });
    const { status, body, headers } = await refresh(tokens.refresh_token);
    expect([status, body.scope, headers['cache-control']]).toEqual([200, tokens.scope, 'no-store']);
    expect(body.scope).toBe('customer.customer_read tenant=shop');
    expect(body.refresh_token).not.toBe(tokens.refresh_token);
    expect(decodeJwt(body.access_token).sid).toBe(decodeJwt(tokens.access_token).sid);
    expect((await me(body.access_token)).status).toBe(200);
    const wider = await post('/oauth/token', {
      ...backoffice,
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      scope: 'customer.customer_manage',
    });
    expect([wider.status, wider.body.details]).toEqual([400, [expect.objectContaining({ field: 'scope' })]]);
  });

  it('expires after 30 minutes without a refresh', async () => {
    const { tokens } = await logIn();
    shop.advanceClock(30 * MINUTE - 1);
    const { body } = await refresh(tokens.refresh_token);
    shop.advanceClock(30 * MINUTE);
    expect(await refresh(body.refresh_token)).toMatchObject({ status: 400, body: invalidGrant });
  });

  it('ends twelve hours after the login, however often it is refreshed', async () => {
    let { tokens } = await logIn();
    for (let minutes = 0; minutes < 11 * 60 + 40; minutes += 20) {
      shop.advanceClock(20 * MINUTE);
      tokens = (await refresh(tokens.refresh_token)).body;
    }
    expect(tokens.refresh_token_expires_in).toBeLessThanOrEqual(20 * MINUTE);
    shop.advanceClock(20 * MINUTE);
    expect(await refresh(tokens.refresh_token)).toMatchObject({ status: 400, body: invalidGrant });
  });

  it('returns the same next refresh token within ten seconds, and ends when a replaced one is used later', async () => {
    const { id, tokens } = await logIn();
    const [first, second] = [await refresh(tokens.refresh_token), await refresh(tokens.refresh_token)];
    expect([first.status, second.body.refresh_token]).toEqual([200, first.body.refresh_token]);
    expect(log.latestSecurityEvent('refresh_retried')).toMatchObject({ employee: id });
    shop.advanceClock(11);
    expect(await refresh(tokens.refresh_token)).toMatchObject({ status: 400, body: invalidGrant });
    expect(log.latestSecurityEvent('refresh_replayed')).toMatchObject({ employee: id });
    expect(await me(first.body.access_token)).toMatchObject({ status: 401, body: invalidAccessToken });
    expect((await refresh(first.body.refresh_token)).status).toBe(400);
  });

  it('is bound to its client and its tenant', async () => {
    await shop.addTenant('other');
    const { tokens } = await logIn();
    for (const client of [storefront, { ...backoffice, tenant: 'other' }, { client_id: 'other-storefront' }]) {
      expect(await refresh(tokens.refresh_token, client)).toMatchObject({ status: 400, body: invalidGrant });
    }
    const atStorefront = await logIn(storefront);
    expect((await refresh(atStorefront.tokens.refresh_token)).status).toBe(400);
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('is not refreshed with the token of a customer, and a customer is not refreshed with its token', async () => {
    const ada = await shop.customer();
    expect((await refresh(ada.login.refresh_token, storefront)).status).toBe(400);
    const { tokens } = await logIn(storefront);
    const visitor = await shop.visitor();
    const query = new URLSearchParams({ refreshToken: tokens.refresh_token }).toString();
    expect((await visitor.send('GET', `/refreshauthtoken?${query}`)).status).toBe(401);
  });

  it('ends when the employee is deactivated', async () => {
    const { id, tokens } = await logIn();
    const admin = await shop.employee('admin');
    const headers = { authorization: `Bearer ${admin.token}` };
    await shop.send('PATCH', `/admin/shop/employees/${id}`, { body: { active: false }, headers });
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
    expect((await me(tokens.access_token)).status).toBe(401);
  });

  it.each(['access_token', 'refresh_token'] as const)('ends when its %s is revoked', async (name) => {
    const { id, tokens } = await logIn();
    const { status, text } = await revoke(tokens[name], backoffice, { token_type_hint: name });
    expect([status, text]).toEqual([200, '']);
    expect(log.latestSecurityEvent('session_ended')).toMatchObject({ employee: id });
    expect(await me(tokens.access_token)).toMatchObject({ status: 401, body: invalidAccessToken });
    expect((await refresh(tokens.refresh_token)).status).toBe(400);
    expect((await revoke(tokens[name])).status).toBe(200);
  });

  it('stays valid when another client, tenant or kind of token is revoked', async () => {
    const { tokens } = await logIn();
    const ada = await shop.customer();
    for (const client of [storefront, { ...backoffice, tenant: 'other' }]) {
      expect((await revoke(tokens.refresh_token, client)).status).toBe(200);
      expect((await revoke(tokens.access_token, client)).status).toBe(200);
    }
    expect((await revoke(ada.login.access_token, storefront)).status).toBe(200);
    expect((await revoke('unknown')).status).toBe(200);
    expect((await me(tokens.access_token)).status).toBe(200);
    await ada.get('/me');
  });

  it('of a service ends when its token is revoked with the secret of the client', async () => {
    const { body } = await shop.requestToken();
    const wrong = await revoke(body.access_token, { client_id: 'shop-service', client_secret: 'wrong' });
    expect([wrong.status, wrong.body]).toMatchObject([401, { error: 'invalid_client' }]);
    const secret = 'the secret of the service';
    expect((await revoke(body.access_token, { client_id: 'shop-service', client_secret: secret })).status).toBe(200);
    expect((await me(body.access_token)).status).toBe(401);
  });

  it.each([
    [{ client_id: 'foyer-backoffice' }, 'invalid_request', 'tenant'],
    [{ client_id: 'foyer-backoffice', tenant: 'missing' }, 'invalid_request', undefined],
  ])('requires a tenant that exists: %j', async (client, error, field) => {
    const { email: username, password } = await shop.createEmployee('viewer');
    const { status, body } = await post('/oauth/token', { grant_type: 'password', username, password, ...client });
    expect([status, body]).toMatchObject([400, { error, ...(field && { details: [{ field }] }) }]);
  });

  it('requires a refresh token to be refreshed, and the client is not one of a service', async () => {
    const { status, body } = await post('/oauth/token', { grant_type: 'refresh_token', ...backoffice });
    expect([status, body]).toMatchObject([400, { details: [{ field: 'refresh_token' }] }]);
    const service = { grant_type: 'client_credentials', client_secret: 'a secret', ...backoffice };
    expect(await post('/oauth/token', service)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('shows its employee to no service', async () => {
    const { token } = await shop.serviceClient();
    expect(await me(token ?? '')).toMatchObject({ status: 403, body: notAuthorized });
  });
});
