import {
  invalidRefreshToken,
  invalidAccessToken,
  expiredAccessToken,
  notAuthorized,
  refreshedTokens,
  aliasedValues,
} from './support/responses.js';
import { type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';
import { dumpDatabase } from './support/rows.js';

type Tokens = LoggedInCustomer['login'];

const refresh = async (shop: Shop, refreshToken: string, caller?: ApiClient) =>
  (caller ?? (await shop.visitor())).send<Tokens>(
    'GET',
    `/refreshauthtoken?refreshToken=${encodeURIComponent(refreshToken)}`,
  );

describe('a refresh', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  const isValid = async (accessToken: string) =>
    (await new ApiClient(shop, accessToken).send('GET', '/me')).status === 200;

  it('returns new tokens, also under their deprecated names, and the same session id', async () => {
    const { login } = await shop.customer();
    const { status, body, headers } = await refresh(shop, login.refresh_token);
    expect(status).toBe(200);
    expect(body).toEqual(refreshedTokens(login.session_id));
    for (const [present, deprecated] of aliasedValues(body)) expect(deprecated).toBe(present);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.access_token).not.toBe(login.access_token);
    expect(body.refresh_token).not.toBe(login.refresh_token);
    expect(await isValid(body.access_token)).toBe(true);
    expect((await refresh(shop, body.refresh_token)).body.session_id).toBe(login.session_id);
  });

  it('returns the same successor for each request with a replaced token within ten seconds', async () => {
    const { login } = await shop.customer();
    const first = await refresh(shop, login.refresh_token);
    shop.advanceClock(4);
    const second = await refresh(shop, login.refresh_token);
    shop.advanceClock(4);
    const third = await refresh(shop, login.refresh_token);
    expect([first.status, second.status, third.status]).toEqual([200, 200, 200]);
    for (const { body } of [first, second, third]) {
      expect(body.session_id).toBe(login.session_id);
      expect(body.refresh_token).toBe(first.body.refresh_token);
      expect(await isValid(body.access_token)).toBe(true);
    }
    expect((await refresh(shop, third.body.refresh_token)).status).toBe(200);
  });

  it('does not extend the ten seconds when a replaced token is used again', async () => {
    const { login } = await shop.customer();
    const first = await refresh(shop, login.refresh_token);
    shop.advanceClock(8);
    expect((await refresh(shop, login.refresh_token)).status).toBe(200);
    shop.advanceClock(3);
    const late = await refresh(shop, login.refresh_token);
    expect([late.status, late.body]).toEqual([401, invalidRefreshToken]);
    expect(await isValid(first.body.access_token)).toBe(false);
    expect((await refresh(shop, first.body.refresh_token)).status).toBe(401);
  });

  it('does not extend the next refresh token when a replaced token is used again', async () => {
    const { login } = await shop.customer();
    const { body } = await refresh(shop, login.refresh_token);
    shop.advanceClock(9);
    await refresh(shop, login.refresh_token);
    shop.advanceClock(86_399 - 9 + 1);
    expect((await refresh(shop, body.refresh_token)).status).toBe(401);
  });

  it('ends the session when an attacker and the owner alternately use one token beyond ten seconds', async () => {
    const { login } = await shop.customer();
    const owner = await refresh(shop, login.refresh_token);
    shop.advanceClock(9);
    const attacker = await refresh(shop, login.refresh_token);
    expect(attacker.body.refresh_token).toBe(owner.body.refresh_token);
    const { body } = await refresh(shop, attacker.body.refresh_token);
    shop.advanceClock(11);
    expect((await refresh(shop, owner.body.refresh_token)).status).toBe(401);
    expect((await refresh(shop, body.refresh_token)).status).toBe(401);
    expect(await isValid(body.access_token)).toBe(false);
  });

  it('with a replaced token after ten seconds ends the session and revokes all its tokens', async () => {
    const ada = await shop.customer();
    const phone = await shop.logIn(ada);
    const { body } = await refresh(shop, ada.login.refresh_token);
    shop.advanceClock(11);
    const replay = await refresh(shop, ada.login.refresh_token);
    expect([replay.status, replay.body]).toEqual([401, invalidRefreshToken]);
    expect((await refresh(shop, body.refresh_token)).status).toBe(401);
    expect(await isValid(body.access_token)).toBe(false);
    expect(await isValid(ada.login.access_token)).toBe(false);
    expect(await isValid(phone.login.access_token)).toBe(true);
  });

  it('with a replaced token does not end the session when another tab refreshed twice within ten seconds', async () => {
    const { login } = await shop.customer();
    const first = await refresh(shop, login.refresh_token);
    const second = await refresh(shop, first.body.refresh_token);
    await refresh(shop, login.refresh_token);
    expect(await isValid(second.body.access_token)).toBe(true);
    expect((await refresh(shop, second.body.refresh_token)).status).toBe(200);
  });

  it('returns the same successor to eight parallel requests', async () => {
    const { login } = await shop.customer();
    const responses = await Promise.all(Array.from({ length: 8 }, () => refresh(shop, login.refresh_token)));
    expect(responses.map(({ status, body }) => [status, body.session_id])).toEqual(
      responses.map(() => [200, login.session_id]),
    );
    const successors = new Set(responses.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    for (const { body } of responses) expect(await isValid(body.access_token)).toBe(true);
    for (const successor of successors) expect((await refresh(shop, successor)).status).toBe(200);
  });

  it("accepts a visitor's token or the customer's own", async () => {
    const ada = await shop.customer();
    const first = await refresh(shop, ada.login.refresh_token, await shop.visitor());
    const second = await refresh(shop, first.body.refresh_token, ada);
    expect([first.status, second.status]).toEqual([200, 200]);
  });

  it('rejects any other token without consuming the refresh token', async () => {
    const { login } = await shop.customer();
    const tokens = {
      none: shop.unauthenticated,
      garbage: new ApiClient(shop, 'garbage'),
      staff: await shop.serviceClient(),
      expired: await shop.visitor(),
    };
    expect((await refresh(shop, login.refresh_token, tokens.none)).body).toEqual(invalidAccessToken);
    expect((await refresh(shop, login.refresh_token, tokens.garbage)).body).toEqual(invalidAccessToken);
    expect((await refresh(shop, login.refresh_token, tokens.staff)).body).toEqual(notAuthorized);
    shop.advanceClock(3600);
    expect((await refresh(shop, login.refresh_token, tokens.expired)).body).toEqual(expiredAccessToken);

    expect((await refresh(shop, login.refresh_token)).status).toBe(200);
    expect((await refresh(shop, login.refresh_token)).status).toBe(200);
  });

  it('requires the parameter refreshToken', async () => {
    const visitor = await shop.visitor();
    for (const query of ['', '?refreshToken=', '?refresh_token=x']) await visitor.get(`/refreshauthtoken${query}`, 400);
  });

  it('rejects a legal entity of which the customer is not a member, without consuming the refresh token', async () => {
    const { login } = await shop.customer();
    const visitor = await shop.visitor();
    const query = new URLSearchParams({ refreshToken: login.refresh_token, legalEntityId: '65fc1e' });
    const { status } = await visitor.send('GET', `/refreshauthtoken?${query.toString()}`);
    expect([400, 401]).toContain(status);
    shop.advanceClock(11);
    for (const expected of [200, 200]) expect((await refresh(shop, login.refresh_token)).status).toBe(expected);
  });

  it('is possible until the refresh token expires, and each new one has its full lifetime', async () => {
    const { login } = await shop.customer();
    shop.advanceClock(86390);
    const first = await refresh(shop, login.refresh_token);
    expect(first.status).toBe(200);
    shop.advanceClock(86390);
    const second = await refresh(shop, first.body.refresh_token);
    expect(second.status).toBe(200);
    shop.advanceClock(86399);
    const third = await refresh(shop, second.body.refresh_token);
    expect([third.status, third.body]).toEqual([401, invalidRefreshToken]);
  });

  it("with another tenant's token is rejected without consuming the token", async () => {
    await shop.addTenant('other');
    const { login } = await shop.customer();
    const away = await refresh(shop, login.refresh_token, await shop.visitor('other'));
    expect([away.status, away.body]).toEqual([401, invalidRefreshToken]);
    shop.advanceClock(11);
    for (const expected of [200, 200]) expect((await refresh(shop, login.refresh_token)).status).toBe(expected);
  });

  it('rejects a visitor’s refresh token, and an anonymous refresh rejects a customer’s', async () => {
    const { login } = await shop.customer();
    const visitor = await shop.logInAnonymously();
    expect((await refresh(shop, visitor.refresh_token)).body).toEqual(invalidRefreshToken);
    const anonymously = (token: string) =>
      shop.send(
        'GET',
        `/customerlogin/auth/anonymous/refresh?tenant=shop&client_id=shop-storefront&refresh_token=${token}`,
      );
    expect((await anonymously(login.refresh_token)).body).toEqual(invalidRefreshToken);
    expect((await refresh(shop, login.refresh_token)).status).toBe(200);
    expect((await anonymously(visitor.refresh_token)).status).toBe(200);
  });

  it('and every other way to obtain a token store no token in plain text', async () => {
    const ada = await shop.customer();
    const { body } = await refresh(shop, ada.login.refresh_token);
    const visitor = await shop.logInAnonymously();
    const { body: staff } = await shop.requestToken();
    await new ApiClient(shop, visitor.access_token).post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    const secrets = [ada.login, body, visitor, staff]
      .flatMap((response) => Object.entries(response))
      .filter(([name, value]) => /token$/i.test(name) && value)
      .map(([, value]) => String(value));
    expect(secrets.length).toBeGreaterThan(10);
    const everything = await dumpDatabase(shop);
    expect(everything).toContain(ada.id);
    for (const secret of [...secrets, token, ada.password]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});

describe('a refresh with short lifetimes', () => {
  let shop: Shop;
  beforeAll(async () => {
    const lifetimes = { customerAccess: 60, customerSession: 3600, customerRefresh: 2400 };
    shop = await Shop.open({ activation: 'none', lifetimes });
  });
  afterAll(() => shop.close());

  it("accepts the customer's own token after it has expired", async () => {
    const ada = await shop.customer();
    shop.advanceClock(61);
    expect((await ada.send('GET', '/me')).body).toEqual(expiredAccessToken);
    expect((await refresh(shop, ada.login.refresh_token, ada)).status).toBe(200);
  });

  it('does not extend the session beyond its absolute lifetime', async () => {
    const { login } = await shop.customer();
    shop.advanceClock(2000);
    const first = await refresh(shop, login.refresh_token);
    expect(first.status).toBe(200);
    shop.advanceClock(1590);
    const last = await refresh(shop, first.body.refresh_token);
    expect(last.status).toBe(200);
    shop.advanceClock(11);
    await new ApiClient(shop, last.body.access_token).get('/me', 401);
    expect((await refresh(shop, last.body.refresh_token)).body).toEqual(invalidRefreshToken);
  });

  it('returns lifetimes no longer than the rest of the session', async () => {
    const { login } = await shop.customer();
    shop.advanceClock(2000);
    const first = await refresh(shop, login.refresh_token);
    shop.advanceClock(1590);
    const { body } = await refresh(shop, first.body.refresh_token);
    expect(Number(body.expires_in)).toBeLessThanOrEqual(10);
    expect(Number(body.refresh_token_expires_in)).toBeLessThanOrEqual(10);
  });
});
