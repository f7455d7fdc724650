import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { EntityManager } from '@mikro-orm/postgresql';
import { IdentitiesService } from '../src/credentials/identities.service.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { validationError } from './support/responses.js';
import { sendCompanyRequest, newCompany } from './support/companies.js';
import { waitForLockWaiters, rows } from './support/rows.js';

import { type Body, type LoggedInCustomer, Shop } from './support/shop.js';

describe('limits on', () => {
  let shop: Shop;
  let token: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    token = (await shop.employee('admin')).token ?? '';
  });
  afterAll(() => shop.close());

  const limitError = (message: string): unknown => ({ status: 400, type: 'validation_failure', message });
  const admin = async (method: string, path: string, body?: unknown) =>
    shop.send(method, `/admin/shop${path}`, { body, headers: { authorization: `Bearer ${token}` } });
  const count = async (table: string, { id }: { id: string }): Promise<number> => {
    const [row] = await rows<{ n: number }>(shop, `select count(*)::int as n from ${table} where customer_id = $1`, [
      id,
    ]);
    return row?.n ?? 0;
  };

  describe('consents', () => {
    const newConsents = (many: number, from = 0): Body[] =>
      Array.from({ length: many }, (_, n) => ({ id: `text-${from + n}`, version: '1', accepted: true }));
    const put = async (ada: LoggedInCustomer, consents: Body[]) =>
      ada.send('PUT', '/me/consents', { body: { consents } });

    it('allow 100 ids', async () => {
      const ada = await shop.customer();
      for (const from of [0, 50]) expect((await put(ada, newConsents(50, from))).status).toBe(204);
      const rejected = await put(ada, newConsents(1, 100));
      expect(rejected.body).toEqual(limitError('A customer has at most 100 consent ids.'));
      expect((await ada.get<{ consents: Body[] }>('/me/consents')).consents).toHaveLength(100);
      // Decisions on existing ids are still recorded.
      expect((await put(ada, [{ ...newConsents(1)[0], accepted: false }])).status).toBe(204);
    });

    it('apply to concurrent requests', async () => {
      const ada = await shop.customer();
      await put(ada, newConsents(50));
      const responses = await Promise.all([50, 100, 150].map((from) => put(ada, newConsents(50, from))));
      expect(responses.map(({ status }) => status).sort()).toEqual([204, 400, 400]);
      expect(await count('consents', ada)).toBe(100);
    });

    it('apply to concurrent processes', async () => {
      const ada = await shop.customer();
      await put(ada, newConsents(50));
      const other = new Client({ connectionString: shop.config.databaseUrl ?? '' });
      await other.connect();
      try {
        await other.query('begin');
        await other.query(
          `insert into consents (tenant, customer_id, consent, number, version, accepted, at)
            select 'shop', $1, 'other-' || n, 1, '1', true, now() from generate_series(1, 50) n`,
          [ada.id],
        );
        const response = put(ada, newConsents(50, 100));
        await waitForLockWaiters(shop, 1);
        await other.query('commit');
        expect((await response).status).toBe(400);
      } finally {
        await other.end();
      }
      expect(await count('consents', ada)).toBe(100);
    });

    it('keep the newest 20 decisions on each text', async () => {
      const ada = await shop.customer();
      for (let version = 1; version <= 25; version++) {
        await put(ada, [{ id: 'terms', version: String(version), accepted: true }]);
      }
      const staff = await shop.serviceClient();
      const { consents } = await staff.get<{ consents: Body[] }>(`/customers/${ada.id}/consents`);
      expect(consents.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, n) => String(25 - n)));
    });

    it('allow 200 bytes in an id or a version', async () => {
      const ada = await shop.customer();
      const wide = '😀'.repeat(50);
      const consents = (id: string, version: string): Body => ({ consents: [{ id, version, accepted: true }] });
      await ada.put('/me/consents', 204, consents(wide, wide));
      expect(await ada.put('/me/consents', 400, consents(`${wide}x`, '1'))).toEqual(validationError('consents.0.id'));
      expect(await ada.put('/me/consents', 400, consents('1', `${wide}x`))).toEqual(
        validationError('consents.0.version'),
      );
    });
  });

  describe('sessions', () => {
    /** Inserts sessions in the order of their last use, least recent first. */
    const insertSessions = async ({ id }: { id: string }, many: number, more = ''): Promise<void> => {
      await rows(
        shop,
        `insert into sessions (tenant, id, kind, public_id, customer_id, created_at, expires_at, refreshed_at,
            refresh_expires_at${more && ', ended_at'})
          select 'shop', gen_random_uuid(), 'customer', gen_random_uuid(), $1, now() - interval '1 day', now() + interval '9 days',
            now() - interval '1 day' + n * interval '1 second', now()${more} from generate_series(1, $2) n`,
        [id, many],
      );
    };
    const oldest = async ({ id }: { id: string }): Promise<string> => {
      const [row] = await rows<{ id: string }>(
        shop,
        'select id from sessions where customer_id = $1 order by refreshed_at limit 1',
        [id],
      );
      return row?.id ?? '';
    };

    it('allow 100; a login ends the least recently used session', async () => {
      const ada = await shop.signUp();
      await insertSessions(ada, 100);
      const [first, phone] = [await oldest(ada), await shop.logIn(ada)];
      expect(await count('sessions', ada)).toBe(100);
      expect(await rows(shop, 'select 1 from sessions where id = $1', [first])).toEqual([]);
      const tablet = await shop.logIn(ada);
      await Promise.all([phone.get('/me'), tablet.get('/me')]);
      expect(await phone.get<unknown[]>('/me/sessions')).toHaveLength(100);
    });

    it('apply to concurrent logins', async () => {
      const ada = await shop.signUp();
      await insertSessions(ada, 99);
      await Promise.all([1, 2, 3, 4].map(() => shop.logIn(ada)));
      expect(await count('sessions', ada)).toBe(100);
    });

    it('remove ended sessions first', async () => {
      const ada = await shop.signUp();
      await insertSessions(ada, 1);
      const first = await oldest(ada);
      await insertSessions(ada, 99, ', now()');
      await shop.logIn(ada);
      expect(await count('sessions', ada)).toBe(100);
      expect(await rows(shop, 'select 1 from sessions where id = $1', [first])).toHaveLength(1);
    });

    it('delete the context of a removed session, whose token gets 401', async () => {
      const ada = await shop.customer();
      const headers = { authorization: `Bearer ${ada.token}` };
      await shop.send('POST', '/session-context/shop/me/context/attributes', {
        body: { key: 'a', value: 'b' },
        headers,
      });
      await rows(shop, `update sessions set refreshed_at = now() - interval '9 days' where customer_id = $1`, [ada.id]);
      await insertSessions(ada, 100);
      await ada.get('/me', 401);
      expect(await rows(shop, 'select 1 from session_contexts where session_id = $1', [ada.login.session_id])).toEqual(
        [],
      );
    });

    it('do not count the sessions of employees who act for the customer', async () => {
      const ada = await shop.customer();
      const staff = await shop.employee('support');
      for (let n = 0; n < 101; n++) {
        await staff.post('/assistedbuying/login', 200, { customerNumber: ada.id });
      }
      expect(await count('sessions', ada)).toBe(101);
      await ada.get('/me');
    });
  });

  it('linked identities allow 20 per customer', async () => {
    const { id } = await shop.signUp();
    const add = async (subject: string): Promise<unknown> =>
      RequestScope.run(shop.app.get(EntityManager), async () => {
        await shop.app.get(TenantsService).enter('shop');
        const identity = { issuer: 'https://login.test', subject, provider: 'test' };
        return shop.app.get(IdentitiesService).add(id, identity, { ownerConfirmed: true });
      });
    for (let n = 1; n <= 19; n++) await add(randomUUID());
    const added = await Promise.allSettled([add(randomUUID()), add(randomUUID()), add(randomUUID())]);
    const rejections = added.flatMap((one) => (one.status === 'rejected' ? [one.reason as Body] : []));
    expect(rejections).toHaveLength(2);
    expect(rejections[0]).toMatchObject({
      code: 'collection_full',
      facts: { maximum: '20', items: 'linked identities' },
    });
    expect(await count('identities', { id })).toBe(20);
  });

  it('contact assignments allow 500 per customer', async () => {
    const ada = await shop.signUp();
    await rows(
      shop,
      `with made as (
          insert into legal_entities (tenant, id, name, created_at, modified_at)
          select 'shop', 'many-' || n, 'Many', now(), now() from generate_series(1, 500) n returning id)
        insert into contact_assignments (tenant, id, legal_entity_id, customer_id, company_group, created_at, modified_at)
        select 'shop', id, id, $1, 'Buyer', now(), now() from made`,
      [ada.id],
    );
    const [staff, company] = [await shop.serviceClient(), await newCompany(shop)];
    const body = { type: 'BILLING', legalEntity: { id: company }, customer: { id: ada.id } };
    const response = await sendCompanyRequest(staff, 'POST', '/contact-assignments', { body });
    const full = { code: 400, status: 'Bad Request', message: 'A customer has at most 500 contact assignments.' };
    expect(response.body).toEqual(full);
    // Changing another customer's assignment to this customer is rejected too.
    const eve = await shop.signUp();
    const hers = await sendCompanyRequest(staff, 'POST', '/contact-assignments', {
      body: { ...body, customer: { id: eve.id } },
    });
    const moved = await sendCompanyRequest(staff, 'PUT', `/contact-assignments/${String(hers.body.id)}`, { body });
    expect(moved.body).toEqual({ ...full, resourceId: hers.body.id });
  });

  it('legal entities allow 256 KiB each', async () => {
    const group = { id: 'g', name: { de: 'x'.repeat(6000) } };
    const body = { name: 'Large', customerGroups: Array.from({ length: 50 }, () => group) };
    const response = await sendCompanyRequest(await shop.serviceClient(), 'POST', '/legal-entities', { body });
    expect([response.status, response.body.message]).toEqual([400, expect.stringContaining('256 KiB')]);
  });

  it('clients and employees allow 200 and 2,000 per tenant', async () => {
    const [{ n } = { n: 0 }] = await rows<{ n: number }>(
      shop,
      `select count(*)::int as n from clients where tenant = 'shop'`,
    );
    await rows(
      shop,
      `insert into clients (tenant, id, kind) select 'shop', 'shop-many-' || n, 'storefront' from generate_series(1, $1) n`,
      [199 - n],
    );
    const create = async (name: string) => admin('POST', '/clients', { name, kind: 'storefront' });
    const responses = await Promise.all(['one', 'two', 'three'].map(create));
    expect(responses.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
    expect((await create('four')).body).toEqual(limitError('A tenant has at most 200 clients.'));
    await rows(
      shop,
      `insert into employees (tenant, id, email, password_hash, role, created_at)
        select 'shop', gen_random_uuid(), n || '@many.example', '', 'viewer', now() from generate_series(1, 2000 - (select count(*)::int from employees where tenant = 'shop')) n`,
    );
    const { email } = shop.person();
    const created = await admin('POST', '/employees', { email, role: 'viewer' });
    expect(created.body).toEqual(limitError('A tenant has at most 2000 employees.'));
  });

  it('settings apply to their lists and total bytes', async () => {
    const restrictions = Array.from({ length: 501 }, (_, n) => `R${n}`);
    expect((await admin('PATCH', '/settings', { restrictions })).body).toEqual(validationError('restrictions'));
    expect((await admin('PATCH', '/settings', { restrictions: restrictions.slice(1) })).status).toBe(200);
    const overrides = (from: number): Body =>
      Object.fromEntries(
        Array.from({ length: 30 }, (_, n) => [`site${from + n}`, { jwks: 'https://login.test/keys' }]),
      );
    expect((await admin('PATCH', '/settings', { tokenExchange: { overrides: overrides(0) } })).status).toBe(200);
    const more = await admin('PATCH', '/settings', { tokenExchange: { overrides: overrides(30) } });
    expect(more.body).toEqual(validationError('tokenExchange.overrides'));
    const redirectUris = Array.from({ length: 50 }, (_, n) => `https://shop.test/${n}/${'x'.repeat(1900)}`);
    const identityProviders = ['a', 'b', 'c'].map((name) => ({
      ...{ name, issuer: 'https://login.test', clientId: 'x', redirectUris },
    }));
    const large = await admin('PATCH', '/settings', { identityProviders });
    expect([large.status, large.body.message]).toEqual([400, expect.stringContaining('256 KiB')]);
    expect(await rows(shop, `select 1 from tenants where settings -> 'identityProviders' is not null`)).toEqual([]);
  });

  it('mixins allow 64 KiB, counted in bytes', async () => {
    const ada = await shop.customer();
    await ada.patch('/me', 200, { mixins: { one: 'x'.repeat(60_000) } });
    expect(await ada.patch('/me', 400, { mixins: { one: '😀'.repeat(20_000) } })).toEqual(validationError('mixins'));
  });
});
