import { sql as execute } from './support/database.js';
import { Housekeeping } from '../src/housekeeping/housekeeping.service.js';
import { dumpDatabase, rows, sendErasureMails } from './support/rows.js';
import { notAuthorized, unknownCustomer, validationError } from './support/responses.js';
import { type ApiClient, type Body, type Response, Shop } from './support/shop.js';

interface Entry extends Body {
  id?: string;
  at: string;
  action: string;
  actor: Body;
  changes: Body;
  customerNumber?: string | null;
}

const OWN_ADDRESS = { 'x-forwarded-for': '198.51.100.7' };

describe('the timeline of a customer', () => {
  let shop: Shop;
  let staff: ApiClient & { id: string };
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' }, { trustedProxies: ['127.0.0.1'] });
    staff = await shop.employee();
  });
  afterAll(() => shop.close());

  const timelineOf = async (id: string, query = ''): Promise<Entry[]> => staff.get(`/customers/${id}/history${query}`);
  const actionsOf = async (id: string): Promise<string[]> => (await timelineOf(id)).map(({ action }) => action);
  /** The entries since `before` was read, without mails, newest first. */
  const since = async (id: string, before: Entry[]): Promise<Entry[]> =>
    (await timelineOf(id))
      .filter(({ action }) => action !== 'mail_queued')
      .slice(0, -before.filter(({ action }) => action !== 'mail_queued').length);

  it('contains the sign-up and each login, with the network address', async () => {
    const person = shop.person();
    const visitor = await shop.visitor();
    const { body } = await visitor.send('POST', '/signup', { body: { ...person }, headers: OWN_ADDRESS });
    const id = String(body.id);
    for (let login = 0; login < 2; login++) {
      await (await shop.visitor()).send('POST', '/login', { body: { ...person }, headers: OWN_ADDRESS });
    }
    const actor = { kind: 'customer', id, address: '198.51.100.7' };
    expect(await timelineOf(id)).toEqual([
      { at: expect.any(String), action: 'logged_in', actor, changes: {} },
      { at: expect.any(String), action: 'logged_in', actor, changes: {} },
      { at: expect.any(String), action: 'signed_up', actor, changes: {} },
    ]);
  });

  it('contains no rejected login, but the lock that follows', async () => {
    const ada = await shop.customer();
    const before = await timelineOf(ada.id);
    const visitor = await shop.visitor();
    const guess = () => visitor.send('POST', '/login', { body: { email: ada.email, password: 'a wrong guess' } });
    for (let attempt = 0; attempt < 14; attempt++) await guess();
    expect(await since(ada.id, before)).toEqual([]);
    for (let attempt = 0; attempt < 3; attempt++) await guess();
    expect(await since(ada.id, before)).toEqual([
      {
        at: expect.any(String),
        action: 'login_locked',
        actor: { kind: 'system', id: 'foyer', address: '127.0.0.1' },
        changes: { lockedUntil: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]+Z$/) },
      },
    ]);
    const { lockedUntil, lastLogin } = await staff.get<Body>(`/customers/${ada.id}`);
    expect([lockedUntil, lastLogin]).toEqual([expect.any(String), expect.any(String)]);
    expect(await staff.get<Body[]>('/customers?q=lockedUntil:exists')).toMatchObject([{ id: ada.id }]);
  });

  it('contains changes of the password, the e-mail and the consents', async () => {
    const ada = await shop.customer();
    const before = await timelineOf(ada.id);
    const newPassword = 'new secret words';
    await ada.post('/password/change', 204, { currentPassword: ada.password, newPassword });
    const newEmail = shop.person().email;
    await ada.post('/me/accounts/internal/email/change', 204, { email: ada.email, password: newPassword, newEmail });
    const visitor = await shop.visitor();
    await visitor.post('/me/accounts/internal/email/change/confirm', 204, {
      token: (await shop.mailTo(newEmail, 'email-change')).token,
    });
    await visitor.post('/password/reset', 204, { email: newEmail });
    const { token } = await shop.mailTo(newEmail, 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: 'other secret words' });
    const again = await shop.logIn({ ...ada, email: newEmail, password: 'other secret words' });
    const terms = { id: 'terms', version: '1' };
    await again.put('/me/consents', 204, { consents: [{ ...terms, accepted: true }] });
    await again.put('/me/consents', 204, { consents: [{ ...terms, accepted: true }] });
    await again.put('/me/consents', 204, { consents: [{ ...terms, accepted: false }] });
    const entries = await since(ada.id, before);
    expect(entries.map(({ action }) => action)).toEqual([
      ...['consent_withdrawn', 'consent_given', 'logged_in', 'password_reset'],
      ...['email_changed', 'email_change_requested', 'password_changed'],
    ]);
    expect(entries[0]).toMatchObject({ actor: { kind: 'customer', id: ada.id }, changes: { fields: ['terms'] } });
  });

  it('contains exports and the request of an erasure', async () => {
    const ada = await shop.customer();
    const before = await timelineOf(ada.id);
    await ada.post('/me/export', 200, { password: ada.password });
    await ada.post('/me/erasure/request', 204);
    const added = (await since(ada.id, before)).map(({ action }) => action);
    expect(added).toEqual(['erasure_requested', 'customer_exported']);
  });

  it('contains mails with their state, and notes', async () => {
    const ada = await shop.customer();
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    await shop.mailTo(ada.email, 'password-reset');
    expect((await timelineOf(ada.id))[0]).toEqual({
      at: expect.any(String),
      action: 'mail_queued',
      actor: { kind: 'system', id: 'foyer', address: null },
      changes: { mail: 'password-reset', status: 'queued' },
    });
    const { id: note } = await staff.post(`/customers/${ada.id}/notes`, 201, { text: 'Called' });
    expect((await timelineOf(ada.id))[0]).toMatchObject({
      action: 'note_added',
      actor: { id: staff.id },
      changes: { note },
    });
  });

  it('can be limited to one type, and is paged', async () => {
    const ada = await shop.customer();
    await shop.logIn(ada);
    const all = await timelineOf(ada.id);
    expect(await timelineOf(ada.id, '?action=logged_in')).toEqual(all.filter(({ action }) => action === 'logged_in'));
    const pages = await Promise.all([1, 2, 3, 4].map((page) => timelineOf(ada.id, `?pageSize=1&pageNumber=${page}`)));
    expect(pages.flat()).toEqual(all.slice(0, 4));
    expect(await staff.get(`/customers/${ada.id}/history?action=unknown`, 400)).toEqual(validationError('action'));
  });

  it('loses the customer’s own events and mails with the customer, and keeps the others without addresses', async () => {
    const visitor = await shop.visitor();
    const person = shop.person();
    const { body } = await visitor.send('POST', '/signup', { body: { ...person }, headers: OWN_ADDRESS });
    const id = String(body.id);
    await (await shop.visitor()).send('POST', '/login', { body: { ...person }, headers: OWN_ADDRESS });
    await staff.post(`/customers/${id}/notes`, 201, { text: 'Called' });
    expect(await actionsOf(id)).toEqual(['note_added', 'logged_in', 'signed_up']);
    await staff.post(`/customers/${id}/erasure`, 204);
    expect(await actionsOf(id)).toEqual(['customer_deleted', 'note_added']);
    await sendErasureMails(shop);
    const kept = await rows(shop, `select from history where customer_id = $1 and own`, [id]);
    expect(kept).toEqual([]);
    expect(await dumpDatabase(shop)).not.toContain(person.email);
    expect(await staff.get('/customers/unknown/history', 404)).toEqual(unknownCustomer('unknown'));
  });

  it('shows who has never logged in', async () => {
    const { id } = await shop.signUp();
    expect(await staff.get<Body>(`/customers/${id}`)).not.toHaveProperty('lastLogin', expect.any(String));
    const never = await staff.get<Body[]>(`/customers?q=lastLogin:null id:${id}`);
    expect(never).toMatchObject([{ id }]);
    const ada = await shop.customer();
    expect(await staff.get(`/customers?q=lastLogin:null id:${ada.id}`)).toEqual([]);
  });
});

