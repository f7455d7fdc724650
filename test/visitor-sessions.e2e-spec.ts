import { call, getOwnContext } from './support/contexts.js';
import { Housekeeping } from '../src/housekeeping/housekeeping.service.js';
import { rows } from './support/rows.js';
import { type AnonymousTokens, type LoggedInCustomer, type Person, Shop, ApiClient } from './support/shop.js';

const visit = { currency: 'EUR', siteCode: 'de', language: 'de', targetLocation: 'DE' };

describe("a visitor's session", () => {
  let shop: Shop;
  let ada: Person & { id: string };
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', preferredCurrency: 'CHF', preferredSite: 'ch' });
    ada = await shop.signUp();
  });
  afterAll(() => shop.close());

  const refreshWith = async (query: Record<string, string>, status = 200): Promise<AnonymousTokens> => {
    const parameters = new URLSearchParams({ tenant: 'shop', client_id: 'shop-storefront', ...query }).toString();
    const path = `/customerlogin/auth/anonymous/refresh?${parameters}`;
    const response = await shop.send<AnonymousTokens>('GET', path);
    expect([response.status, response.text]).toEqual([status, expect.anything()]);
    return response.body;
  };
  const refresh = async ({ refresh_token }: AnonymousTokens, status?: number): Promise<AnonymousTokens> =>
    refreshWith({ refresh_token }, status);
  const bearer = ({ access_token }: AnonymousTokens): ApiClient => new ApiClient(shop, access_token);
  const logOut = (customer: LoggedInCustomer): Promise<unknown> =>
    customer.get(`/logout?accessToken=${customer.login.access_token}`, 204);
  const set = (caller: ApiClient, value: string): Promise<unknown> =>
    call(caller, 'POST', '/me/context/attributes', 201, { key: 'note', value });

  it('does not get new tokens with the session id of the customer who logged in with it', async () => {
    const visitor = await shop.logInAnonymously(visit);
    await set(bearer(visitor), 'of the visitor');
    const customer = await shop.logIn(ada, bearer(visitor));
    await set(customer, 'of Ada');
    const later = await refresh(visitor);
    expect(later.sessionId).not.toBe(customer.login.session_id);
    expect(later.sessionId).toMatch(/^[\da-f-]{36}$/);
    const { metadata: _, ...context } = await getOwnContext(bearer(later));
    expect(context).toEqual({ sessionId: later.sessionId, ...visit, context: {} });
    await set(bearer(later), 'of the stand-in');
    expect(await getOwnContext(customer)).toMatchObject({ customerId: ada.id, context: { note: 'of Ada' } });
    // Both tokens belong to one visitor.
    const last = await refresh(later);
    expect(last.sessionId).toBe(later.sessionId);
    expect(await getOwnContext(bearer(last))).toMatchObject({ context: { note: 'of the stand-in' } });
  });

  it.each(['refresh_token', 'anonymous_token'] as const)(
    'gets the context values of a refresh by %s, and keeps the others',
    async (kind) => {
      const visitor = await shop.logInAnonymously(visit);
      const { refresh_token, access_token } = visitor;
      const token: Record<string, string> =
        kind === 'refresh_token' ? { refresh_token } : { anonymous_token: access_token };
      const later = await refreshWith({ ...token, currency: 'GBP', language: 'en' });
      expect(later.sessionId).toBe(visitor.sessionId);
      expect(await getOwnContext(bearer(later))).toMatchObject({ ...visit, currency: 'GBP', language: 'en' });
      await call(bearer(later), 'PATCH', '/me/context', 204, { currency: 'SEK', metadata: { version: 1 } });
      const last = await refreshWith({ anonymous_token: later.access_token, currency: 'NOK', siteCode: 'no' });
      expect(await getOwnContext(bearer(last))).toMatchObject({ currency: 'SEK', siteCode: 'no' });
    },
  );

  it('has no influence on the context of the customer who logged in with it', async () => {
    const visitor = await shop.logInAnonymously(visit);
    const customer = await shop.logIn(ada, bearer(visitor));
    const before = await getOwnContext(customer);
    const standIn = await refreshWith({ refresh_token: visitor.refresh_token, language: 'fr' });
    expect(await getOwnContext(bearer(standIn))).toMatchObject({ language: 'fr' });
    const again = await refreshWith({ refresh_token: standIn.refresh_token, language: 'it' });
    expect(await getOwnContext(bearer(again))).toMatchObject({ sessionId: standIn.sessionId, language: 'it' });
    expect(await getOwnContext(customer)).toEqual(before);
    await logOut(customer);
    expect(await getOwnContext(bearer(await refresh(again)))).toMatchObject({ language: 'it' });
  });

  it('is the same for parallel refreshes', async () => {
    const visitor = await shop.logInAnonymously(visit);
    await shop.logIn(ada, bearer(visitor));
    const responses = await Promise.all([1, 2, 3, 4].map(() => refresh(visitor)));
    expect(new Set(responses.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    expect(new Set(responses.map(({ sessionId }) => sessionId)).size).toBe(1);
    for (const response of responses) await getOwnContext(bearer(response));
  });

  it.each([
    ['was not refreshed in the meantime', 0],
    ['was refreshed in the meantime', 2],
  ])('is restored after the logout if it %s', async (_case, times) => {
    const visitor = await shop.logInAnonymously(visit);
    await set(bearer(visitor), 'of the visitor');
    const before = await getOwnContext(bearer(visitor));
    const customer = await shop.logIn(ada, bearer(visitor));
    await call(customer, 'PATCH', '/me/context', 204, {
      currency: 'GBP',
      context: { note: 'of Ada', cart: 'hers' },
      metadata: { version: 2 },
    });
    let latest = visitor;
    for (let time = 0; time < times; time++) latest = await refresh(latest);
    await logOut(customer);
    latest = await refresh(latest);
    expect(latest.sessionId).toBe(visitor.sessionId);
    expect(await getOwnContext(bearer(latest))).toEqual(before);
    expect(before).not.toHaveProperty('customerId');
    expect(await bearer(latest).get('/me')).toMatchObject({ id: '00000000' });
  });

  it('is restored when the session of the customer has ended in another way', async () => {
    const visitor = await shop.logInAnonymously();
    await shop.logIn(ada, bearer(visitor));
    const staff = await shop.serviceClient();
    const meanwhile = await refresh(visitor);
    expect(meanwhile.sessionId).not.toBe(visitor.sessionId);
    await staff.patch(`/customers/${ada.id}`, 200, { onHold: true });
    expect((await refresh(meanwhile)).sessionId).toBe(visitor.sessionId);
    await staff.patch(`/customers/${ada.id}`, 200, { onHold: false });
  });

  it('that an attacker planted never gets access to the customer’s context or session id', async () => {
    const planted = await shop.logInAnonymously(visit);
    const early = await refresh(planted);
    expect(early.sessionId).toBe(planted.sessionId);
    const customer = await shop.logIn(ada, bearer(planted));
    await set(customer, 'of Ada');
    const first = await refresh(early);
    const second = await refresh(first);
    const third = await refreshWith({ anonymous_token: second.access_token });
    const fourth = await refreshWith({ anonymous_token: planted.access_token });
    for (const tokens of [planted, early, first, second, third, fourth]) {
      const context = await getOwnContext(bearer(tokens));
      expect(context).not.toHaveProperty('customerId');
      expect(context.context).toEqual({});
      await bearer(tokens).get('/me/addresses', 403);
    }
    for (const { sessionId } of [first, second, third, fourth]) expect(sessionId).not.toBe(planted.sessionId);
    const eve = await shop.signUp();
    for (const tokens of [planted, early, first]) {
      const { login } = await shop.logIn(eve, bearer(tokens));
      expect(login.session_id).not.toBe(customer.login.session_id);
    }
    expect(await getOwnContext(customer)).toMatchObject({ customerId: ada.id, context: { note: 'of Ada' } });
  });

  it('that is a stand-in passes its own id to a login, and is then replaced by another stand-in', async () => {
    const visitor = await shop.logInAnonymously();
    await shop.logIn(ada, bearer(visitor));
    const standIn = await refresh(visitor);
    const bob = await shop.logIn(await shop.signUp(), bearer(standIn));
    expect(bob.login.session_id).toBe(standIn.sessionId);
    const next = await refresh(standIn);
    expect([visitor.sessionId, standIn.sessionId]).not.toContain(next.sessionId);
    expect((await refresh(next)).sessionId).toBe(next.sessionId);
    expect(await getOwnContext(bearer(next))).not.toHaveProperty('customerId');
  });

  it('has a new stand-in after the next login', async () => {
    const visitor = await shop.logInAnonymously();
    const first = await shop.logIn(ada, bearer(visitor));
    const meanwhile = await refresh(visitor);
    await logOut(first);
    const after = await refresh(meanwhile);
    const second = await shop.logIn(ada, bearer(after));
    expect(second.login.session_id).toBe(visitor.sessionId);
    const again = await refresh(after);
    expect([visitor.sessionId, meanwhile.sessionId]).not.toContain(again.sessionId);
  });

  it('ends with its stand-in when a replaced refresh token is reused after the grace period', async () => {
    const visitor = await shop.logInAnonymously();
    const customer = await shop.logIn(ada, bearer(visitor));
    const meanwhile = await refresh(visitor);
    shop.advanceClock(11);
    await refresh(visitor, 401);
    await refresh(meanwhile, 401);
    await call(bearer(meanwhile), 'GET', '/me/context', 401);
    await call(bearer(visitor), 'GET', '/me/context', 401);
    expect(await getOwnContext(customer)).toMatchObject({ customerId: ada.id });
  });

  it('keeps its own context at later logins, regardless of the customer’s changes', async () => {
    const visitor = await shop.logInAnonymously(visit);
    await set(bearer(visitor), 'of the visitor');
    const first = await shop.logIn(ada, bearer(visitor));
    await set(first, 'of Ada');
    const second = await shop.logIn(ada, bearer(visitor));
    expect(second.login.session_id).toBe(first.login.session_id);
    expect(await getOwnContext(second)).toMatchObject({ context: { note: 'of Ada' } });
    await logOut(first);
    await logOut(second);
    const third = await shop.logIn(ada, bearer(visitor));
    expect(await getOwnContext(third)).toMatchObject({ context: { note: 'of the visitor' } });
  });

  it('is kept with its context when the session of the customer is deleted', async () => {
    const visitor = await shop.logInAnonymously(visit);
    await set(bearer(visitor), 'of the visitor');
    const customer = await shop.logIn(ada, bearer(visitor));
    await set(customer, 'of Ada, removed');
    await logOut(customer);
    await rows(shop, `update sessions set ended_at = now() - interval '2 days' where ended_at is not null`);
    await shop.app.get(Housekeeping).run();
    const contexts = await rows(shop, 'select context from session_contexts where context @> $1', [
      { note: 'of Ada, removed' },
    ]);
    const latest = await refresh(visitor);
    expect(await getOwnContext(bearer(latest))).toMatchObject({ context: { note: 'of the visitor' } });
    expect(contexts.length).toBe(0);
  });
});
