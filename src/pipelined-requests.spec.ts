import { once } from 'node:events';
import { type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { waitUntil } from '../test/support/wait-until.js';
import { MAX_UNANSWERED, handleInOrder } from './pipelined-requests.js';

const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: foyer.test\r\n\r\n`;

describe('the requests of a connection', () => {
  let server: Server;
  let client: Socket;
  let received: string;
  /** The paths of the requests that were handled, and their responses. */
  let handled: string[];
  let responses: ServerResponse[];

  beforeEach(async () => {
    [handled, responses, received] = [[], [], ''];
    server = createServer(
      handleInOrder((incoming, response) => {
        handled.push(incoming.url ?? '');
        responses.push(response);
      }),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('data', (data: Buffer) => (received += data.toString('latin1')));
    client.on('error', () => undefined);
    await once(client, 'connect');
  });
  afterEach(() => {
    client.destroy();
    server.close();
    server.closeAllConnections();
  });

  it('are handled one after the other, in order', async () => {
    client.write(['/a', '/b', '/c'].map(request).join(''));
    await sleep(50);
    expect(handled).toEqual(['/a']);
    for (const body of ['first', 'second', 'third']) {
      responses.shift()?.end(body);
      await sleep(20);
    }
    expect(handled).toEqual(['/a', '/b', '/c']);
    expect(received.match(/first|second|third/g)).toEqual(['first', 'second', 'third']);
    // A later request is handled at once.
    client.write(request('/d'));
    await sleep(20);
    expect(handled).toEqual(['/a', '/b', '/c', '/d']);
  });

  it('close the connection when they exceed the limit', async () => {
    client.write(Array.from({ length: MAX_UNANSWERED }, (_, index) => request(`/${index}`)).join(''));
    await sleep(50);
    expect(client.destroyed).toBe(false);
    client.write(request('/one-more'));
    await once(client, 'close');
    expect(handled).toEqual(['/0']);
  });

  it('close the connection when one packet exceeds the limit, and only the first is handled', async () => {
    client.write(request('/').repeat(800));
    await once(client, 'close');
    await sleep(20);
    expect(handled).toEqual(['/']);
  });

  it('are not handled until the previous response is read', async () => {
    client.pause();
    client.write(request('/large') + request('/next'));
    await sleep(50);
    responses[0]?.end(Buffer.alloc(32 * 1024 * 1024));
    await sleep(50);
    expect(handled).toEqual(['/large']);
    client.resume();
    while (handled.length < 2) await sleep(10);
    expect(handled).toEqual(['/large', '/next']);
  });

  it('are released when they are answered, although the connection stays open', async () => {
    client.write(request('/a'));
    await sleep(50);
    const response = new WeakRef(responses[0] as ServerResponse);
    responses.shift()?.end();
    await sleep(50);
    setFlagsFromString('--expose-gc');
    runInNewContext('gc()');
    expect(response.deref()).toBeUndefined();
  });

  describe('that wait', () => {
    /** The waiting requests of so many connections exceed the limit of all connections. */
    const CONNECTIONS = 30;
    let clients: Socket[];

    beforeEach(() => (clients = []));
    afterEach(() => clients.forEach((each) => each.destroy()));

    /** A connection with waiting requests of 0.6 to 0.8 MB: large heads, or bodies that Node has read in advance. */
    async function fill(large: string): Promise<Socket> {
      const port = (server.address() as AddressInfo).port;
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      clients.push(socket);
      const before = handled.length;
      socket.write(request('/') + large);
      await waitUntil('the first request is handled', () => handled.length > before);
      return socket;
    }
    const heads = `GET / HTTP/1.1\r\nHost: foyer.test\r\nA: ${'a'.repeat(16_000)}\r\n\r\n`.repeat(31);
    const bodies = `POST / HTTP/1.1\r\nHost: foyer.test\r\nContent-Length: 60000\r\n\r\n${'a'.repeat(60_000)}`.repeat(
      13,
    );

    it.each(Object.entries({ heads, bodies }))('with large %s close the oldest connections', async (_name, large) => {
      for (let index = 0; index < CONNECTIONS; index++) await fill(large);
      const [first] = clients;
      await waitUntil('the oldest connection is closed', () => first?.destroyed);
      expect(clients.at(-1)?.destroyed).toBe(false);
    });

    it('do not count after their connection is closed', async () => {
      const oldest = await fill(heads);
      for (let index = 0; index < CONNECTIONS; index++) {
        const socket = await fill(heads);
        socket.destroy();
        const connections = promisify(server.getConnections.bind(server));
        await waitUntil('the server has closed the connection', async () => (await connections()) === 2);
      }
      expect(oldest.destroyed).toBe(false);
    });

    it('do not count after they are handled', async () => {
      const socket = await fill('');
      for (let index = 0; index < CONNECTIONS; index++) {
        const before = handled.length;
        socket.write(heads);
        await sleep(0);
        for (let answered = 0; answered < 31; answered++) {
          responses.at(-1)?.end();
          await waitUntil('the next request is handled', () => handled.length > before + answered, { every: 1 });
        }
      }
      expect(socket.destroyed).toBe(false);
    });
  });

  it('are dropped when the connection is closed', async () => {
    client.write(request('/a') + request('/b'));
    await sleep(50);
    client.destroy();
    await sleep(50);
    responses[0]?.end();
    await sleep(50);
    expect(handled).toEqual(['/a']);
  });
});
