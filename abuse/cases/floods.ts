import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, inParallel, assertEqual, assert, median, inSequence, waitUntil } from '../case.ts';
import type { World } from '../world.ts';

/** A bare connection that collects the received data unless it is paused. */
class Connection {
  received = '';
  closed = false;
  readonly socket: Socket;

  constructor({ http }: World, localAddress?: string) {
    const { hostname, port } = new URL(http.baseUrl);
    this.socket = connect({ host: hostname, port: Number(port || 80), localAddress });
    this.socket.on('data', (part: Buffer) => (this.received += part.toString()));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.closed = true));
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.received)?.[1]);
  }
}

/** The headers of a request with a body of `length` bytes. */
function head(path: string, length: number, token?: string): string {
  const lines = [`POST ${path} HTTP/1.1`, 'Host: foyer.test', 'Content-Type: application/json'];
  if (token) lines.push(`Authorization: Bearer ${token}`);
  return [...lines, `Content-Length: ${length}`, '\r\n'].join('\r\n');
}

async function assertAlive(world: World): Promise<void> {
  assertEqual('status of /health/live', (await world.http.send('GET', '/health/live')).status, 200);
}

/** Requests a small address book repeatedly, while `continues` is true. @returns the milliseconds of each request */
async function smallRequests(world: World, token: string, continues: (done: number) => boolean): Promise<number[]> {
  const milliseconds: number[] = [];
  while (continues(milliseconds.length)) {
    const response = await world.call('GET', '/me/addresses', { token });
    assertEqual('status of a small request', response.status, 200);
    milliseconds.push(response.milliseconds);
    await sleep(5);
  }
  return milliseconds;
}

/** A customer with an address book of 2.4 MB, which is close to the largest one. */
async function fullBook(world: World): Promise<string> {
  const { access: token } = await world.logIn(await world.customer());
  const text = '漢'.repeat(2600);
  const json = { contactName: 'Ada', mixins: { a: text }, metadata: { mixins: { a: text } } };
  for (let count = 0; count < 100; count += 10) {
    const added = await inParallel(10, () => world.call('POST', '/me/addresses', { token, json }));
    for (const { status, text: body } of added) assert('the address is created', status === 201, body);
  }
  return token;
}

/** Requests that flood the memory of the process rather than its processor. */
export const floods: Case[] = [
  {
    number: 62,
    title: 'a client sends 800 pipelined requests in one packet on 4 connections and reads no response',
    async run(world) {
      const connections = await inSequence(4, async () => {
        const connection = new Connection(world);
        connection.socket.pause();
        connection.socket.write('GET /docs/json HTTP/1.1\r\nHost: foyer.test\r\n\r\n'.repeat(800));
        await sleep(500);
        await assertAlive(world);
        return connection;
      });
      for (const { socket } of connections) socket.resume();
      await waitUntil('the connections are closed', () => connections.every(({ closed }) => closed));
      const largest = Math.max(...connections.map(({ received }) => received.split('HTTP/1.1 200').length - 1));
      assert('a connection gets at most one response', largest <= 1, largest);
      return 'each connection is closed, and the server still responds';
    },
  },
  {
    number: 63,
    title: 'a customer requests an address book of 2.4 MB over 25 connections for 5 seconds',
    async run(world) {
      const [large, { access: small }] = [await fullBook(world), await world.logIn(await world.customer())];
      await smallRequests(world, small, (done) => done < 50);
      const quiet = median(await smallRequests(world, small, (done) => done < 100));
      const end = Date.now() + 5000;
      const statuses: number[] = [];
      const load = inParallel(25, async () => {
        while (Date.now() < end) {
          const { status } = await world.call('GET', '/me/addresses', { token: large, discardBody: true });
          statuses.push(status);
        }
      });
      const busy = median(await smallRequests(world, small, () => Date.now() < end));
      await load;
      assert('some large requests get 200', statuses.includes(200));
      assert(
        'each status is 200 or 503',
        statuses.every((status) => [200, 503].includes(status)),
        statuses,
      );
      assert(
        'the load multiplies the median time of small requests by at most 5',
        busy <= quiet * 5,
        `${quiet} → ${busy} ms`,
      );
      return `small requests take ${busy.toFixed(1)} ms instead of ${quiet.toFixed(1)} ms (median)`;
    },
  },
  {
    number: 64,
    title: 'a service requests 30 pages of large customers in parallel',
    async run(world) {
      const token = await world.serviceToken();
      await inParallel(10, async () => {
        const { id } = await world.inactiveCustomer();
        await world.patchCustomer(id, { lastName: 'Flood', mixins: { a: { b: 'x'.repeat(60_000) } } });
      });
      const query = { q: 'lastName:Flood', pageSize: '100', expand: 'mixin:*' };
      const responses = await inParallel(30, () => world.call('GET', '/customers', { token, query }));
      for (const { status, headers, text } of responses) {
        assert('each status is 200 or 503', [200, 503].includes(status), `${status} ${text}`);
        if (status === 503) assert('each 503 has Retry-After', Number(headers['retry-after']) > 0);
      }
      await assertAlive(world);
      return `${responses.filter(({ status }) => status === 200).length} requests get 200, the others 503 with Retry-After`;
    },
  },
  {
    number: 65,
    title: 'a client opens 200 connections, sends half of a 1 MB body on each, and waits',
    async run(world) {
      const from = world.otherAddress;
      const token = await world.visitorToken();
      const path = `/customer/${world.tenant}/login`;
      const connections = Array.from({ length: 200 }, () => new Connection(world, from(20)));
      for (const { socket } of connections) socket.write(head(path, 1_000_000, token) + 'x'.repeat(500_000));
      try {
        await waitUntil(
          'more than 100 are rejected',
          () => connections.filter(({ status }) => status === 503).length > 100,
        );
        // Other addresses have their own share.
        const { access } = await world.logIn(await world.customer());
        const json = { contactName: 'Ada', ignored: 'x'.repeat(500_000) };
        const { status } = await world.call('POST', '/me/addresses', { token: access, json, from: from(21) });
        assertEqual('status of a large body from another address', status, 201);
      } finally {
        for (const { socket } of connections) socket.destroy();
      }
      return 'beyond 8 MiB per address, the response is 503 and the connection is closed; a large body from another address is read';
    },
  },
  {
    number: 66,
    title: 'a client sends the headers of requests with large bodies, without a valid route, token or session',
    async run(world) {
      const { access } = await world.logIn(await world.customer());
      await world.call('GET', '/logout', { token: access, query: { accessToken: access } });
      const own = `/customer/${world.tenant}/me/addresses`;
      for (const [path, token, status] of [
        [`/customer/${world.tenant}/nowhere`, undefined, 404],
        [own, undefined, 401],
        [own, 'nonsense', 401],
        [own, access, 401],
        [own, await world.visitorToken(), 403],
        [`/customer/${world.tenant}/customers/import`, access, 403],
      ] as const) {
        const connection = new Connection(world);
        connection.socket.write(head(path, 1_000_000, token));
        await waitUntil(`${path} gets a response`, () => connection.closed, 5);
        assertEqual(`status of ${path}`, connection.status, status);
      }
      return 'each request is rejected before its body is sent';
    },
  },
];
