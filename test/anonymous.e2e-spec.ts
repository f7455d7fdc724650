import { blames, deadRefreshToken, unknownTenant } from './support/answers.js';
import { type AnonymousAnswer, Shop } from './support/shop.js';
import { rows } from './support/rows.js';

const who = { tenant: 'shop', client_id: 'shop-storefront' };
const figures = { token_type: 'Bearer', access_token: expect.any(String), expires_in: 3599, scope: 'tenant=shop' };
const refreshFigures = { refresh_token: expect.any(String), refresh_token_expires_in: 86399 };

describe('a visitor', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const ask = (call: 'login' | 'refresh', query: Record<string, string>) =>
    shop.send<AnonymousAnswer>('GET', `/customerlogin/auth/anonymous/${call}?${new URLSearchParams(query).toString()}`);

  it('gets a token and a session id without a secret', async () => {
    const { status, body } = await ask('login', who);
    expect(status).toBe(200);
    expect(body).toEqual({ ...figures, ...refreshFigures, sessionId: expect.stringMatching(/^[\da-f-]{36}$/) });
  });

  it('is somebody else at each login', async () => {
    const [first, second] = [await shop.anonymous(), await shop.anonymous()];
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(second.access_token).not.toBe(first.access_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
  });

  it('leaves currency, site, language and location with the session', async () => {
    const context = { currency: 'EUR', siteCode: 'main', language: 'de', targetLocation: 'DE' };
    const { sessionId } = await shop.anonymous({ ...context, colour: 'green' });
    expect(await rows(shop, `select kind, client_id, context from sessions where public_id = $1`, [sessionId])).toEqual(
      [{ kind: 'anonymous', client_id: 'shop-storefront', context }],
    );
  });

  it.each(['nowhere', 'Shop', 'sh', '1shop', 'shop-storefront', 'averylongtenantname', ''])(
    'is not let into the tenant %p',
    async (tenant) => {
      const { status, body } = await ask('login', { ...who, tenant });
      expect([status, body]).toEqual([400, unknownTenant]);
    },
  );

  it.each(['nobody', 'shop-nobody', 'other-storefront', 'shop-service', ''])(
    'is not let in by the client %p',
    async (client_id) => {
      await shop.addTenant('other');
      const { status, body } = await ask('login', { ...who, client_id });
      expect(status).toBe(400);
      expect(body).toEqual({ status: 400, type: 'bad_request', message: expect.stringContaining('client_id') });
    },
  );

  it.each(['login', 'refresh'] as const)('is told which parameter of %s is missing', async (call) => {
    expect((await ask(call, { client_id: 'shop-storefront', refresh_token: 'x' })).body).toEqual(blames('tenant'));
    expect((await ask(call, { tenant: 'shop', refresh_token: 'x' })).body).toEqual(
      blames('client_id', 'client_id is required'),
    );
  });

  it('is told when both tokens of a refresh are missing', async () => {
    const { status, body } = await ask('refresh', who);
    expect(status).toBe(400);
    expect(body).toEqual(blames('refresh_token'));
  });

  it('stays the same visitor with a refresh token, which is replaced', async () => {
    const before = await shop.anonymous();
    const { status, body } = await ask('refresh', { ...who, refresh_token: before.refresh_token });
    expect(status).toBe(200);
    expect(body).toEqual({ ...figures, ...refreshFigures, sessionId: before.sessionId });
    expect(body.access_token).not.toBe(before.access_token);
    expect(body.refresh_token).not.toBe(before.refresh_token);
    expect((await ask('refresh', { ...who, refresh_token: body.refresh_token })).body.sessionId).toBe(before.sessionId);
  });

  it('gets the same successor in four parallel refreshes; a later replay ends the session', async () => {
    const { refresh_token, access_token } = await shop.anonymous();
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask('refresh', { ...who, refresh_token })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    shop.later(11);
    expect((await ask('refresh', { ...who, refresh_token })).status).toBe(401);
    expect((await ask('refresh', { ...who, anonymous_token: access_token })).status).toBe(401);
  });

  it('stays the same visitor with the deprecated anonymous_token, but gets no refresh token', async () => {
    const before = await shop.anonymous();
    shop.later(3600);
    const { status, body } = await ask('refresh', { ...who, anonymous_token: before.access_token });
    expect(status).toBe(200);
    expect(body).toEqual({ ...figures, sessionId: before.sessionId });
    expect(body.access_token).not.toBe(before.access_token);
  });

  it.each(['refresh_token', 'anonymous_token'])('is not carried on by a made-up %s', async (name) => {
    const { status, body } = await ask('refresh', { ...who, [name]: 'made-up' });
    expect([status, body]).toEqual([401, deadRefreshToken]);
  });

  it('is not carried on by tokens of another tenant or another client, which stay good', async () => {
    await shop.addTenant('other');
    const { refresh_token, access_token } = await shop.anonymous({}, 'other');
    for (const token of [{ refresh_token }, { anonymous_token: access_token }] as Record<string, string>[]) {
      const { status, body } = await ask('refresh', { ...who, ...token });
      expect([status, body]).toEqual([401, deadRefreshToken]);
      expect((await ask('refresh', { tenant: 'other', client_id: 'shop-storefront', ...token })).status).toBe(400);
    }
    await rows(shop, `insert into clients (tenant, id, kind) values ('shop', 'shop-app', 'storefront')`);
    shop.later(6);
    const mine = await shop.anonymous();
    for (const token of [
      { refresh_token: mine.refresh_token },
      { anonymous_token: mine.access_token },
    ] as unknown as Record<string, string>[]) {
      const { status, body } = await ask('refresh', { tenant: 'shop', client_id: 'shop-app', ...token });
      expect([status, body]).toEqual([401, deadRefreshToken]);
    }
    expect((await ask('refresh', { ...who, refresh_token: mine.refresh_token })).status).toBe(200);
  });

  it('is forgotten when the refresh token has run out', async () => {
    const { refresh_token } = await shop.anonymous();
    shop.later(86399);
    const { status, body } = await ask('refresh', { ...who, refresh_token });
    expect([status, body]).toEqual([401, deadRefreshToken]);
  });

  it('leaves no token in caches', async () => {
    const login = await ask('login', who);
    expect(login.headers['cache-control']).toBe('no-store');
    const refresh = await ask('refresh', { ...who, refresh_token: login.body.refresh_token });
    expect(refresh.headers['cache-control']).toBe('no-store');
  });
});
