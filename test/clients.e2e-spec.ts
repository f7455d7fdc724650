import { TenantsService } from '../src/tenants/tenants.service.js';
import { blames, deadToken } from './support/answers.js';
import { dump, rows } from './support/rows.js';
import { type Body, type LoggedIn, Shop, Visitor } from './support/shop.js';

interface Told extends Body {
  id: string;
  secret: string;
}

interface Shown extends Body {
  id: string;
  scopes: string[];
  secrets: { id: string }[];
}

const read = 'customer.customer_read';
const manage = 'customer.customer_manage';

describe('the clients of a tenant', () => {
  let shop: Shop;
  let token: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', restrictions: ['DE', 'AT'] });
    token = (await shop.staff('admin')).token ?? '';
  });
  afterAll(() => shop.close());

  const does = <T = Body>(method: string, path: string, body?: unknown) =>
    shop.send<T>(method, `/admin/shop/clients${path}`, { body, headers: { authorization: `Bearer ${token}` } });
  let count = 0;
  const newService = async (more: Body = {}): Promise<Told> => {
    const { status, body } = await does<Told>('POST', '', {
      name: `erp-${++count}`,
      kind: 'service',
      scopes: [read],
      ...more,
    });
    expect(status).toBe(201);
    return body;
  };
  const tokenOf = ({ id, secret }: Told) => shop.staffToken({ client_id: id, client_secret: secret });
  const loggedIn = async (client: Told) => new Visitor(shop, (await tokenOf(client)).body.access_token);

  it('are made: a service gets a secret, once, and a token for it at once', async () => {
    const made = await does<Told>('POST', '', { name: 'warehouse', kind: 'service', scopes: [read] });
    expect(made.headers['cache-control']).toBe('no-store');
    expect(made.body).toEqual({ id: 'shop-warehouse', secret: expect.stringMatching(/^[\w-]{43}$/) });
    const { status, body } = await tokenOf(made.body);
    expect([status, body.scope]).toEqual([200, `${read} tenant=shop`]);
    const shown = {
      id: 'shop-warehouse',
      kind: 'service',
      scopes: [read],
      secrets: [{ id: expect.stringMatching(/^[\w-]{12}$/) }],
      createdAt: expect.any(String),
    };
    const one = await does('GET', '/shop-warehouse');
    expect(one.body).toEqual(shown);
    expect((await does('GET', '')).body).toContainEqual(shown);
    expect(one.text + (await dump(shop))).not.toContain(made.body.secret);
  });

  it('are made: a storefront has no secret, and visitors come through it at once', async () => {
    expect((await does('POST', '', { name: 'app', kind: 'storefront' })).body).toEqual({ id: 'shop-app' });
    expect((await shop.anonymous({ client_id: 'shop-app' })).access_token).toEqual(expect.any(String));
    expect((await does('POST', '/shop-app/secrets')).body).toEqual(blames('kind'));
    const scopes = [read];
    expect((await does('POST', '', { name: 'web', kind: 'storefront', scopes })).body).toEqual(blames('scopes'));
    expect((await does('PATCH', '/shop-app', { scopes })).body).toEqual(blames('scopes'));
  });

  it('have an id each, also when two are made at once', async () => {
    const body = { name: 'twin', kind: 'service' };
    const answers = await Promise.all([does('POST', '', body), does('POST', '', body)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    ['name', ['', 'Web', '-x', 'a b', 'x'.repeat(41), 7, null, undefined]],
    ['kind', ['robot', '', 7, null, undefined]],
    [
      'scopes',
      [
        'x',
        ['customer.everything'],
        [7],
        [read, read],
        null,
        [`${read}--FR`],
        [`${read}--`],
        [`${read}--DE--AT`],
        ['foyer.admin--DE'],
        ['customermanagement.legalentity_read--DE'],
        ['tenant=shop'],
        [''],
      ],
    ],
  ])('are refused with a wrong %s', async (field, values) => {
    const { id } = await newService();
    for (const value of values) {
      const { status, body } = await does('POST', '', { name: 'wrong', kind: 'service', [field]: value });
      expect({ value, status, body }).toEqual({ value, status: 400, body: blames(field) });
      if (field === 'scopes') expect((await does('PATCH', `/${id}`, { scopes: value })).body).toEqual(blames(field));
    }
    expect((await does('GET', '/shop-wrong')).status).toBe(404);
  });

  it('cannot have a scope whose restriction contains a space and adds another scope', async () => {
    await rows(
      shop,
      `update tenants set settings = jsonb_set(settings::jsonb, '{restrictions}', '["DE", "AT", "x foyer.admin"]')
        where name = 'shop'`,
    );
    shop.later(6);
    const body = { name: 'wide', kind: 'service', scopes: [`${read}--x foyer.admin`] };
    expect((await does('POST', '', body)).body).toEqual(blames('scopes'));
    const { id } = await newService();
    expect((await does('PATCH', `/${id}`, { scopes: body.scopes })).body).toEqual(blames('scopes'));
  });

  it('do not get a stored scope with an unknown restriction or a separator', async () => {
    const credentials = await newService();
    const scopes = [`${read}--DE`, `${manage}--FR`, `${manage} foyer.admin`, `${read}--DE\tfoyer.admin`, `${read}--`];
    await rows(shop, 'update clients set scopes = $1 where id = $2', [scopes, credentials.id]);
    shop.later(6);
    expect((await tokenOf(credentials)).body.scope).toBe(`${read}--DE tenant=shop`);
    const form = { client_id: credentials.id, client_secret: credentials.secret, scope: `${manage}--FR` };
    expect((await shop.staffToken(form)).body).toMatchObject({ status: 400, type: 'invalid_scope' });
  });

  it('reach only customers of the restriction that a scope names', async () => {
    const all = await shop.employee();
    const german = await shop.signedUp();
    const other = await shop.signedUp();
    await all.patch(`/customers/${german.id}`, 200, { restriction: 'DE' });
    const erp = await loggedIn(await newService({ scopes: [`${read}--DE`] }));
    await erp.get(`/customers/${german.id}`);
    await erp.get(`/customers/${other.id}`, 404);
  });

  it('lose their tokens at once with other scopes, and get them with the new ones', async () => {
    const credentials = await newService();
    const erp = await loggedIn(credentials);
    await erp.get('/customers');
    expect((await does<Shown>('PATCH', `/${credentials.id}`, { scopes: [read] })).body.scopes).toEqual([read]);
    await erp.get('/customers');
    expect((await does<Shown>('PATCH', `/${credentials.id}`, { scopes: [read, manage] })).body.scopes).toEqual([
      read,
      manage,
    ]);
    await erp.get('/customers', 401);
    expect((await tokenOf(credentials)).body.scope).toBe(`${read} ${manage} tenant=shop`);
  });

  it('have two secrets while one replaces the other', async () => {
    const old = await newService();
    const added = await does<Told>('POST', `/${old.id}/secrets`);
    expect([added.status, added.headers['cache-control']]).toEqual([201, 'no-store']);
    const { secrets } = (await does<Shown>('GET', `/${old.id}`)).body;
    expect(secrets).toHaveLength(2);
    expect(secrets[1]).toEqual({ id: added.body.id });
    const renewed = { id: old.id, secret: added.body.secret };
    const [before, after] = [await loggedIn(old), await loggedIn(renewed)];
    for (const erp of [before, after]) await erp.get('/customers');

    expect((await does('DELETE', `/${old.id}/secrets/${secrets[0]?.id}`)).status).toBe(204);
    await before.get('/customers', 401);
    expect((await tokenOf(old)).status).toBe(401);
    await (await loggedIn(renewed)).get('/customers');
    expect((await does('DELETE', `/${old.id}/secrets/${secrets[0]?.id}`)).status).toBe(404);
    expect((await does<Shown>('GET', `/${old.id}`)).body.secrets).toEqual([{ id: added.body.id }]);
  });

  it('have five secrets at most, also when more are asked for at once', async () => {
    const { id } = await newService();
    const answers = await Promise.all(Array.from({ length: 6 }, () => does('POST', `/${id}/secrets`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 400, 400]);
    expect(answers.find(({ status }) => status === 400)?.body).toEqual(blames('secrets'));
    expect((await does<Shown>('GET', `/${id}`)).body.secrets).toHaveLength(5);
  });

  it('are removed: who came through a storefront is out, and nobody comes in any more', async () => {
    await does('POST', '', { name: 'gone', kind: 'storefront' });
    const through = async () => {
      const { access_token: token, refresh_token: refreshToken } = await shop.anonymous({ client_id: 'shop-gone' });
      return { visitor: new Visitor(shop, token), refreshToken };
    };
    const [first, second] = [await through(), await through()];
    const ada = await shop.signedUp();
    const inside = await shop.logIn(ada, first.visitor);
    const elsewhere = await shop.logIn(ada);
    expect((await does('DELETE', '/shop-gone')).status).toBe(204);

    await inside.get('/me', 401);
    await inside.get(`/refreshauthtoken?refreshToken=${inside.login.refresh_token}`, 401);
    for (const { visitor } of [first, second]) {
      await visitor.post('/login', 401, { email: ada.email, password: ada.password });
      await visitor.post('/signup', 401, shop.person());
      await visitor.post('/password/reset', 401, { email: ada.email });
      await visitor.get(`/refreshauthtoken?refreshToken=${elsewhere.login.refresh_token}`, 401);
    }
    const again = { tenant: 'shop', client_id: 'shop-gone', refresh_token: second.refreshToken };
    const query = new URLSearchParams(again).toString();
    expect((await shop.send('GET', `/customerlogin/auth/anonymous/refresh?${query}`)).status).toBe(400);
    await elsewhere.get('/me');
    // Nor are the old tokens good for another client of that name.
    await does('POST', '', { name: 'gone', kind: 'storefront' });
    await second.visitor.post('/login', 401, { email: ada.email, password: ada.password });
    await inside.get('/me', 401);
  });

  describe('are removed by another process', () => {
    let late: { refresh_token: string; visitor: Visitor };
    let ada: LoggedIn;
    let clerk: Visitor;
    /** Removes the row only: no session ends, and this process still has the client in memory. */
    const removed = async (): Promise<void> => {
      await rows(shop, `delete from clients where id = 'shop-late'`);
    };
    beforeEach(async () => {
      await does('POST', '', { name: 'late', kind: 'storefront' });
      const { access_token, refresh_token } = await shop.anonymous({ client_id: 'shop-late' });
      late = { refresh_token, visitor: new Visitor(shop, access_token) };
      ada = await shop.logIn(await shop.signedUp(), late.visitor);
      const { email: username, password } = await shop.hired('support');
      const form = { grant_type: 'password', client_id: 'shop-late', client_secret: '', username, password };
      clerk = new Visitor(shop, (await shop.staffToken(form)).body.access_token);
    });
    afterEach(() => shop.later(6));

    it.each<[string, number, () => Promise<{ status: number }>]>([
      ['an anonymous login', 400, () => anonymously('login', {})],
      ['an anonymous refresh', 401, () => anonymously('refresh', { refresh_token: late.refresh_token })],
      [
        'a refresh by the access token',
        401,
        () => anonymously('refresh', { anonymous_token: late.visitor.token ?? '' }),
      ],
      [
        'a login',
        401,
        () => late.visitor.send('POST', '/login', { body: { email: ada.email, password: ada.password } }),
      ],
      ['a refresh', 401, () => late.visitor.send('GET', `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`)],
      ['an employee', 401, employeeToken],
      ['an employee who acts for a customer', 401, () => acts()],
    ])('%s gets no token from that moment on', async (_who, status, act) => {
      const before = await act();
      expect(before.status).toBe(200);
      // The token that this process has just issued is not used up either.
      await rows(shop, `update sessions set refresh_generation = 0 where client_id = 'shop-late'`);
      await removed();
      expect((await act()).status).toBe(status);
    });

    it('sessions that started at the same moment end when this process reads the clients again', async () => {
      await removed();
      shop.later(6);
      expect((await ada.send('GET', '/me')).body).toEqual(deadToken);
      await clerk.get('/customers', 401);
    });

    const anonymously = (call: string, query: Record<string, string>) => {
      const parameters = new URLSearchParams({ tenant: 'shop', client_id: 'shop-late', ...query }).toString();
      return shop.send('GET', `/customerlogin/auth/anonymous/${call}?${parameters}`);
    };
    const acts = () => clerk.send('POST', '/assistedbuying/login', { body: { customerNumber: ada.id } });
    async function employeeToken() {
      const { email: username, password } = await shop.hired('support');
      return shop.staffToken({ grant_type: 'password', client_id: 'shop-late', client_secret: '', username, password });
    }
  });

  it('are created by another process: their tokens are valid here at once', async () => {
    const credentials = await newService();
    const erp = await loggedIn(credentials);
    // Like a process that read the clients before this one was created.
    const { clients } = shop.app.get(TenantsService)['known'].get('shop') ?? {};
    expect(clients?.delete(credentials.id)).toBe(true);
    await erp.get('/customers');
  });

  it('are removed, and their tokens with them', async () => {
    const credentials = await newService();
    const [erp, other] = [await loggedIn(credentials), await loggedIn(await newService())];
    expect((await does('DELETE', `/${credentials.id}`)).status).toBe(204);
    await erp.get('/customers', 401);
    await other.get('/customers');
    expect((await tokenOf(credentials)).status).toBe(401);
    for (const [method, path] of [
      ['GET', `/${credentials.id}`],
      ['DELETE', `/${credentials.id}`],
      ['PATCH', `/${credentials.id}`],
      ['POST', `/${credentials.id}/secrets`],
      ['DELETE', `/${credentials.id}/secrets/x`],
    ] as const) {
      expect((await does(method, path, method === 'PATCH' ? {} : undefined)).status).toBe(404);
    }
  });

  it('are of one tenant alone', async () => {
    await shop.addTenant('rival');
    const { token: rival } = await shop.staff('admin', 'rival');
    const { id } = await newService();
    const headers = { authorization: `Bearer ${rival}` };
    for (const path of ['', `/${id}`]) {
      expect((await shop.send('GET', `/admin/shop/clients${path}`, { headers })).status).toBe(401);
    }
    for (const method of ['GET', 'DELETE']) {
      expect((await shop.send(method, `/admin/rival/clients/${id}`, { headers })).status).toBe(404);
    }
    expect((await does('GET', `/${id}`)).status).toBe(200);
  });
});