describe('the history', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  const rejected = /entries of the history can be neither changed nor deleted/;

  it('cannot be changed by the role of the service', async () => {
    const staff = await shop.employee();
    const { id } = await shop.customer();
    await staff.patch(`/customers/${id}`, 200, { firstName: 'Ada' });
    for (const statement of [
      `update history set actor = 'nobody' where action = 'customer_changed'`,
      `update history set at = now() - interval '1 year' where own`,
      `delete from history where action = 'customer_changed'`,
      `delete from history where action = 'logged_in'`,
      'truncate history',
    ]) {
      await expect(execute(statement, [], shop.config.databaseUrl ?? undefined)).rejects.toThrow(rejected);
    }
    expect((await staff.get<Entry[]>(`/customers/${id}/history`)).map(({ action }) => action)).toEqual([
      ...['customer_changed', 'logged_in', 'signed_up'],
    ]);
  });

  it('loses customers’ own events after 180 days, and no other entries', async () => {
    const staff = await shop.employee();
    const { id } = await shop.customer();
    await rows(
      shop,
      `insert into history (tenant, customer_id, at, actor_kind, actor, action)
        select 'shop', $1, now() - age::interval, kind, actor, 'logged_in'
        from (values ('179 days', 'customer', $1), ('181 days', 'customer', $1), ('181 days', 'system', 'foyer'),
          ('400 days', 'employee', $2), ('400 days', 'customer', 'admin')) old(age, kind, actor)`,
      [id, staff.id],
    );
    const countNow = async () => (await staff.get<Entry[]>(`/customers/${id}/history`)).length;
    expect(await countNow()).toBe(7);
    await shop.app.get(Housekeeping).run();
    expect(await countNow()).toBe(5);
  });
});

