import { EntityManager } from '@mikro-orm/postgresql';
import { jwtVerify } from 'jose';
import { Failure } from '../src/common/failure.js';
import { AccessTokens } from '../src/sessions/signing/access-tokens.ts';
import { SessionsService, type SessionStart } from '../src/sessions/sessions.service.js';
import { startCustomer } from '../src/sessions/sessions.sql.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { validationError, loginTokens, aliasedValues } from './support/responses.js';
import { recordQueries } from './support/queries.js';
import { rows } from './support/rows.js';
import { Shop, ApiClient } from './support/shop.js';
import { decodeToken } from './support/tokens.js';

describe('a login', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  /** A visitor with a known session id. */
  const newVisitor = async () => {
    const { access_token, sessionId } = await shop.logInAnonymously();
    return { visitor: new ApiClient(shop, access_token), sessionId, token: access_token };
  };

  it("returns all tokens, also under their deprecated names, and the visitor's session id", async () => {
    const ada = await shop.signUp();
    const { visitor, sessionId } = await newVisitor();
    const { status, body, headers } = await visitor.send('POST', '/login', { body: ada });
    expect(status).toBe(200);
    expect(body).toEqual(loginTokens(sessionId));
    for (const [present, deprecated] of aliasedValues(body)) expect(deprecated).toBe(present);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('returns a token with the scopes of a customer', async () => {
    const { token } = await shop.customer();
    expect(String(decodeToken(token ?? '').claims.scope).split(' ')).toEqual(
      expect.arrayContaining([
        'customer.customerprofile_view',
        'customer.customerprofile_edit',
        'order.history_view',
        'tenant=shop',
      ]),
    );
  });

  it('returns a new token and leaves the anonymous one anonymous', async () => {
    const ada = await shop.signUp();
    const { visitor } = await newVisitor();
    const { token } = await shop.logIn(ada, visitor);
    expect(token).not.toBe(visitor.token);
    expect(await visitor.get('/me')).toMatchObject({ id: '00000000' });
    await visitor.get('/me/addresses', 403);
    expect(await new ApiClient(shop, token).get('/me')).toMatchObject({ id: ada.id });
  });

  it('passes the session id to the first customer only', async () => {
    const [ada, bob] = [await shop.signUp(), await shop.signUp()];
    const { visitor, sessionId } = await newVisitor();
    const first = await shop.logIn(ada, visitor);
    const other = await shop.logIn(bob, visitor);
    const again = await shop.logIn(ada, visitor);
    expect([first.login.session_id, again.login.session_id]).toEqual([sessionId, sessionId]);
    expect(other.login.session_id).toMatch(/^[\da-f-]{36}$/);
    expect(other.login.session_id).not.toBe(sessionId);
    expect(await other.get('/me')).toMatchObject({ id: bob.id });
  });

  it("updates the visitor's session only once when the same customer logs in repeatedly", async () => {
    const ada = await shop.signUp();
    const { visitor, sessionId } = await newVisitor();
    const version = async () =>
      rows(shop, 'select xmin::text, passed_to from sessions where public_id = $1 and kind = $2', [
        sessionId,
        'anonymous',
      ]);
    await shop.logIn(ada, visitor);
    const before = await version();
    expect(before).toMatchObject([{ passed_to: ada.id }]);
    await shop.logIn(ada, visitor);
    expect(await version()).toEqual(before);
  });

  it('passes the session id to only one of several concurrent customers', async () => {
    const customers = [await shop.signUp(), await shop.signUp(), await shop.signUp()];
    const { visitor, sessionId } = await newVisitor();
    const logins = await Promise.all(customers.map((person) => shop.logIn(person, visitor)));
    expect(logins.filter(({ login }) => login.session_id === sessionId)).toHaveLength(1);
    expect(new Set(logins.map(({ login }) => login.session_id)).size).toBe(3);
  });

  it('shares one statement with concurrent logins, but not their outcomes', async () => {
    const [ada, bob, eve, mia] = await Promise.all([1, 2, 3, 4].map(() => shop.signUp()));
    if (!ada || !bob || !eve || !mia) throw new Error('Four have signed up');
    await (await shop.serviceClient()).patch(`/customers/${eve.id}`, 200, { onHold: true });
    const [{ sessionId: visitor }, { sessionId: own }] = [await newVisitor(), await newVisitor()];
    const statements = await recordQueries(shop);
    const logins = await RequestScope.run(shop.app.get(EntityManager), async () => {
      await shop.app.get(TenantsService).enter('shop');
      const lifetimes = { access: 60, refresh: 60 };
      const start = async ({ id }: { id: string }, from: SessionStart['from'], passwordHash?: string) =>
        shop.app.get(SessionsService).startCustomer({ customerId: id, passwordHash }, { from, lifetimes, origin: {} });
      statements.length = 0;
      return Promise.allSettled([
        start(ada, { visitor }),
        start(bob, { visitor }),
        start(eve, { visitor: own }),
        start(mia, { visitor: own }, 'the hash of a password that was changed meanwhile'),
        start(ada, { client: 'shop-storefront' }),
      ]);
    });
    const outcomes = logins.map((login) =>
      login.status === 'fulfilled' ? decodeToken(login.value.accessToken).claims : (login.reason as Failure).code,
    );
    const rejected = 'login_rejected';
    expect(outcomes).toMatchObject([{ sub: ada.id }, { sub: bob.id }, rejected, rejected, { sub: ada.id }]);
    const passed = outcomes.map((outcome) => typeof outcome === 'object' && outcome.session_id === visitor);
    expect(passed.filter(Boolean)).toHaveLength(1);
    // Ada's second login is in the second statement.
    expect(statements.filter((text) => text === startCustomer.text)).toHaveLength(2);
  });

  it('keeps the anonymous token valid for requests of visitors', async () => {
    const ada = await shop.signUp();
    const { visitor } = await newVisitor();
    await visitor.post('/login', 200, ada);
    await visitor.post('/password/reset', 204, { email: ada.email });
    await visitor.post('/signup', 201, shop.person());
  });

  it("returns a SaaS token that the tenant's services can verify", async () => {
    const { id, login } = await shop.customer();
    const tokens = shop.app.get(AccessTokens);
    const saas = String(login.saas_token);
    const { payload, protectedHeader } = await jwtVerify(saas, tokens.saasKey('shop'), { algorithms: ['HS256'] });
    expect(protectedHeader.alg).toBe('HS256');
    expect(payload).toEqual({
      sub: id,
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 4 * 3600,
      jti: expect.any(String),
    });
    await expect(jwtVerify(saas, tokens.saasKey('other'))).rejects.toThrow('signature');
  });

  it('is stored as lastLogin', async () => {
    const ada = await shop.signUp();
    const service = await shop.serviceClient();
    expect(await service.get(`/customers/${ada.id}`)).toMatchObject({ lastLogin: null });
    const before = Date.now();
    const { lastLogin } = await (await shop.logIn(ada)).get<{ lastLogin: string }>('/me');
    expect(Date.parse(lastLogin)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(lastLogin)).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['composed', 'NFC', 'NFD'],
    ['decomposed', 'NFD', 'NFC'],
  ])('accepts the other Unicode form of a %s password', async (_name, first, second) => {
    const ada = await shop.signUp({ password: 'crème brûlée'.normalize(first) });
    await shop.logIn({ ...ada, password: 'crème brûlée'.normalize(second) });
  });

  it.each([
    ['letter case', (email: string) => email.toUpperCase()],
    ['surrounding blanks', (email: string) => ` ${email} `],
    ['Unicode form', (email: string) => email.normalize('NFD')],
  ])('accepts an e-mail that differs in %s', async (_name, respell) => {
    const ada = await shop.signUp({ email: shop.person().email.replace('@', 'é@') });
    await shop.logIn({ ...ada, email: respell(ada.email) });
  });

  it('compares every character of the password', async () => {
    const ada = await shop.signUp({ password: `${'a'.repeat(127)}b` });
    await (await shop.visitor()).post('/login', 400, { email: ada.email, password: 'a'.repeat(128) });
    await (await shop.visitor()).post('/login', 400, { email: ada.email, password: 'a'.repeat(127) });
    await shop.logIn(ada);
  });

  it.each(['email', 'password'])('requires %s', async (field) => {
    const visitor = await shop.visitor();
    const { status, body } = await visitor.send('POST', '/login', { body: { ...shop.person(), [field]: undefined } });
    expect([status, body]).toEqual([400, validationError(field, `${field} is required`)]);
  });

  it('accepts only an anonymous token', async () => {
    const ada = await shop.customer();
    const login = { email: ada.email, password: ada.password };
    await shop.unauthenticated.post('/login', 401, login);
    await ada.post('/login', 403, login);
    await (await shop.serviceClient()).post('/login', 403, login);
  });
});

describe('a rejected login', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'both' })));
  afterAll(() => shop.close());

  it('returns the same response for every reason, byte for byte', async () => {
    const service = await shop.serviceClient();
    const visitor = await shop.visitor();
    const confirm = async (email: string) => visitor.get(`/signup/optin/${(await shop.mailTo(email, 'opt-in')).token}`);
    const inactive = await shop.signUp();
    await confirm(inactive.email);
    const onHold = await shop.signUp();
    await confirm(onHold.email);
    await service.patch(`/customers/${onHold.id}`, 200, { active: true, onHold: true });
    const unconfirmed = await shop.signUp();
    await shop.activate(unconfirmed.id);
    const good = await shop.signUp();
    await shop.activate(good.id);
    await confirm(good.email);

    const responses = await Promise.all(
      [inactive, onHold, unconfirmed, shop.person(), { ...good, password: 'wrong secret words' }].map(
        ({ email, password }) => visitor.send('POST', '/login', { body: { email, password } }),
      ),
    );
    expect(responses[0]?.body).toEqual({ status: 400, type: 'bad_request', message: expect.any(String) });
    expect(new Set(responses.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    await visitor.post('/login', 200, good);
  });

  it('does not change lastLogin', async () => {
    const { id, email } = await shop.signUp();
    await (await shop.visitor()).post('/login', 400, { email, password: 'wrong secret words' });
    expect(await (await shop.serviceClient()).get(`/customers/${id}`)).toMatchObject({ lastLogin: null });
  });
});
