import { notAuthorized } from './support/responses.js';
import { type ApiClient, type Body, type Response, Shop } from './support/shop.js';
import { staffActions } from './support/timeline.js';

describe('an employee with the role approver', () => {
  let shop: Shop;
  let approver: ApiClient & { id: string };
  let admin: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    approver = await shop.employee('approver');
    admin = await shop.employee();
  });
  afterAll(() => shop.close());

  const sendAdmin = (client: ApiClient, method: string, path: string, body?: Body): Promise<Response> =>
    shop.send(method, `/admin/${shop.tenant}${path}`, {
      body,
      headers: { authorization: `Bearer ${String(client.token)}` },
    });

  it('reads customers and decides activations', async () => {
    const { id } = await shop.signUp();
    expect(await approver.get('/customers?q=standing:awaiting')).toMatchObject([{ id, standing: 'awaiting' }]);
    const body = { customerNumbers: [id], decision: 'activate' };
    expect((await sendAdmin(approver, 'POST', '/activations', body)).status).toBe(207);
    expect(await approver.get(`/customers/${id}`)).toMatchObject({ standing: 'active' });
    expect(await staffActions(approver, id)).toMatchObject([{ actor: { id: approver.id } }]);
  });

  it('does nothing else', async () => {
    const { id } = await shop.signUp();
    expect(await approver.patch(`/customers/${id}`, 403, { active: true })).toEqual(notAuthorized);
    expect(await approver.post('/customers', 403, {})).toEqual(notAuthorized);
    expect(await approver.delete(`/customers/${id}`, 403)).toEqual(notAuthorized);
    expect(await approver.post(`/customers/${id}/unlock`, 403)).toEqual(notAuthorized);
    expect(await approver.post(`/customers/${id}/mails`, 403, { kind: 'opt-in' })).toEqual(notAuthorized);
    expect(await approver.post('/assistedbuying/login', 403, { customerNumber: id })).toEqual(notAuthorized);
    expect(await approver.get('/config/password-migration-retention', 403)).toEqual(notAuthorized);
    for (const path of ['/employees', '/clients', '/settings', '/outbox']) {
      expect((await sendAdmin(approver, 'GET', path)).status).toBe(403);
    }
  });

  it('is created by an admin, and named in the history', async () => {
    const { email, password } = shop.person();
    const body = { email, role: 'approver', name: ' Grace Hopper ' };
    const created = await sendAdmin(admin, 'POST', '/employees', body);
    await shop.acceptInvitation({ email, password });
    const path = `/employees/${String(created.body.id)}`;
    expect((await sendAdmin(admin, 'GET', path)).body).toMatchObject({ role: 'approver', name: 'Grace Hopper' });

    const form = { grant_type: 'password', client_id: 'shop-storefront', username: email, password };
    const login = await shop.send<{ access_token: string }>('POST', '/oauth/token', {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const { id } = await shop.signUp();
    await shop.send('POST', `/admin/${shop.tenant}/activations`, {
      body: { customerNumbers: [id], decision: 'decline', reason: 'Unknown company' },
      headers: { authorization: `Bearer ${login.body.access_token}` },
    });
    const actor = async (): Promise<unknown> => (await staffActions(admin, id))[0]?.actor;
    const { id: employee } = created.body;
    expect(await actor()).toEqual({ kind: 'employee', id: employee, name: 'Grace Hopper', address: '127.0.0.1' });

    expect((await sendAdmin(admin, 'PATCH', path, { name: 'Grace M. Hopper' })).body.name).toBe('Grace M. Hopper');
    expect(await actor()).toMatchObject({ name: 'Grace M. Hopper' });
    expect((await sendAdmin(admin, 'PATCH', path, { name: 'x'.repeat(101) })).status).toBe(400);
    expect((await sendAdmin(admin, 'PATCH', path, { name: null })).body).not.toHaveProperty('name');
    expect(await actor()).toEqual({ kind: 'employee', id: employee, address: '127.0.0.1' });
  });
});