describe('the audit log', () => {
  let shop: Shop;
  let admin: ApiClient & { id: string };
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    admin = await shop.employee();
  });
  afterAll(() => shop.close());

  const send = (path: string, accept = 'application/json', token = admin.token ?? ''): Promise<Response<Entry[]>> =>
    shop.send('GET', `/admin/shop/audit${path}`, { headers: { authorization: `Bearer ${token}`, accept } });
  const audit = async (query: string): Promise<Entry[]> => {
    const { status, body } = await send(query);
    expect(status).toBe(200);
    return body;
  };
  const change = async (method: string, path: string, body?: unknown): Promise<Body> => {
    const headers = { authorization: `Bearer ${admin.token}` };
    const response = await shop.send(method, `/admin/shop${path}`, { body, headers });
    expect(response.status).toBeLessThan(300);
    return response.body;
  };

  it('contains changes of settings, mail texts, clients and employees, without secrets', async () => {
    await change('PATCH', '/settings', { preferredSite: 'main', mailFrom: 'Acme <no-reply@acme.example>' });
    const client = await change('POST', '/clients', { name: 'erp', kind: 'service', scopes: [] });
    await change('PATCH', '/clients/shop-erp', { scopes: ['customer.customer_read'] });
    // Changes nothing, so it is not an entry.
    await change('PATCH', '/clients/shop-erp', {});
    const secret = await change('POST', '/clients/shop-erp/secrets');
    await change('DELETE', `/clients/shop-erp/secrets/${String(secret.id)}`);
    await change('DELETE', '/clients/shop-erp');
    const { email } = shop.person();
    const { id: employee } = await change('POST', '/employees', { email, role: 'viewer' });
    await change('PATCH', `/employees/${String(employee)}`, { role: 'support', name: 'Eve' });
    await change('DELETE', `/employees/${String(employee)}`);
    const entries = await audit(`?actor=${admin.id}`);
    expect(entries.map(({ action, changes }) => [action, changes])).toEqual([
      ['employee_removed', { employee }],
      [
        'employee_changed',
        {
          ...{ employee, fields: ['name', 'role'] },
          from: { role: 'viewer', active: true },
          to: { role: 'support', active: true },
        },
      ],
      ['employee_created', { employee, to: { role: 'viewer', active: true } }],
      ['client_removed', { client: 'shop-erp' }],
      ['client_secret_revoked', { client: 'shop-erp' }],
      ['client_secret_added', { client: 'shop-erp' }],
      ['client_changed', { client: 'shop-erp', to: { scopes: ['customer.customer_read'] } }],
      ['client_created', { client: 'shop-erp', to: { kind: 'service', scopes: [] } }],
      ['settings_changed', { fields: ['preferredSite', 'mailFrom'] }],
    ]);
    expect(entries[0]).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      customerNumber: null,
      actor: { kind: 'employee', id: admin.id, address: '127.0.0.1' },
    });
    const text = JSON.stringify(entries);
    for (const hidden of [client.secret, secret.secret, email, 'Acme', 'Eve']) expect(text).not.toContain(hidden);
  });

  it('streams large pages, so that the budget of large responses counts them', async () => {
    await rows(
      shop,
      `insert into history (tenant, at, actor_kind, actor, action, changes)
        select 'shop', now(), 'service', 'auditor', 'client_changed', jsonb_build_object('client', repeat('x', 4000))
        from generate_series(1, 30)`,
    );
    const { headers, body } = await send('?actor=auditor&pageSize=30');
    expect(body).toHaveLength(30);
    expect(headers).not.toHaveProperty('content-length');
    expect((await send('?actor=auditor&pageSize=1')).headers).toHaveProperty('content-length');
  });

  it('does not contain a change that is rolled back', async () => {
    const headers = { authorization: `Bearer ${admin.token}` };
    const body = { tokenExchange: { default: { issuer: 'https://login.test' } } };
    const before = await audit('?action=settings_changed');
    expect((await shop.send('PATCH', '/admin/shop/settings', { body, headers })).status).toBe(400);
    expect(await audit('?action=settings_changed')).toEqual(before);
  });

  it('is filtered by actor, customer, action and time, and paged', async () => {
    const [ada, eve] = [await shop.customer(), await shop.customer()];
    await change('PATCH', '/employees/' + admin.id, { name: 'Sam Support' });
    const named = await shop.employee();
    await admin.patch(`/customers/${ada.id}`, 200, { firstName: 'Ada' });
    await named.patch(`/customers/${eve.id}`, 200, { firstName: 'Eve' });
    const ofAda = await audit(`?customer=${ada.id}`);
    expect(ofAda).toMatchObject([
      { action: 'customer_changed', customerNumber: ada.id, actor: { id: admin.id, name: 'Sam Support' } },
      { action: 'logged_in' },
      { action: 'signed_up' },
    ]);
    expect(await audit(`?customer=${ada.id}&action=logged_in`)).toEqual(ofAda.slice(1, 2));
    expect(await audit(`?actor=${named.id}`)).toMatchObject([{ customerNumber: eve.id }]);
    expect(await audit(`?actor=${ada.id}`)).toEqual([ofAda[1], ofAda[2]]);
    const [changed, loggedIn] = ofAda;
    const range = `since=${loggedIn?.at}&until=${changed?.at}`;
    expect(await audit(`?customer=${ada.id}&${range}`)).toEqual([loggedIn]);
    const all = await audit('?pageSize=1000');
    const pages = await Promise.all([1, 2].map((page) => audit(`?pageSize=2&pageNumber=${page}`)));
    expect(pages.flat()).toEqual(all.slice(0, 4));
    expect((await send('?since=yesterday')).body).toEqual(validationError('since'));
    expect((await send('?action=unknown')).body).toEqual(validationError('action'));
  });

  it('is streamed as NDJSON', async () => {
    await rows(
      shop,
      `insert into history (tenant, at, actor_kind, actor, action)
        select 'shop', now() - n * interval '1 second', 'operator', 'many', 'settings_changed' from generate_series(1, 1200) n`,
    );
    const { headers, text } = await send('?actor=many&pageSize=3', 'application/x-ndjson');
    expect(headers['content-type']).toBe('application/x-ndjson');
    const lines = text.trimEnd().split('\n');
    const streamed = lines.map((line) => JSON.parse(line) as Entry);
    expect(streamed).toHaveLength(1200);
    expect(streamed.slice(0, 1000)).toEqual(await audit('?actor=many&pageSize=1000'));
  });

  it('requires the scope foyer.admin of the same tenant', async () => {
    const support = await shop.employee('support');
    const { status, body } = await send('', undefined, support.token);
    expect([status, body]).toEqual([403, notAuthorized]);
    await shop.addTenant('other');
    const other = await shop.serviceClient(undefined, 'other');
    expect((await send('', undefined, other.token)).status).toBeGreaterThanOrEqual(400);
    expect(
      (await shop.send('GET', '/admin/other/audit', { headers: { authorization: `Bearer ${other.token}` } })).body,
    ).toEqual([]);
  });
});
