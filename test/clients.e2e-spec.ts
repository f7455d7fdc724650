import { TenantsService } from '../src/tenants/tenants.service.js';
import { validationError, invalidAccessToken } from './support/responses.js';
import { dumpDatabase, rows } from './support/rows.js';
import { type Body, type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';

interface CreatedClient extends Body {
  id: string;
  secret: string;
}

interface ClientBody extends Body {
  id: string;
  scopes: string[];
  secrets: { id: string }[];
}

const read = 'customer.customer_read';
const manage = 'customer.customer_manage';

describe('the client administration', () => {
  let shop: Shop;
  let token: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', restrictions: ['DE', 'AT'] });
    token = (await shop.employee('admin')).token ?? '';
  });
  afterAll(() => shop.close());

  const send = <T = Body>(method: string, path: string, body?: unknown) =>
    shop.send<T>(method, `/admin/shop/clients${path}`, { body, headers: { authorization: `Bearer ${token}` } });
  let count = 0;
  const newService = async (more: Body = {}): Promise<CreatedClient> => {
    const { status, body } = await send<CreatedClient>('POST', '', {
      name: `erp-${++count}`,
      kind: 'service',
      scopes: [read],
      ...more,
    });
    expect(status).toBe(201);
    return body;
  };
  const tokenOf = ({ id, secret }: CreatedClient) => shop.requestToken({ client_id: id, client_secret: secret });
  const clientWithToken = async (client: CreatedClient) =>
    new ApiClient(shop, (await tokenOf(client)).body.access_token);

  it('returns the secret of a new service once, and the secret works at once', async () => {
    const created = await send<CreatedClient>('POST', '', { name: 'warehouse', kind: 'service', scopes: [read] });
    expect(created.headers['cache-control']).toBe('no-store');
    expect(created.body).toEqual({ id: 'shop-warehouse', secret: expect.stringMatching(/^[\w-]{43}$/) });
    const { status, body } = await tokenOf(created.body);
    expect([status, body.scope]).toEqual([200, `${read} tenant=shop`]);
    const expected = {
      id: 'shop-warehouse',
      kind: 'service',
      scopes: [read],
      secrets: [{ id: expect.stringMatching(/^[\w-]{12}$/) }],
      createdAt: expect.any(String),
    };
    const one = await send('GET', '/shop-warehouse');
    expect(one.body).toEqual(expected);
    expect((await send('GET', '')).body).toContainEqual(expected);
    expect(one.text + (await dumpDatabase(shop))).not.toContain(created.body.secret);
  });

  it('creates a storefront without a secret; anonymous logins work at once', async () => {
    expect((await send('POST', '', { name: 'app', kind: 'storefront' })).body).toEqual({ id: 'shop-app' });
    expect((await shop.logInAnonymously({ client_id: 'shop-app' })).access_token).toEqual(expect.any(String));
    expect((await send('POST', '/shop-app/secrets')).body).toEqual(validationError('kind'));
    const scopes = [read];
    expect((await send('POST', '', { name: 'web', kind: 'storefront', scopes })).body).toEqual(
      validationError('scopes'),
    );
    expect((await send('PATCH', '/shop-app', { scopes })).body).toEqual(validationError('scopes'));
  });

  it('creates one client when two requests with the same name run concurrently', async () => {
    const body = { name: 'twin', kind: 'service' };
    const responses = await Promise.all([send('POST', '', body), send('POST', '', body)]);
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 409]);
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
  ])('rejects an invalid %s', async (field, values) => {
    const { id } = await newService();
    for (const value of values) {
      const { status, body } = await send('POST', '', { name: 'wrong', kind: 'service', [field]: value });
      expect({ value, status, body }).toEqual({ value, status: 400, body: validationError(field) });
      if (field === 'scopes')
        expect((await send('PATCH', `/${id}`, { scopes: value })).body).toEqual(validationError(field));
    }
    expect((await send('GET', '/shop-wrong')).status).toBe(404);
  });

  it('rejects a scope whose restriction contains a space and adds another scope', async () => {
    await rows(
      shop,
      `update tenants set settings = jsonb_set(settings::jsonb, '{restrictions}', '["DE", "AT", "x foyer.admin"]')
        where name = 'shop'`,
    );
    shop.advanceClock(6);
    const body = { name: 'wide', kind: 'service', scopes: [`${read}--x foyer.admin`] };
    expect((await send('POST', '', body)).body).toEqual(validationError('scopes'));
    const { id } = await newService();
    expect((await send('PATCH', `/${id}`, { scopes: body.scopes })).body).toEqual(validationError('scopes'));
  });

  it('issues no stored scope with an unknown restriction or a separator', async () => {
    const credentials = await newService();
    const scopes = [`${read}--DE`, `${manage}--FR`, `${manage} foyer.admin`, `${read}--DE\tfoyer.admin`, `${read}--`];
    await rows(shop, 'update clients set scopes = $1 where id = $2', [scopes, credentials.id]);
    shop.advanceClock(6);
    expect((await tokenOf(credentials)).body.scope).toBe(`${read}--DE tenant=shop`);
    const form = { client_id: credentials.id, client_secret: credentials.secret, scope: `${manage}--FR` };
    expect((await shop.requestToken(form)).body).toMatchObject({ status: 400, type: 'invalid_scope' });
  });

  it('restricts a client to customers of the restriction in its scope', async () => {
    const all = await shop.serviceClient();
    const german = await shop.signUp();
    const other = await shop.signUp();
    await all.patch(`/customers/${german.id}`, 200, { restriction: 'DE' });
    const erp = await clientWithToken(await newService({ scopes: [`${read}--DE`] }));
    await erp.get(`/customers/${german.id}`);
    await erp.get(`/customers/${other.id}`, 404);
  });

  it('revokes tokens at once when scopes change; new tokens have the new scopes', async () => {
    const credentials = await newService();
    const erp = await clientWithToken(credentials);
    await erp.get('/customers');
    expect((await send<ClientBody>('PATCH', `/${credentials.id}`, { scopes: [read] })).body.scopes).toEqual([read]);
    await erp.get('/customers');
    expect((await send<ClientBody>('PATCH', `/${credentials.id}`, { scopes: [read, manage] })).body.scopes).toEqual([
      read,
      manage,
    ]);
    await erp.get('/customers', 401);
    expect((await tokenOf(credentials)).body.scope).toBe(`${read} ${manage} tenant=shop`);
  });

  it('limits the scopes of a client to 4000 characters in total, as in a token request', async () => {
    const restrictions = Array.from({ length: 100 }, (_, index) => `R${index}`.padEnd(40, 'x'));
    await rows(
      shop,
      `update tenants set settings = jsonb_set(settings::jsonb, '{restrictions}', $1::jsonb) where name = 'shop'`,
      [JSON.stringify(['DE', 'AT', ...restrictions])],
    );
    shop.advanceClock(6);
    const scopes = restrictions.map((restriction) => `${read}--${restriction}`);
    const few = scopes.slice(0, 60);
    const { id } = await newService({ scopes: few });
    const message = 'scopes must have at most 4000 characters in total';
    expect((await send('PATCH', `/${id}`, { scopes: scopes.slice(0, 62) })).body).toMatchObject({ message });
    expect((await send('POST', '', { name: 'wide', kind: 'service', scopes })).body).toMatchObject({ message });
    expect((await send('GET', `/${id}`)).body).toMatchObject({ scopes: few });
  });

  it('streams a long list, so that the budget of large responses counts it', async () => {
    await rows(
      shop,
      `insert into clients (tenant, id, kind, secret_hashes, scopes)
        select 'shop', 'shop-many-' || n, 'service', '{}', $1 from generate_series(1, 40) n`,
      [Array.from({ length: 20 }, (_, index) => `${read}--${index}`)],
    );
    const { headers, body } = await send<Body[]>('GET', '');
    expect(body.filter(({ id }) => String(id).startsWith('shop-many-'))).toHaveLength(40);
    expect(headers).not.toHaveProperty('content-length');
  });

  it('accepts two secrets while one replaces the other', async () => {
    const old = await newService();
    const added = await send<CreatedClient>('POST', `/${old.id}/secrets`);
    expect([added.status, added.headers['cache-control']]).toEqual([201, 'no-store']);
    const { secrets } = (await send<ClientBody>('GET', `/${old.id}`)).body;
    expect(secrets).toHaveLength(2);
    expect(secrets[1]).toEqual({ id: added.body.id });
    const renewed = { id: old.id, secret: added.body.secret };
    const [before, after] = [await clientWithToken(old), await clientWithToken(renewed)];
    for (const erp of [before, after]) await erp.get('/customers');

    expect((await send('DELETE', `/${old.id}/secrets/${secrets[0]?.id}`)).status).toBe(204);
    await before.get('/customers', 401);
    expect((await tokenOf(old)).status).toBe(401);
    await (await clientWithToken(renewed)).get('/customers');
    expect((await send('DELETE', `/${old.id}/secrets/${secrets[0]?.id}`)).status).toBe(404);
    expect((await send<ClientBody>('GET', `/${old.id}`)).body.secrets).toEqual([{ id: added.body.id }]);
  });

  it('allows at most five secrets, even for concurrent requests', async () => {
    const { id } = await newService();
    const responses = await Promise.all(Array.from({ length: 6 }, () => send('POST', `/${id}/secrets`)));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 400, 400]);
    expect(responses.find(({ status }) => status === 400)?.body).toEqual(validationError('secrets'));
    expect((await send<ClientBody>('GET', `/${id}`)).body.secrets).toHaveLength(5);
  });

  it('ends the sessions of a deleted storefront and rejects its visitors', async () => {
    await send('POST', '', { name: 'gone', kind: 'storefront' });
    const newVisitor = async () => {
      const { access_token: token, refresh_token: refreshToken } = await shop.logInAnonymously({
        client_id: 'shop-gone',
      });
      return { visitor: new ApiClient(shop, token), refreshToken };
    };
    const [first, second] = [await newVisitor(), await newVisitor()];
    const ada = await shop.signUp();
    const inside = await shop.logIn(ada, first.visitor);
    const elsewhere = await shop.logIn(ada);
    expect((await send('DELETE', '/shop-gone')).status).toBe(204);

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
    // The old tokens stay invalid when a new client gets the same id.
    await send('POST', '', { name: 'gone', kind: 'storefront' });
    await second.visitor.post('/login', 401, { email: ada.email, password: ada.password });
    await inside.get('/me', 401);
  });

  describe('a client that another process deletes', () => {
    let lateClient: { refresh_token: string; visitor: ApiClient };
    let ada: LoggedInCustomer;
    let employee: ApiClient;
    /** Deletes only the row: no session ends, and this process still has the client in memory. */
    const deleteRow = async (): Promise<void> => {
      await rows(shop, `delete from clients where id = 'shop-late'`);
    };
    beforeEach(async () => {
      await send('POST', '', { name: 'late', kind: 'storefront' });
      const { access_token, refresh_token } = await shop.logInAnonymously({ client_id: 'shop-late' });
      lateClient = { refresh_token, visitor: new ApiClient(shop, access_token) };
      ada = await shop.logIn(await shop.signUp(), lateClient.visitor);
      const { email: username, password } = await shop.createEmployee('support');
      const form = { grant_type: 'password', client_id: 'shop-late', client_secret: '', username, password };
      employee = new ApiClient(shop, (await shop.requestToken(form)).body.access_token);
    });
    afterEach(() => shop.advanceClock(6));

    it.each<[string, number, () => Promise<{ status: number }>]>([
      ['an anonymous login', 400, () => anonymously('login', {})],
      ['an anonymous refresh', 401, () => anonymously('refresh', { refresh_token: lateClient.refresh_token })],
      [
        'a refresh by the access token',
        401,
        () => anonymously('refresh', { anonymous_token: lateClient.visitor.token ?? '' }),
      ],
      [
        'a login',
        401,
        () => lateClient.visitor.send('POST', '/login', { body: { email: ada.email, password: ada.password } }),
      ],
      [
        'a refresh',
        401,
        () => lateClient.visitor.send('GET', `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`),
      ],
      ['an employee login', 401, employeeToken],
      ['an assisted login', 401, () => assistedLogin()],
    ])('gets no token for %s', async (_who, status, act) => {
      const before = await act();
      expect(before.status).toBe(200);
      // Resets the rotation, so that the refresh token can be used again.
      await rows(shop, `update sessions set refresh_generation = 0 where client_id = 'shop-late'`);
      await deleteRow();
      expect((await act()).status).toBe(status);
    });

    it('has no valid session once this process reloads the clients', async () => {
      await deleteRow();
      shop.advanceClock(6);
      expect((await ada.send('GET', '/me')).body).toEqual(invalidAccessToken);
      await employee.get('/customers', 401);
    });

    const anonymously = (call: string, query: Record<string, string>) => {
      const parameters = new URLSearchParams({ tenant: 'shop', client_id: 'shop-late', ...query }).toString();
      return shop.send('GET', `/customerlogin/auth/anonymous/${call}?${parameters}`);
    };
    const assistedLogin = () => employee.send('POST', '/assistedbuying/login', { body: { customerNumber: ada.id } });
    async function employeeToken() {
      const { email: username, password } = await shop.createEmployee('support');
      return shop.requestToken({
        grant_type: 'password',
        client_id: 'shop-late',
        client_secret: '',
        username,
        password,
      });
    }
  });

  it('accepts tokens at once of a client that another process creates', async () => {
    const credentials = await newService();
    const erp = await clientWithToken(credentials);
    // Simulates a process that loaded the clients before this one was created.
    const { clients } = shop.app.get(TenantsService)['cache'].get('shop') ?? {};
    expect(clients?.delete(credentials.id)).toBe(true);
    await erp.get('/customers');
  });

  it('revokes the tokens of a deleted client', async () => {
    const credentials = await newService();
    const [erp, other] = [await clientWithToken(credentials), await clientWithToken(await newService())];
    expect((await send('DELETE', `/${credentials.id}`)).status).toBe(204);
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
      expect((await send(method, path, method === 'PATCH' ? {} : undefined)).status).toBe(404);
    }
  });

  it('does not reach the clients of another tenant', async () => {
    await shop.addTenant('rival');
    const { token: rival } = await shop.employee('admin', 'rival');
    const { id } = await newService();
    const headers = { authorization: `Bearer ${rival}` };
    for (const path of ['', `/${id}`]) {
      expect((await shop.send('GET', `/admin/shop/clients${path}`, { headers })).status).toBe(401);
    }
    for (const method of ['GET', 'DELETE']) {
      expect((await shop.send(method, `/admin/rival/clients/${id}`, { headers })).status).toBe(404);
    }
    expect((await send('GET', `/${id}`)).status).toBe(200);
  });
});
