import { once } from 'node:events';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expectErrorMessage } from './support/errors.js';
import { Shop, type Visitor } from './support/shop.js';
import { stored } from './support/stored.js';
import { until } from './support/until.js';

/** What stands in front of a body over a bare connection. */
const lines = (path: string, token: string, length: number): string =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: foyer.test',
    'Content-Type: application/json',
    `Authorization: Bearer ${token}`,
    `Content-Length: ${length}`,
    '\r\n',
  ].join('\r\n');

/** A connection that we write to as no client should. */
class Raw {
  heard = '';
  closed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (part: Buffer) => (this.heard += part.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.closed = true));
  }

  static async open(port: number): Promise<Raw> {
    const socket = connect({ host: '127.0.0.1', port });
    const raw = new Raw(socket);
    await once(socket, 'connect');
    return raw;
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.heard)?.[1]);
  }
}

describe('a body that comes as no client should send it', () => {
  let shop: Shop;
  let visitor: Visitor;
  let port: number;
  const open: Raw[] = [];

  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    visitor = await shop.visitor();
    const server = shop.app.getHttpServer();
    // Were headers given longer than all of a request, Node would take the one for the other.
    expect([server.requestTimeout, server.headersTimeout]).toEqual([30_000, 30_000]);
    server.requestTimeout = server.headersTimeout = 2000;
    await shop.app.listen(0, '127.0.0.1');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    for (const { socket } of open) socket.destroy();
    await shop.close();
  });

  const begin = async (path: string, length: number, text = ''): Promise<Raw> => {
    const raw = await Raw.open(port);
    open.push(raw);
    raw.socket.write(lines(path, visitor.token ?? '', length) + text);
    return raw;
  };
  const works = async (): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}/customer/shop/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${visitor.token}` },
      body: '{"email":"nobody@example.com","password":"wrong words"}',
    });
    expect(answer.status).toBe(400);
  };

  it.each(['/customer/shop/signup', '/customers'])(
    'byte by byte to %s is given up with 408, and hinders nobody',
    async (path) => {
      const slow = await Promise.all(Array.from({ length: 30 }, () => begin(path, 1000, '{')));
      const drops = setInterval(() => slow.forEach(({ socket }) => socket.write(' ')), 50);
      try {
        await works();
        // They are still at it.
        expect(slow.some(({ closed }) => closed)).toBe(false);
        await until('all are given up', () => slow.every(({ closed }) => closed), { seconds: 10 });
      } finally {
        clearInterval(drops);
      }
      expect(new Set(slow.map(({ status }) => status))).toEqual(new Set([408]));
      await works();
    },
  );

  it('shorter than its length is no body', async () => {
    const before = await stored(shop);
    const person = JSON.stringify(shop.person());
    const raw = await begin('/customer/shop/signup', person.length + 1, person);
    raw.socket.end();
    await until('it is given up', () => raw.closed);
    expect(raw.status).not.toBe(201);
    expect(await stored(shop)).toEqual(before);
    await works();
  });

  it('longer than its length ends there; the rest is no request', async () => {
    const before = await stored(shop);
    const person = JSON.stringify(shop.person());
    const raw = await begin('/customer/shop/signup', person.length - 1, person);
    await until('it is answered', () => raw.closed);
    expect(raw.status).toBe(400);
    expect(await stored(shop)).toEqual(before);
  });

  it.each(['-5', '1e3', '5, 6', '5\r\nTransfer-Encoding: chunked'])('with the length %j is refused', async (length) => {
    const raw = await Raw.open(port);
    open.push(raw);
    const [head = ''] = lines('/customer/shop/signup', visitor.token ?? '', 5).split('Content-Length');
    raw.socket.write(`${head}Content-Length: ${length}\r\n\r\n{"a":1}`);
    await until('it is refused', () => raw.closed);
    expect(raw.status).toBe(400);
  });

  it.each(['gzip', 'deflate', 'br', 'identity, gzip'])('packed with %s is refused with 415', async (coding) => {
    const person = JSON.stringify(shop.person());
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    for (const body of [gzipSync(person), person]) {
      expectErrorMessage(await visitor.send('POST', '/signup', { body, headers }), 415);
      const glue = await shop.send('POST', '/customers', { body, headers });
      expect([glue.status, glue.body.errors]).toEqual([415, [expect.objectContaining({ status: 415 })]]);
    }
    await visitor.post('/signup', 201, JSON.parse(person));
  });
});
