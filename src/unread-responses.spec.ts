import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { promisify } from 'node:util';
import fastify, { type FastifyInstance } from 'fastify';
import { waitUntil } from '../test/support/wait-until.js';
import { limitUnreadResponses } from './unread-responses.js';

/** More than the buffers of the operating system, and less than half of the limit. */
const BYTES = 12_000_000;

describe('limitUnreadResponses', () => {
  let server: FastifyInstance;
  let url: string;
  let sockets: Socket[];

  async function open(timeout?: number): Promise<void> {
    server = fastify({ forceCloseConnections: true });
    limitUnreadResponses(server, timeout);
    server.get('/', () => 'x'.repeat(BYTES));
    sockets = [];
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  }
  afterEach(async () => {
    sockets.forEach((socket) => socket.destroy());
    await server.close();
  });

  /** A connection whose client has read the first bytes of the response. */
  async function request(): Promise<Socket> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    sockets.push(socket.on('error', () => undefined));
    socket.write('GET / HTTP/1.1\r\nHost: foyer\r\n\r\n');
    await once(socket, 'data');
    socket.pause();
    return socket;
  }

  /** Reads the rest. @returns whether the response is complete, except for what the first chunk may have contained */
  function readsAll(socket: Socket): Promise<boolean> {
    let missing = BYTES - 100_000;
    return new Promise((resolve) => {
      socket.once('close', () => resolve(false));
      socket.on('data', ({ length }) => (missing -= length) < 0 && resolve(true)).resume();
    });
  }

  it('closes the connection with the oldest unread response if all together exceed the limit', async () => {
    await open();
    const [first, second, third] = [await request(), await request(), await request()];
    expect(await readsAll(first)).toBe(false);
    expect(await readsAll(second)).toBe(true);
    expect(await readsAll(third)).toBe(true);
  });

  it('does not count a response that was read', async () => {
    await open();
    const first = await request();
    for (let round = 0; round < 4; round++) expect(await readsAll(await request())).toBe(true);
    expect(await readsAll(first)).toBe(true);
  });

  it('disconnects a client that does not read its response in time', async () => {
    await open(50);
    const socket = await request();
    const connections = promisify(server.server.getConnections.bind(server.server));
    await waitUntil('the server has closed the connection', async () => (await connections()) === 0);
    expect(await readsAll(socket)).toBe(false);
  });
});
