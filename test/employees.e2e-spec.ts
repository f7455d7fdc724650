import { recordQueries } from './support/queries.js';
import { validationError, invalidAccessToken, notAuthorized } from './support/responses.js';
import { rows } from './support/rows.js';
import { type Body, Shop } from './support/shop.js';

interface Employee extends Body {
  id: string;
  email: string;
}

describe('an employee account', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  /** Calls a route below `/admin/{tenant}` with a token. */
  const call = async <T = Body>(
    token: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    tenant = 'shop',
  ) =>
    shop.send<T>(method, `/admin/${tenant}${path}`, {
      body,
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
  const admin = async (tenant = 'shop') => {
    const { token, id } = await shop.employee('admin', tenant);
    return {
      id,
      token,
      send: <T = Body>(method: string, path: string, body?: unknown) => call<T>(token, method, path, body, tenant),
    };
  };
  const logIn = ({ email: username, password }: { email: string; password: string }, tenant = 'shop') =>
    shop.requestToken({ grant_type: 'password', username, password }, tenant);
  const newEmployee = (more: Body = {}) => ({ email: shop.person().email, role: 'support', ...more });
  const password = 'new secret words';

  it('is created, returned, listed and deleted by an admin, and can log in with a password of its own', async () => {
    const { send } = await admin();
    const person = newEmployee({ email: 'Grace@EXAMPLE.com ' });
    const created = await send<Employee>('POST', '/employees', person);
    expect(created.status).toBe(201);
    const { id } = created.body;
    const expected = {
      ...{ id, email: 'grace@example.com', role: 'support', active: true, invited: true },
      createdAt: expect.any(String),
    };
    expect((await send('GET', `/employees/${id}`)).body).toEqual(expected);
    expect((await send<Employee[]>('GET', '/employees')).body).toContainEqual(expected);

    const credentials = { email: 'grace@example.com', password };
    await shop.acceptInvitation(credentials);
    const { status, body } = await logIn(credentials);
    expect([status, body.scope]).toEqual([200, expect.stringContaining('customer.customer_manage')]);
    expect((await send('DELETE', `/employees/${id}`)).status).toBe(204);
    expect((await logIn(credentials)).status).toBe(400);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect((await send(method, `/employees/${id}`, method === 'PATCH' ? {} : undefined)).status).toBe(404);
    }
  });

  it('is listed without the networks of its logins, in a list that is streamed if it is long', async () => {
    const { send } = await admin();
    await rows(
      shop,
      `insert into employees (tenant, id, email, role, created_at)
        select 'shop', gen_random_uuid(), 'many-' || n || repeat('x', 200), 'viewer', now() from generate_series(1, 60) n`,
    );
    const statements = await recordQueries(shop);
    const { headers, body } = await send<Employee[]>('GET', '/employees');
    expect(body.filter(({ email }) => email.startsWith('many-'))).toHaveLength(60);
    expect(headers).not.toHaveProperty('content-length');
    const ofList = statements.filter((statement) => statement.includes('order by'));
    expect(ofList).not.toEqual([]);
    for (const statement of ofList) expect(statement).not.toContain('known_networks');
    await rows(shop, `delete from employees where email like 'many-%'`);
  });

  it('never returns its password, which is stored as Argon2id', async () => {
    const { send } = await admin();
    const person = newEmployee();
    const { body, text } = await send<Employee>('POST', '/employees', person);
    await shop.acceptInvitation({ email: person.email, password: 'a password nobody reads' });
    const list = await send('GET', '/employees');
    const changed = await send('PATCH', `/employees/${body.id}`, { role: 'viewer' });
    for (const responseText of [text, list.text, changed.text]) {
      expect(responseText).not.toMatch(/nobody reads|argon2|password/i);
    }
    const [row] = await rows<{ password_hash: string }>(shop, 'select password_hash from employees where id = $1', [
      body.id,
    ]);
    expect(row?.password_hash).toMatch(/^\$argon2id\$/);
  });

  it.each([
    ['email', ['not an address', 7, null, '', undefined]],
    ['role', ['owner', 7, null, '', undefined]],
    ['active', ['true', 1, null]],
  ])('is rejected with an invalid %s', async (field, values) => {
    const { send, id } = await admin();
    for (const value of values) {
      const { status, body } = await send('POST', '/employees', { ...newEmployee(), [field]: value });
      expect({ value, status, body }).toEqual({ value, status: 400, body: validationError(field) });
      if (value === undefined) continue;
      expect((await send('PATCH', `/employees/${id}`, { [field]: value })).body).toEqual(validationError(field));
    }
  });

  it('has an e-mail that is unique in the tenant, even for concurrent requests', async () => {
    await shop.addTenant('other');
    const { send } = await admin();
    const person = newEmployee();
    const again = { ...person, email: person.email.toUpperCase() };
    const created = await Promise.all([send('POST', '/employees', person), send('POST', '/employees', again)]);
    expect(created.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { body } = await send<Employee>('POST', '/employees', newEmployee());
    const taken = await send('PATCH', `/employees/${body.id}`, { email: person.email });
    expect([taken.status, taken.text]).toEqual([409, expect.stringContaining(person.email)]);
    expect((await (await admin('other')).send('POST', '/employees', person)).status).toBe(201);
  });

  it('keeps the fields that an update omits', async () => {
    const { send } = await admin();
    const person = newEmployee({ active: false });
    const { id } = (await send<Employee>('POST', '/employees', person)).body;
    const { email } = shop.person();
    expect((await send('PATCH', `/employees/${id}`, { email })).body).toMatchObject({
      email,
      role: 'support',
      active: false,
    });
    expect((await send('PATCH', `/employees/${id}`, { active: true })).body).toMatchObject({ email, role: 'support' });
    await shop.send('POST', '/admin/shop/password/reset', { body: { email } });
    const { token } = await shop.mailTo(email, 'employee-password-reset');
    await shop.send('POST', '/admin/shop/password/reset/confirm', { body: { token, password } });
    expect((await logIn({ email, password })).status).toBe(200);
    expect((await logIn({ email: person.email, password })).status).toBe(400);
  });

  it.each<[string, Body | undefined]>([
    ['another role', { role: 'viewer' }],
    ['deactivation', { active: false }],
    ['deletion', undefined],
  ])('loses every token at once with %s, including those of assisted logins', async (_what, change) => {
    const { send } = await admin();
    const ada = await shop.customer();
    const grace = await shop.employee('support');
    const { accessToken } = await grace.post<{ accessToken: string }>('/assistedbuying/login', 200, {
      customerNumber: ada.id,
    });
    const acting = () => shop.send('GET', '/customer/shop/me', { headers: { authorization: `Bearer ${accessToken}` } });
    expect((await acting()).status).toBe(200);
    await grace.get(`/customers/${ada.id}`);

    const { status } = await send(change ? 'PATCH' : 'DELETE', `/employees/${grace.id}`, change);
    expect(status).toBe(change ? 200 : 204);
    expect(await grace.get(`/customers/${ada.id}`, 401)).toEqual(invalidAccessToken);
    expect((await acting()).status).toBe(401);
    await ada.get('/me');
  });

  it('keeps its tokens with another e-mail and an unchanged role', async () => {
    const { send } = await admin();
    const grace = await shop.employee('support');
    await send('PATCH', `/employees/${grace.id}`, { email: shop.person().email, role: 'support', active: true });
    await grace.get('/customers');
  });

  it('cannot log in once deactivated', async () => {
    const { send } = await admin();
    const person = await shop.createEmployee('viewer');
    expect((await logIn(person)).status).toBe(200);
    await send('PATCH', `/employees/${person.id}`, { active: false });
    expect((await logIn(person)).status).toBe(400);
  });

  it('of the last active admin cannot be deactivated, demoted or deleted', async () => {
    await shop.addTenant('lonely');
    const { id, send } = await admin('lonely');
    await send('POST', '/employees', newEmployee({ role: 'admin', active: false }));
    await send('POST', '/employees', newEmployee({ role: 'support' }));
    const rejected = {
      status: 400,
      body: expect.objectContaining({ message: 'The last active admin cannot be deactivated or lose the role.' }),
    };
    expect(await send('DELETE', `/employees/${id}`)).toMatchObject(rejected);
    expect(await send('PATCH', `/employees/${id.toUpperCase()}`, { active: false })).toMatchObject(rejected);
    expect(await send('PATCH', `/employees/${id}`, { role: 'support' })).toMatchObject(rejected);
    expect((await send('PATCH', `/employees/${id}`, { role: 'admin', email: shop.person().email })).status).toBe(200);
    expect((await send('GET', '/employees')).status).toBe(200);
  });

  it('of the last active admin is kept when two admins remove one another concurrently', async () => {
    for (let round = 0; round < 5; round++) {
      const tenant = `duel${round}`;
      await shop.addTenant(tenant);
      const [first, second] = [await admin(tenant), await admin(tenant)];
      const responses = await Promise.all([
        first.send('PATCH', `/employees/${second.id}`, { role: 'viewer' }),
        second.send('DELETE', `/employees/${first.id}`),
      ]);
      expect(responses.filter(({ status }) => status < 300)).toHaveLength(1);
      const [left] = await rows<{ admins: number }>(
        shop,
        `select count(*)::int as admins from employees where tenant = $1 and role = 'admin' and active`,
        [tenant],
      );
      expect(left).toEqual({ admins: 1 });
    }
  });

  it('is not accessible to other tenants, other roles, customers or visitors', async () => {
    await shop.addTenant('rival');
    const rival = await admin('rival');
    const { id } = await shop.createEmployee('viewer');
    for (const path of ['/employees', `/employees/${id}`, '/clients', '/settings']) {
      expect(await call(rival.token, 'GET', path)).toMatchObject({ status: 401, body: invalidAccessToken });
      expect((await call(undefined, 'GET', path)).status).toBe(401);
      const { token } = await shop.customer();
      for (const other of [
        token,
        (await shop.visitor()).token,
        (await shop.employee('viewer')).token,
        (await shop.employee('support')).token,
      ]) {
        expect(await call(other, 'GET', path)).toMatchObject({ status: 403, body: notAuthorized });
      }
    }
    expect((await rival.send('GET', `/employees/${id}`)).status).toBe(404);
    expect((await rival.send('DELETE', `/employees/${id}`)).status).toBe(404);
    expect((await rival.send('PATCH', `/employees/${id}`, { active: false })).status).toBe(404);
    expect((await rival.send<Employee[]>('GET', '/employees')).body.map((row) => row.id)).toEqual([rival.id]);
  });

  it('is not found by an invalid id', async () => {
    const { send } = await admin();
    for (const id of ['missing', "'%20or%201=1", '%F0%9F%98%80']) {
      expect((await send('GET', `/employees/${id}`)).status).toBe(404);
      expect((await send('DELETE', `/employees/${id}`)).status).toBe(404);
      expect((await send('PATCH', `/employees/${id}`, { role: 'viewer' })).status).toBe(404);
    }
  });
});
