import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordQueries } from './support/queries.js';
import { rows } from './support/rows.js';
import { type LoggedInCustomer, Shop } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

/** With this many contexts of 60 KiB, an export exceeds the buffers of a connection. */
const MANY = 300;

describe('an export', () => {
  let shop: Shop;
  let port: number;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    await shop.app.listen(0, '127.0.0.1');
    ({ port } = shop.app.getHttpServer().address() as AddressInfo);
  });
  afterAll(() => shop.close());

  /** Logs in a customer and adds sessions beyond the maximum, each with a large context. */
  const withContexts = async (many: number): Promise<LoggedInCustomer> => {
    const ada = await shop.customer();
    await rows(
      shop,
      `with made as (
          insert into sessions (tenant, id, kind, public_id, customer_id, created_at, expires_at, refreshed_at,
            refresh_expires_at)
          select 'shop', id, 'customer', id, $1, now(), now() + interval '9 days', now(), now()
          from (select gen_random_uuid() as id from generate_series(1, $2)) s returning public_id)
        insert into session_contexts (tenant, session_id, chosen, context, version, created_at, modified_at)
        select 'shop', public_id, '{}', jsonb_build_object('a', repeat('x', 60000)), 1, now(), now() from made`,
      [ada.id, many],
    );
    return ada;
  };

  interface Download {
    status: number;
    text: string;
    aborted: boolean;
  }
  /** Starts an export; the body is read when the returned function is called. */
  const start = async (
    ada: LoggedInCustomer,
  ): Promise<{ status: number; headers: object; read: () => Promise<Download>; drop: () => void }> =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({ password: ada.password });
      const call = request({
        ...{ port, host: '127.0.0.1', method: 'POST', path: '/customer/shop/me/export', agent: false },
        headers: {
          authorization: `Bearer ${ada.token}`,
          'content-type': 'application/json',
          'content-length': body.length,
        },
      });
      call.once('error', reject).once('response', (response) => {
        const status = response.statusCode ?? 0;
        const read = async (): Promise<Download> => {
          const parts: Buffer[] = [];
          let aborted = false;
          try {
            for await (const part of response) parts.push(part as Buffer);
          } catch {
            aborted = true;
          }
          return { status, text: Buffer.concat(parts).toString(), aborted };
        };
        resolve({ status, headers: response.headers, read, drop: () => void response.destroy() });
      });
      call.end(body);
    });

  beforeAll(async () => {
    await rows(shop, 'alter table sessions disable trigger sessions_maximum');
  });

  it('is read from the database in pieces, at the pace of the client', async () => {
    const ada = await withContexts(MANY);
    const statements = await recordQueries(shop);
    const contexts = (): number => statements.filter((text) => text.includes('from "session_contexts"')).length;
    const { status, read } = await start(ada);
    expect(status).toBe(200);
    // The buffers of the connection are full, and nothing more is read.
    let before = -1;
    await waitUntil('nothing more is read', () => {
      const now = contexts();
      const unchanged = now > 0 && now === before;
      before = now;
      return unchanged;
    });
    expect(contexts()).toBeLessThan(MANY / 4);
    const { text } = await read();
    const everything = JSON.parse(text) as { contexts: unknown[]; sessions: unknown[] };
    expect([everything.contexts.length, everything.sessions.length]).toEqual([MANY, MANY + 1]);
    expect(contexts()).toBeGreaterThanOrEqual(MANY / 4);
  });

  it('is limited to one per customer: a second one gets 503 until the first one ends', async () => {
    const ada = await withContexts(MANY);
    const { drop } = await start(ada);
    const second = await start(ada);
    expect([second.status, second.headers]).toEqual([503, expect.objectContaining({ 'retry-after': '5' })]);
    const staff = await shop.serviceClient();
    expect((await staff.send('GET', `/customers/${ada.id}/export`)).status).toBe(503);
    drop();
    await waitUntil(
      'the slot is free',
      async () => (await staff.send('GET', `/customers/${ada.id}/export`)).status === 200,
    );
  });

  it('is limited to five per tenant, without an effect on other tenants', async () => {
    const started = [];
    for (let n = 0; n < 5; n++) started.push(await start(await withContexts(MANY)));
    const staff = await shop.serviceClient();
    const { id } = await shop.signUp();
    expect((await staff.send('GET', `/customers/${id}/export`)).status).toBe(503);
    await shop.addTenant('other', { activation: 'none' });
    const visitor = await shop.visitor('other');
    const { id: eve } = await visitor.post<{ id: string }>('/signup', 201, shop.person());
    expect((await (await shop.serviceClient(undefined, 'other')).send('GET', `/customers/${eve}/export`)).status).toBe(
      200,
    );
    for (const { drop } of started) drop();
    await waitUntil(
      'the slots are free',
      async () => (await staff.send('GET', `/customers/${id}/export`)).status === 200,
    );
  });
});
