import { createHash } from 'node:crypto';
import { assignCustomer, newCompany } from './support/companies.js';
import { send } from './support/contexts.js';
import { GlueClient } from './support/glue.js';
import { dumpDatabase, rows } from './support/rows.js';
import { postFactor } from './support/second-factor.js';
import { type LoggedInCustomer, Shop } from './support/shop.js';

const ROUNDS = 22;

describe('an erasure', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' }, { databasePool: 12 })));
  afterAll(() => shop.close());

  const erase = async ({ id, tenant }: LoggedInCustomer): Promise<number> => {
    const staff = await shop.serviceClient(undefined, tenant);
    return (await staff.send('POST', `/customers/${id}/erasure`)).status;
  };

  /** Rows of any table that belong to a deleted customer or session. */
  const orphans = async (): Promise<Record<string, number>> => {
    const tables = await rows<{ name: string }>(
      shop,
      `select table_name as name from information_schema.columns
        where table_schema = 'public' and column_name = 'customer_id' and table_name <> 'history'`,
    );
    const counts = tables.map(
      ({ name }) => `(select count(*)::int from ${name} t where t.customer_id is not null and not exists (
        select from customers c where c.tenant = t.tenant and c.id = t.customer_id)) as ${name}`,
    );
    const contexts = `(select count(*)::int from session_contexts k where not exists (
      select from sessions s where s.tenant = k.tenant and s.id::text = k.session_id)) as contexts`;
    const events = `(select count(*)::int from history t where t.own and not exists (
      select from customers c where c.tenant = t.tenant and c.id = t.customer_id)) as events`;
    const [found = {}] = await rows<Record<string, number>>(shop, `select ${[...counts, contexts, events].join(', ')}`);
    return Object.fromEntries(Object.entries(found).filter(([, count]) => count > 0));
  };

  it('during writes of all kinds leaves no orphaned row in any table', async () => {
    const company = await newCompany(shop);
    for (let round = 0; round < ROUNDS; round++) {
      const visitor = await shop.visitor();
      const ada = await shop.logIn(await shop.signUp(), visitor);
      const service = await shop.serviceClient();
      const glue = new GlueClient(shop, ada.token);
      const assignment = await assignCustomer(shop, ada, company);
      const [user] = await rows<{ uuid: string }>(shop, 'select uuid from contact_assignments where id = $1', [
        assignment,
      ]);
      const attributes = { idCompanyUser: user?.uuid };
      const body = { key: 'gift', value: `for ${ada.id}` };
      const writes = [
        () => send(ada, 'POST', '/me/context/attributes', body),
        () => send(ada, 'PATCH', '/me/context', { context: { hat: 'yes' }, metadata: { version: 1 } }),
        () => send(service, 'POST', `/context/${ada.login.session_id}/attributes`, body),
        () => ada.send('PUT', '/me/consents', { body: { consents: [{ id: 'terms', version: '1', accepted: true }] } }),
        () => ada.send('POST', '/me/addresses', { body: { contactName: 'Ada', city: 'London' } }),
        () => visitor.send('POST', '/login', { body: { email: ada.email, password: ada.password } }),
        () => visitor.send('POST', '/login', { body: { email: ada.email, password: 'a wrong guess' } }),
        () => visitor.send('POST', '/password/reset', { body: { email: ada.email } }),
        () => ada.send('POST', '/me/export', { body: { password: ada.password } }),
        () => postFactor(glue, 'type-activate', { type: 'email' }),
        () => postFactor(glue, 'type-verify', { type: 'email' }, '123456'),
        () => glue.send('POST', '/company-user-access-tokens', { attributes }),
      ];
      const position = round % writes.length;
      const actions = [...writes.slice(0, position), () => erase(ada), ...writes.slice(position)];
      const responses = await Promise.all(actions.map((action) => action()));
      const statuses = responses.map((response) => (typeof response === 'number' ? response : response.status));
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect(statuses[position]).toBe(204);
    }
    expect(await orphans()).toEqual({});
  }, 120_000);

  it('waits for a context write that started earlier, and removes the context', async () => {
    const ada = await shop.customer();
    // Simulates a slow disk: the write has checked the session, and stores the context half a second later.
    await rows(
      shop,
      `create function slow_write() returns trigger language plpgsql as $$
          begin
            perform pg_sleep(0.5);
            return new;
          end
        $$;
        create trigger slow_write before insert on session_contexts for each row execute function slow_write()`,
    );
    try {
      const [written, erased] = await Promise.all([
        send(ada, 'POST', '/me/context/attributes', { key: 'a', value: 'b' }),
        new Promise((done) => setTimeout(done, 200)).then(() => erase(ada)),
      ]);
      expect([written.status, erased]).toEqual([201, 204]);
    } finally {
      await rows(shop, 'drop trigger slow_write on session_contexts; drop function slow_write');
    }
    expect(await orphans()).toEqual({});
  });

  it('removes the counters of failed logins, which are stored under a keyed hash', async () => {
    const ada = await shop.customer();
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, { email: ada.email, password: 'a wrong guess' });
    await ada.post('/me/export', 400, { password: 'a wrong guess' });
    const counters = 'select account from login_failures where customer_id = $1';
    expect(await rows(shop, counters, [ada.id])).not.toEqual([]);
    const allRows = await dumpDatabase(shop);
    for (const text of [`customer ${ada.email}`, ada.email]) {
      const hash = createHash('sha256').update(text);
      expect(allRows).not.toContain(hash.copy().digest('base64url'));
      expect(allRows).not.toContain(hash.digest('hex'));
    }
    expect(await erase(ada)).toBe(204);
    expect(await rows(shop, counters, [ada.id])).toEqual([]);
  });
});
