import { validationError, invalidRefreshToken, unknownTenant } from './support/responses.js';
import { type AnonymousTokens, Shop } from './support/shop.js';
import { rows } from './support/rows.js';

const client = { tenant: 'shop', client_id: 'shop-storefront' };
const accessBody = { token_type: 'Bearer', access_token: expect.any(String), expires_in: 3599, scope: 'tenant=shop' };
const refreshBody = { refresh_token: expect.any(String), refresh_token_expires_in: 86399 };

describe('a visitor', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const send = (call: 'login' | 'refresh', query: Record<string, string>) =>
    shop.send<AnonymousTokens>('GET', `/customerlogin/auth/anonymous/${call}?${new URLSearchParams(query).toString()}`);

  it('gets a token and a session id without a secret', async () => {
    const { status, body } = await send('login', client);
    expect(status).toBe(200);
    expect(body).toEqual({ ...accessBody, ...refreshBody, sessionId: expect.stringMatching(/^[\da-f-]{36}$/) });
  });

  it('is a new one at each login', async () => {
    const [first, second] = [await shop.logInAnonymously(), await shop.logInAnonymously()];
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  it('stores currency, site, language and location in the session', async () => {
    const context = { currency: 'EUR', siteCode: 'main', language: 'de', targetLocation: 'DE' };
    const { sessionId } = await shop.logInAnonymously({ ...context, currency: 'eur', colour: 'green' });
    expect(await rows(shop, `select kind, client_id, context from sessions where public_id = $1`, [sessionId])).toEqual(
      [{ kind: 'anonymous', client_id: 'shop-storefront', context }],
    );
  });

  it.each(['nowhere', 'Shop', 'sh', '1shop', 'shop-storefront', 'averylongtenantname', ''])(
    'cannot log in at the unknown tenant %p',
    async (tenant) => {
      const { status, body } = await send('login', { ...client, tenant });
      expect([status, body]).toEqual([400, unknownTenant]);
    },
  );

  it.each(['nobody', 'shop-nobody', 'other-storefront', 'shop-service', ''])(
    'cannot log in with the invalid client %p',
    async (client_id) => {
      await shop.addTenant('other');
      const { status, body } = await send('login', { ...client, client_id });
      expect(status).toBe(400);
      expect(body).toEqual({ status: 400, type: 'bad_request', message: expect.stringContaining('client_id') });
    },
  );

  it.each(['login', 'refresh'] as const)('gets an error for a missing parameter of %s', async (call) => {
    expect((await send(call, { client_id: 'shop-storefront', refresh_token: 'x' })).body).toEqual(
      validationError('tenant'),
    );
    expect((await send(call, { tenant: 'shop', refresh_token: 'x' })).body).toEqual(
      validationError('client_id', 'client_id is required'),
    );
  });

  it('gets an error if both tokens of a refresh are missing', async () => {
    const { status, body } = await send('refresh', client);
    expect(status).toBe(400);
    expect(body).toEqual(validationError('refresh_token'));
  });

  it('stays the same visitor with a refresh token, which is replaced', async () => {
    const before = await shop.logInAnonymously();
    const { status, body } = await send('refresh', { ...client, refresh_token: before.refresh_token });
    expect(status).toBe(200);
    expect(body).toEqual({ ...accessBody, ...refreshBody, sessionId: before.sessionId });
    expect(body.access_token).not.toBe(before.access_token);
    expect(body.refresh_token).not.toBe(before.refresh_token);
    const again = await send('refresh', { ...client, refresh_token: body.refresh_token });
    expect(again.body.sessionId).toBe(before.sessionId);
  });

  it('gets the same successor in four parallel refreshes; a later replay revokes the session', async () => {
    const { refresh_token, access_token } = await shop.logInAnonymously();
    const responses = await Promise.all(Array.from({ length: 4 }, () => send('refresh', { ...client, refresh_token })));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(responses.map(({ body }) => body.refresh_token)).size).toBe(1);
    shop.advanceClock(11);
    expect((await send('refresh', { ...client, refresh_token })).status).toBe(401);
    expect((await send('refresh', { ...client, anonymous_token: access_token })).status).toBe(401);
  });

  it('stays the same visitor with the deprecated anonymous_token, but gets no refresh token', async () => {
    const before = await shop.logInAnonymously();
    shop.advanceClock(3600);
    const { status, body } = await send('refresh', { ...client, anonymous_token: before.access_token });
    expect(status).toBe(200);
    expect(body).toEqual({ ...accessBody, sessionId: before.sessionId });
    expect(body.access_token).not.toBe(before.access_token);
  });

  it.each(['refresh_token', 'anonymous_token'])('cannot refresh with an unknown %s', async (name) => {
    const { status, body } = await send('refresh', { ...client, [name]: 'forged' });
    expect([status, body]).toEqual([401, invalidRefreshToken]);
  });

  it('cannot refresh with tokens of another tenant or client, which stay valid', async () => {
    await shop.addTenant('other');
    const { refresh_token, access_token } = await shop.logInAnonymously({}, 'other');
    for (const token of [{ refresh_token }, { anonymous_token: access_token }] as Record<string, string>[]) {
      const { status, body } = await send('refresh', { ...client, ...token });
      expect([status, body]).toEqual([401, invalidRefreshToken]);
      expect((await send('refresh', { tenant: 'other', client_id: 'shop-storefront', ...token })).status).toBe(400);
    }
    await rows(shop, `insert into clients (tenant, id, kind) values ('shop', 'shop-app', 'storefront')`);
    shop.advanceClock(6);
    const mine = await shop.logInAnonymously();
    for (const token of [
      { refresh_token: mine.refresh_token },
      { anonymous_token: mine.access_token },
    ] as unknown as Record<string, string>[]) {
      const { status, body } = await send('refresh', { tenant: 'shop', client_id: 'shop-app', ...token });
      expect([status, body]).toEqual([401, invalidRefreshToken]);
    }
    expect((await send('refresh', { ...client, refresh_token: mine.refresh_token })).status).toBe(200);
  });

  it('cannot refresh after the refresh token has expired', async () => {
    const { refresh_token } = await shop.logInAnonymously();
    shop.advanceClock(86399);
    const { status, body } = await send('refresh', { ...client, refresh_token });
    expect([status, body]).toEqual([401, invalidRefreshToken]);
  });

  it('gets tokens that must not be cached', async () => {
    const login = await send('login', client);
    expect(login.headers['cache-control']).toBe('no-store');
    const refresh = await send('refresh', { ...client, refresh_token: login.body.refresh_token });
    expect(refresh.headers['cache-control']).toBe('no-store');
  });
});
