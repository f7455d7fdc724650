import { blames, deadToken, notAuthorized } from './support/answers.js';
import { rows } from './support/rows.js';
import { type Body, Shop } from './support/shop.js';

interface Listed extends Body {
  id: string;
  email: string;
}

describe('the staff of a tenant', () => {
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
    const { token, id } = await shop.staff('admin', tenant);
    return {
      id,
      token,
      does: <T = Body>(method: string, path: string, body?: unknown) => call<T>(token, method, path, body, tenant),
    };
  };
  const logIn = ({ email: username, password }: { email: string; password: string }, tenant = 'shop') =>
    shop.staffToken({ grant_type: 'password', username, password }, tenant);
  const newcomer = (more: Body = {}) => ({ ...shop.person(), role: 'support', ...more });

  it('is made, shown, listed and removed by an admin, and logs in', async () => {
    const { does } = await admin();
    const person = newcomer({ email: 'Grace@EXAMPLE.com ' });
    const made = await does<Listed>('POST', '/employees', person);
    expect(made.status).toBe(201);
    const { id } = made.body;
    const shown = { id, email: 'grace@example.com', role: 'support', active: true, createdAt: expect.any(String) };
    expect((await does('GET', `/employees/${id}`)).body).toEqual(shown);
    expect((await does<Listed[]>('GET', '/employees')).body).toContainEqual(shown);

    const { status, body } = await logIn(person);
    expect([status, body.scope]).toEqual([200, expect.stringContaining('customer.customer_manage')]);
    expect((await does('DELETE', `/employees/${id}`)).status).toBe(204);
    expect((await logIn(person)).status).toBe(400);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      expect((await does(method, `/employees/${id}`, method === 'PATCH' ? {} : undefined)).status).toBe(404);
    }
  });

  it('has passwords that never come out and are stored as Argon2id', async () => {
    const { does } = await admin();
    const person = newcomer({ password: 'a password nobody reads' });
    const { body, text } = await does<Listed>('POST', '/employees', person);
    const list = await does('GET', '/employees');
    const changed = await does('PATCH', `/employees/${body.id}`, { password: 'another one nobody reads' });
    for (const answer of [text, list.text, changed.text]) {
      expect(answer).not.toMatch(/nobody reads|argon2|password/i);
    }
    const [row] = await rows<{ password_hash: string }>(shop, 'select password_hash from employees where id = $1', [
      body.id,
    ]);
    expect(row?.password_hash).toMatch(/^\$argon2id\$/);
  });

  it.each([
    ['email', ['not an address', 7, null, '', undefined]],
    ['password', ['short', 7, null, 'x'.repeat(129), undefined]],
    ['role', ['owner', 7, null, '', undefined]],
    ['active', ['true', 1, null]],
  ])('is refused with a wrong %s', async (field, values) => {
    const { does, id } = await admin();
    for (const value of values) {
      const { status, body } = await does('POST', '/employees', { ...newcomer(), [field]: value });
      expect({ value, status, body }).toEqual({ value, status: 400, body: blames(field) });
      if (value === undefined) continue;
      expect((await does('PATCH', `/employees/${id}`, { [field]: value })).body).toEqual(blames(field));
    }
  });

  it('has each e-mail once in a tenant, also when two are made at once', async () => {
    await shop.addTenant('other');
    const { does } = await admin();
    const person = newcomer();
    const again = { ...person, email: person.email.toUpperCase() };
    const made = await Promise.all([does('POST', '/employees', person), does('POST', '/employees', again)]);
    expect(made.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { body } = await does<Listed>('POST', '/employees', newcomer());
    const taken = await does('PATCH', `/employees/${body.id}`, { email: person.email });
    expect([taken.status, taken.text]).toEqual([409, expect.stringContaining(person.email)]);
    expect((await (await admin('other')).does('POST', '/employees', person)).status).toBe(201);
  });

  it('keeps what a change does not name', async () => {
    const { does } = await admin();
    const person = newcomer({ active: false });
    const { id } = (await does<Listed>('POST', '/employees', person)).body;
    const { email } = shop.person();
    expect((await does('PATCH', `/employees/${id}`, { email })).body).toMatchObject({
      email,
      role: 'support',
      active: false,
    });
    expect((await does('PATCH', `/employees/${id}`, { active: true })).body).toMatchObject({ email, role: 'support' });
    expect((await logIn({ ...person, email })).status).toBe(200);
    expect((await logIn(person)).status).toBe(400);
  });

  it.each<[string, Body | undefined]>([
    ['another role', { role: 'viewer' }],
    ['no more access', { active: false }],
    ['another password', { password: 'new secret words' }],
    ['the end', undefined],
  ])('loses every token at once with %s, those that act for customers too', async (_what, change) => {
    const { does } = await admin();
    const ada = await shop.loggedIn();
    const grace = await shop.staff('support');
    const { accessToken } = await grace.post<{ accessToken: string }>('/assistedbuying/login', 200, {
      customerNumber: ada.id,
    });
    const acting = () => shop.send('GET', '/customer/shop/me', { headers: { authorization: `Bearer ${accessToken}` } });
    expect((await acting()).status).toBe(200);
    await grace.get(`/customers/${ada.id}`);

    const { status } = await does(change ? 'PATCH' : 'DELETE', `/employees/${grace.id}`, change);
    expect(status).toBe(change ? 200 : 204);
    expect(await grace.get(`/customers/${ada.id}`, 401)).toEqual(deadToken);
    expect((await acting()).status).toBe(401);
    await ada.get('/me');
  });

  it('keeps its tokens with another e-mail, and with the role it has', async () => {
    const { does } = await admin();
    const grace = await shop.staff('support');
    await does('PATCH', `/employees/${grace.id}`, { email: shop.person().email, role: 'support', active: true });
    await grace.get('/customers');
  });

  it('logs in with the new password, and not with the old one or when shut out', async () => {
    const { does } = await admin();
    const person = await shop.hired('viewer');
    await does('PATCH', `/employees/${person.id}`, { password: 'new secret words' });
    expect((await logIn(person)).status).toBe(400);
    expect((await logIn({ ...person, password: 'new secret words' })).status).toBe(200);
    await does('PATCH', `/employees/${person.id}`, { active: false });
    expect((await logIn({ ...person, password: 'new secret words' })).status).toBe(400);
  });

  it('always has an active admin', async () => {
    await shop.addTenant('lonely');
    const { id, does } = await admin('lonely');
    await does('POST', '/employees', newcomer({ role: 'admin', active: false }));
    await does('POST', '/employees', newcomer({ role: 'support' }));
    const last = {
      status: 400,
      body: expect.objectContaining({ message: 'The last active admin cannot be deactivated or lose the role.' }),
    };
    expect(await does('DELETE', `/employees/${id}`)).toMatchObject(last);
    expect(await does('PATCH', `/employees/${id.toUpperCase()}`, { active: false })).toMatchObject(last);
    expect(await does('PATCH', `/employees/${id}`, { role: 'support' })).toMatchObject(last);
    expect((await does('PATCH', `/employees/${id}`, { role: 'admin', email: shop.person().email })).status).toBe(200);
    expect((await does('GET', '/employees')).status).toBe(200);
  });

  it('always has an active admin, also when admins shut one another out at once', async () => {
    for (let round = 0; round < 5; round++) {
      const tenant = `duel${round}`;
      await shop.addTenant(tenant);
      const [first, second] = [await admin(tenant), await admin(tenant)];
      const answers = await Promise.all([
        first.does('PATCH', `/employees/${second.id}`, { role: 'viewer' }),
        second.does('DELETE', `/employees/${first.id}`),
      ]);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      const [left] = await rows<{ admins: number }>(
        shop,
        `select count(*)::int as admins from employees where tenant = $1 and role = 'admin' and active`,
        [tenant],
      );
      expect(left).toEqual({ admins: 1 });
    }
  });

  it('is nobody else’s business', async () => {
    await shop.addTenant('rival');
    const rival = await admin('rival');
    const { id } = await shop.hired('viewer');
    for (const path of ['/employees', `/employees/${id}`, '/clients', '/settings']) {
      expect(await call(rival.token, 'GET', path)).toMatchObject({ status: 401, body: deadToken });
      expect((await call(undefined, 'GET', path)).status).toBe(401);
      const { token } = await shop.loggedIn();
      for (const other of [
        token,
        (await shop.visitor()).token,
        (await shop.staff('viewer')).token,
        (await shop.staff('support')).token,
      ]) {
        expect(await call(other, 'GET', path)).toMatchObject({ status: 403, body: notAuthorized });
      }
    }
    expect((await rival.does('GET', `/employees/${id}`)).status).toBe(404);
    expect((await rival.does('DELETE', `/employees/${id}`)).status).toBe(404);
    expect((await rival.does('PATCH', `/employees/${id}`, { active: false })).status).toBe(404);
    expect((await rival.does<Listed[]>('GET', '/employees')).body.map((row) => row.id)).toEqual([rival.id]);
  });

  it('is not found by what is no id', async () => {
    const { does } = await admin();
    for (const id of ['missing', "'%20or%201=1", '%F0%9F%98%80']) {
      expect((await does('GET', `/employees/${id}`)).status).toBe(404);
      expect((await does('DELETE', `/employees/${id}`)).status).toBe(404);
      expect((await does('PATCH', `/employees/${id}`, { role: 'viewer' })).status).toBe(404);
    }
  });
});
