import { EntityManager } from '@mikro-orm/postgresql';
import { Account } from '../src/credentials/account.entity.js';
import { Customer } from '../src/customers/customer.entity.js';
import { Session } from '../src/sessions/session.entity.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { invalidAccessToken, unknownCustomer, unknownTenant } from './support/responses.js';
import { type Person, Shop, ApiClient } from './support/shop.js';
import { recordQueries } from './support/queries.js';
import { rows } from './support/rows.js';

describe('two tenants', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    await shop.addTenant('rival', { activation: 'none' });
  });
  afterAll(() => shop.close());

  /** Signs up and logs in at a tenant. */
  const signUpAndLogIn = async (person: Person, tenant: string) => {
    const visitor = await shop.visitor(tenant);
    const { id } = await visitor.post<{ id: string }>('/signup', 201, person);
    const { access_token, refresh_token } = await visitor.post<Record<string, string>>('/login', 200, person);
    return { id, me: new ApiClient(shop, access_token, tenant), refreshToken: refresh_token };
  };

  it('can have separate customers with the same e-mail', async () => {
    const { email } = shop.person();
    const [here, there] = [
      await signUpAndLogIn({ email, password: 'secret words here' }, 'shop'),
      await signUpAndLogIn({ email, password: 'secret words there' }, 'rival'),
    ];
    expect(there.id).not.toBe(here.id);
    await (await shop.visitor('shop')).post('/login', 400, { email, password: 'secret words there' });
    await (await shop.visitor('rival')).post('/login', 400, { email, password: 'secret words here' });
    await here.me.patch('/me', 200, { firstName: 'Ada' });
    expect(await here.me.get('/me')).toMatchObject({ id: here.id, firstName: 'Ada' });
    expect(await there.me.get('/me')).toMatchObject({ id: there.id });
    expect(await there.me.get('/me')).not.toHaveProperty('firstName');
  });

  it("cannot access each other's customers, addresses or sessions", async () => {
    const ada = await signUpAndLogIn(shop.person(), 'rival');
    const address = await ada.me.post<{ id: string }>('/me/addresses', 201, { contactName: 'Ada', city: 'Berlin' });
    const [employee, bob] = [await shop.serviceClient(), await shop.customer()];
    for (const method of ['GET', 'PATCH']) {
      const body = method === 'PATCH' ? { active: false } : undefined;
      const response = await employee.send(method, `/customers/${ada.id}`, { body });
      expect([response.status, response.body]).toEqual([404, unknownCustomer(ada.id)]);
    }
    await bob.get(`/me/addresses/${address.id}`, 404);
    await bob.delete(`/me/addresses/${address.id}`, 404);
    await bob.get(`/refreshauthtoken?refreshToken=${ada.refreshToken}`, 401);
    await ada.me.get(`/me/addresses/${address.id}`);
    expect(await (await shop.serviceClient(undefined, 'rival')).get(`/customers/${ada.id}`)).toMatchObject({
      active: true,
    });
  });

  it("reject each other's tokens before any other check", async () => {
    const { id, me } = await signUpAndLogIn(shop.person(), 'rival');
    for (const token of [
      me.token,
      (await shop.visitor('rival')).token,
      (await shop.serviceClient('', 'rival')).token,
    ]) {
      for (const path of ['/me', `/customers/${id}`, '/me/addresses']) {
        const { status, body } = await new ApiClient(shop, token).send('GET', path);
        expect([status, body]).toEqual([401, invalidAccessToken]);
      }
    }
  });

  it("reject each other's one-time tokens", async () => {
    const person = shop.person();
    await signUpAndLogIn(person, 'rival');
    const visitor = await shop.visitor('rival');
    await visitor.post('/password/reset', 204, { email: person.email });
    const { token } = await shop.mailTo(person.email, 'password-reset');
    const update = { token, password: 'new secret words' };
    await (await shop.visitor('shop')).post('/password/reset/update', 400, update);
    await visitor.post('/password/reset/update', 204, update);
  });

  it('stay separate in concurrent requests', async () => {
    const customers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => signUpAndLogIn(shop.person(), index % 2 ? 'rival' : 'shop')),
    );
    await Promise.all(customers.map(({ id, me }) => me.patch('/me', 200, { firstName: `${me.tenant} ${id}` })));
    const found = await rows<{ tenant: string; id: string; first_name: string }>(
      shop,
      'select tenant, id, first_name from customers where id = any($1)',
      [customers.map(({ id }) => id)],
    );
    expect(found).toHaveLength(8);
    for (const { tenant, id, first_name } of found) expect(first_name).toBe(`${tenant} ${id}`);
  });

  it.each(['nowhere', 'Shop', 'SHOP', 's', 'sh0p-', 'averylongtenantname'])(
    'are found only by their exact names, not as %p',
    async (tenant) => {
      const { token } = await shop.visitor();
      const { status, body } = await new ApiClient(shop, token, tenant).send('GET', '/me');
      expect([status, body]).toEqual([400, unknownTenant]);
    },
  );

  it('are separated by a filter that throws if no tenant is set', async () => {
    await shop.signUp();
    const em = shop.app.get(EntityManager).fork();
    for (const entity of [Customer, Account, Session]) {
      await expect(em.find<object>(entity, {})).rejects.toThrow();
      await expect(em.count<object>(entity, {})).rejects.toThrow();
      await expect(em.nativeDelete<object>(entity, {})).rejects.toThrow();
    }
    expect(() => shop.app.get(TenantsService).current).toThrow();
  });

  it('see only their own rows in a request scope', async () => {
    await signUpAndLogIn(shop.person(), 'shop');
    await signUpAndLogIn(shop.person(), 'rival');
    const em = shop.app.get(EntityManager);
    await RequestScope.run(em, async () => {
      await shop.app.get(TenantsService).enter('rival');
      const customers = await em.find(Customer, {});
      expect(customers.length).toBeGreaterThan(0);
      for (const { tenant } of customers) expect(tenant).toBe('rival');
    });
  });
});

