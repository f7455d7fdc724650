import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type RequestOptions } from './client.ts';
import { type Target, anonymousLogin } from './seed.ts';

/** The order to the process of the attackers. */
export interface AttackOrder {
  url: string;
  attacks: AttackName[];
  target: Target;
}

/** By attack, how often each status came; `error` stands for a connection that was closed. */
export type AttackReport = Partial<Record<AttackName, Record<string, number>>>;

type Count = (outcome: number | 'error') => void;
type Attack = (order: AttackOrder, count: Count) => Promise<void>[];

/** The pause between two requests of one attacker, who does not wait for `Retry-After`. */
const PAUSE_MILLISECONDS = 50;

const attacks = {
  /** 800 requests in one packet on each of four connections; the responses are not read. */
  pipelining: ({ url }, count) =>
    loops(4, async () => {
      const socket = await open(url);
      count(200);
      socket.pause();
      socket.write('GET /docs/json HTTP/1.1\r\nHost: foyer\r\n\r\n'.repeat(800));
      await Promise.race([once(socket, 'close'), sleep(2000)]);
      socket.destroy();
      await sleep(1000);
    }),

  /** 25 requests at a time for the fullest address book. */
  books: ({ url, target }, count) =>
    flood(url, 25, count, () => [`/customer/${target.tenant}/me/addresses`, { token: target.customer, keep: false }]),

  /** 30 requests at a time for the largest search page. */
  pages: ({ url, target }, count) =>
    flood(url, 30, count, () => [
      `/customer/${target.tenant}/customers?pageSize=60&expand=addresses,mixin:*`,
      { token: target.service, keep: false },
    ]),

  /** Five exports at a time of a customer with many sessions and contexts. */
  exports: ({ url, target }, count) =>
    flood(url, 5, count, () => [
      `/customer/${target.tenant}/me/export`,
      { method: 'POST', token: target.customer, json: { password: 'quiet river under stone' }, keep: false },
    ]),

  /** New visitors, without a pause, from one network address. */
  visitors: ({ url, target }, count) =>
    flood(url, 50, count, () => [anonymousLogin(target.tenant), { from: '203.0.113.5', keep: false }]),

  /** 400 connections that make the service hash passwords. */
  hashes: ({ url, target }, count) => {
    let index = 0;
    return flood(url, 400, count, async (client) => {
      const from = '203.0.113.6';
      const { access_token: token = '' } = ((await client.send(anonymousLogin(target.tenant), { from })).body ??
        {}) as Record<string, string>;
      const json = { token: 'x'.repeat(43), email: `${index++}@soak.example`, password: 'a wrong password' };
      const path = index % 2 ? 'login' : 'password/reset/update';
      return [`/customer/${target.tenant}/${path}`, { method: 'POST', token, json, from, keep: false }];
    });
  },

  /** 200 connections with 1 MB bodies that are never completed. */
  bodies: ({ url, target }, count) =>
    loops(200, async () => {
      const socket = await open(url);
      socket.on('data', (chunk: Buffer) => count(Number(/^HTTP\/1.1 (\d+)/.exec(chunk.toString('latin1'))?.[1] ?? 0)));
      socket.write(
        `POST /customer/${target.tenant}/login HTTP/1.1\r\nHost: foyer\r\nContent-Type: application/json\r\n` +
          `Authorization: Bearer ${target.visitor}\r\nX-Forwarded-For: 203.0.113.7\r\nContent-Length: 1000000\r\n\r\n`,
      );
      socket.write('{"email":"'.padEnd(900_000, 'x'));
      await Promise.race([once(socket, 'close'), sleep(20_000)]);
      socket.destroy();
    }),
} satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;
export const attackNames = Object.keys(attacks) as AttackName[];

let stopped = false;

/** Repeats work on several connections at once, until the attackers are stopped. A failure is a closed connection. */
function loops(lines: number, work: () => Promise<void>, count?: Count): Promise<void>[] {
  return Array.from({ length: lines }, async () => {
    while (!stopped) {
      await work().catch(() => count?.('error'));
      await sleep(PAUSE_MILLISECONDS);
    }
  });
}

type Request = [path: string, options: RequestOptions];

function flood(
  url: string,
  connections: number,
  count: Count,
  next: (client: Client) => Request | Promise<Request>,
): Promise<void>[] {
  const client = new Client(url, connections);
  return loops(connections, async () => count((await client.send(...(await next(client)))).status), count);
}

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function attack(order: AttackOrder): Promise<void> {
  const report: AttackReport = {};
  for (const name of order.attacks) {
    const outcomes: Record<string, number> = (report[name] = {});
    const run: Attack = attacks[name];
    void Promise.all(run(order, (outcome) => (outcomes[outcome] = (outcomes[outcome] ?? 0) + 1)));
  }
  await once(process, 'message');
  stopped = true;
  process.send?.(report);
}

if (process.send) process.once('message', (order) => void attack(order as AttackOrder));
