import { readFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { dropDatabase, sql } from './support/database.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { waitUntil } from './support/wait-until.js';

/** Text columns of an address. */
const TEXTS = [
  ...['contact_name', 'company_name', 'street', 'street_number', 'street_appendix', 'extra_line1', 'extra_line2'],
  ...['extra_line3', 'extra_line4', 'zip_code', 'city', 'state', 'contact_phone'],
];

interface Address {
  id: string;
  contactName: string;
  mixins: { a: string };
}

interface Profile {
  addresses: Address[];
}

/** Tests of the service with the memory limits of `npm start`. */
describe('a large response', () => {
  let database: string;
  let service: Service;
  beforeAll(async () => {
    database = await newShopDatabase({ activation: 'none' });
    service = await Service.start(environment(database, { STORES: 'DE=shop' }));
  });
  afterEach(async () => expect(await service.respondsOk('/health/live')).toBe(true));
  afterAll(async () => {
    await service.stop();
    await dropDatabase(database);
  });

  /** The largest resident size of the process so far, in MiB. */
  const peak = (): number =>
    Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${service.child.pid}/status`, 'utf8'))?.[1]) / 1024;

  /** Stores an address book of 8 MB, as was possible before addresses had a maximum size. */
  const fillAddressBook = (id: string, addresses = 100): Promise<unknown> =>
    sql(
      `insert into addresses (tenant, id, customer_id, tags, mixins, mixin_schemas, version, created_at,
          ${TEXTS.join(', ')})
        select 'shop', $1 || '-' || n, $1, (select jsonb_agg(repeat('🙂', 100) || t) from generate_series(1, 50) t),
          jsonb_build_object('a', repeat('🙂', 8000)), jsonb_build_object('a', repeat('🙂', 5000)), 1, now() + n * interval '1 second',
          ${TEXTS.map(() => `repeat('🙂', 255)`).join(', ')}
        from generate_series(1, ${addresses}) n`,
      [id],
      database,
    );

  it('does not end the process when a client pipelines 800 requests and reads nothing', async () => {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET /docs/json HTTP/1.1\r\nHost: foyer.test\r\n\r\n'.repeat(800));
    await sleep(2000);
    expect(await service.respondsOk('/health/live')).toBe(true);
    expect(peak()).toBeLessThan(400);
    socket.destroy();
  });

  it('is not created for pipelined requests beyond the limit of a connection', async () => {
    const login = '/customerlogin/auth/anonymous/login?tenant=shop&client_id=shop-storefront';
    const sessions = async (): Promise<number> => (await sql('select 1 from sessions', [], database)).length;
    const before = await sessions();
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(`GET ${login} HTTP/1.1\r\nHost: foyer.test\r\n\r\n`.repeat(400));
    await waitUntil('the connection is closed', () => socket.closed);
    await sleep(500);
    expect((await sessions()) - before).toBeLessThanOrEqual(1);
  });

  it('is complete in both APIs, for customers and employees', async () => {
    const { id, token } = await service.customer();
    await fillAddressBook(id);
    const staff = await service.serviceToken();
    const cases: { path: string; bearer?: string; addressesOf: (body: never) => { id: string }[] }[] = [
      { path: '/customer/shop/me/addresses', addressesOf: (body: Address[]) => body },
      { path: '/customer/shop/me?expand=addresses', addressesOf: (body: Profile) => body.addresses },
      { path: `/customer/shop/customers/${id}/addresses`, bearer: staff, addressesOf: (body: Address[]) => body },
      {
        path: `/customer/shop/customers/${id}?expand=addresses`,
        bearer: staff,
        addressesOf: (body: Profile) => body.addresses,
      },
      { path: '/customers?include=addresses', addressesOf: ({ included }: { included: Address[] }) => included },
    ];
    // In the second request, the size is known.
    for (const { path, bearer = token, addressesOf } of [...cases, ...cases.slice(0, 1)]) {
      const { status, body, headers } = await service.send('GET', path, { token: bearer });
      expect({ path, status }).toEqual({ path, status: 200 });
      expect(headers.get('content-type')).toMatch(/^application\/(vnd\.api\+)?json/);
      const ids = addressesOf(body as never).map((address) => address.id);
      expect(ids).toEqual(Array.from({ length: 100 }, (_, index) => `${id}-${index + 1}`));
    }
    const { body } = await service.send<Address[]>('GET', cases[0]!.path, { token });
    expect(body[0]).toMatchObject({ contactName: '🙂'.repeat(255), mixins: { a: '🙂'.repeat(8000) } });

    // A smaller address book and an ended session are detected.
    await sql('delete from addresses where customer_id = $1', [id], database);
    expect((await service.send('GET', cases[0]!.path, { token })).body).toEqual([]);
    await fillAddressBook(id);
    expect((await service.send<Address[]>('GET', cases[0]!.path, { token })).body).toHaveLength(100);
    await service.send('GET', `/customer/shop/logout?accessToken=${token}`, { token });
    expect((await service.send('GET', cases[0]!.path, { token })).status).toBe(401);
  }, 120_000);

  it.each(['/customer/shop/me/addresses', '/customers?include=addresses', '/customer/shop/me?expand=addresses'])(
    'is returned or rejected with 503 and Retry-After for 25 parallel requests of %s',
    async (path) => {
      const { id, token } = await service.customer();
      await fillAddressBook(id);
      const small = await service.customer();
      let done = false;
      const load = Promise.all(Array.from({ length: 25 }, () => service.send('GET', path, { token }))).finally(
        () => (done = true),
      );
      while (!done) expect((await service.send('GET', path, { token: small.token })).status).toBe(200);
      for (const { status, headers, body } of await load) {
        expect([200, 503]).toContain(status);
        if (status === 503) expect([headers.get('retry-after'), body]).toEqual(['1', expect.anything()]);
      }
      expect(peak()).toBeLessThan(400);
    },
    120_000,
  );

  it('is created once for parallel requests of one customer', async () => {
    const { id, token } = await service.customer();
    await fillAddressBook(id, 10);
    const lock = new Client({ connectionString: database });
    await lock.connect();
    try {
      await lock.query('begin; lock table addresses in access exclusive mode');
      const responses: Promise<{ status: number }>[] = [];
      for (let request = 0; request < 4; request++) {
        responses.push(service.send('GET', '/customer/shop/me/addresses', { token }));
        await sleep(50);
      }
      const waiting = await sql(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        [],
        database,
      );
      await lock.query('rollback');
      const statuses = (await Promise.all(responses)).map(({ status }) => status);
      expect({ waiting: waiting.length, statuses }).toEqual({ waiting: 1, statuses: [200, 200, 200, 200] });
    } finally {
      await lock.end();
    }
  });

  it('of 6 MB may be requested 30 times in parallel', async () => {
    await sql(
      `insert into customers (tenant, id, reference, preferred_language, preferred_currency, preferred_site, type, mixins,
        mixin_schemas, active, on_hold, created_at, modified_at, version)
      select 'shop', 'P' || n, 'P--' || n, 'en', 'EUR', 'main', 'CUSTOMER', jsonb_build_object('a', repeat('x', 60000)),
        '{}', true, false, now(), now(), 1 from generate_series(1, 100) n`,
      [],
      database,
    );
    const token = await service.serviceToken();
    const page = '/customer/shop/customers?q=id:~^P&sort=id&pageSize=100&expand=mixin:*';
    const responses = await Promise.all(
      Array.from({ length: 30 }, () => service.send<{ id: string }[]>('GET', page, { token })),
    );
    const complete = responses.filter(({ status }) => status === 200);
    expect(complete.length).toBeGreaterThan(0);
    for (const { body, headers } of complete) expect([body.length, headers.get('count')]).toEqual([100, '100']);
    for (const { status } of responses) expect([200, 503]).toContain(status);
    expect(peak()).toBeLessThan(400);
  });

  it('is cancelled if the client does not read it, which frees memory for other clients', async () => {
    const { id, token } = await service.customer();
    await fillAddressBook(id);
    const request = `GET /customer/shop/me/addresses HTTP/1.1\r\nHost: foyer.test\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const sockets = Array.from({ length: 3 }, () => {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(request);
      return socket;
    });
    const status = async (): Promise<number> =>
      (await service.send('GET', '/customer/shop/me/addresses', { token })).status;
    await waitUntil('the tenant has no room left', async () => (await status()) === 503);
    for (const socket of sockets) socket.destroy();
    await waitUntil('the room is free again', async () => (await status()) === 200);
  });

  it('is not kept in memory for a connection that stays open', async () => {
    const { id, token } = await service.customer();
    await fillAddressBook(id);
    const sockets: Socket[] = [];
    for (let connection = 0; connection < 60; connection++) {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
      sockets.push(socket);
      const complete = new Promise<void>((resolve) => {
        socket.on('data', (part: Buffer) => part.subarray(-5).toString() === '0\r\n\r\n' && resolve());
        socket.on('close', resolve).on('error', resolve);
      });
      socket.write(
        `GET /customer/shop/me/addresses HTTP/1.1\r\nHost: foyer.test\r\nAuthorization: Bearer ${token}\r\n\r\n`,
      );
      await complete;
    }
    expect(peak()).toBeLessThan(400);
    for (const socket of sockets) socket.destroy();
  }, 120_000);
});