describe("a tenant's settings", () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  /** Runs `work` as in a request of that tenant. */
  const runInTenant = (tenant: string, work: (tenants: TenantsService) => unknown) =>
    RequestScope.run(shop.app.get(EntityManager), async () => {
      const tenants = shop.app.get(TenantsService);
      await tenants.enter(tenant);
      await work(tenants);
    });

  it('override the defaults only for that tenant', async () => {
    await shop.addTenant('berlin', {
      preferredLanguage: 'de_DE',
      preferredCurrency: 'EUR',
      preferredSite: 'berlin',
      lifetimes: { anonymousAccess: 60 },
    });
    const [here, there] = [await shop.logInAnonymously(), await shop.logInAnonymously({}, 'berlin')];
    expect([here.expires_in, there.expires_in]).toEqual([3599, 60]);
    expect(there.refresh_token_expires_in).toBe(86399);

    const { id } = await (await shop.visitor('berlin')).post<{ id: string }>('/signup', 201, shop.person());
    expect(await (await shop.serviceClient('', 'berlin')).get(`/customers/${id}`)).toMatchObject({
      preferredLanguage: 'de_DE',
      preferredCurrency: 'EUR',
      preferredSite: 'berlin',
      active: false,
    });
    const mine = await shop.signUp();
    expect(await (await shop.serviceClient()).get(`/customers/${mine.id}`)).toMatchObject({ preferredCurrency: 'USD' });
  });

  it('apply immediately in the process that changes them', async () => {
    await shop.addTenant('paris', { preferredSite: 'paris', lifetimes: { anonymousAccess: 60 } });
    await runInTenant('paris', (tenants) =>
      tenants.change({ preferredCurrency: 'EUR', lifetimes: { anonymousRefresh: 90 } }),
    );
    await runInTenant('paris', ({ settings }) => {
      expect(settings).toMatchObject({ preferredCurrency: 'EUR', preferredSite: 'paris', activation: 'employee' });
      expect(settings.lifetimes).toMatchObject({ anonymousAccess: 60, anonymousRefresh: 90, serviceAccess: 14399 });
    });
    expect((await shop.logInAnonymously({}, 'paris')).refresh_token_expires_in).toBe(90);
  });

  it('are read once for concurrent requests, without the scopes of clients', async () => {
    const statements = await recordQueries(shop);
    shop.app.get(TenantsService).expireCache();
    await Promise.all(Array.from({ length: 20 }, () => shop.logInAnonymously()));
    expect(statements.filter((statement) => statement.includes('"tenants"'))).toHaveLength(1);
    const ofClients = statements.filter((statement) => statement.includes('"clients"'));
    expect(ofClients).toHaveLength(1);
    expect(ofClients[0]).not.toMatch(/scopes|\*/);
  });

  it.each([
    ['within seconds', 'london', 6],
    ['after the clock was set back', 'oslo', -3600],
  ])('that another process changed apply %s', async (_when, tenant, seconds) => {
    await shop.addTenant(tenant);
    expect((await shop.logInAnonymously({}, tenant)).expires_in).toBe(3599);
    const settings = '{"lifetimes":{"anonymousAccess":70}}';
    await rows(shop, 'update tenants set settings = $1 where name = $2', [settings, tenant]);
    shop.advanceClock(seconds);
    expect((await shop.logInAnonymously({}, tenant)).expires_in).toBe(70);
  });
});
