import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expectErrorMessage } from './support/errors.js';
import { LogRecorder } from './support/log-recorder.js';
import { RawConnection } from './support/raw-connection.js';
import { Shop, type ApiClient } from './support/shop.js';
import { databaseFingerprint } from './support/database-fingerprint.js';
import { waitUntil } from './support/wait-until.js';

/** The request line and headers of a raw request. */
const requestHead = (path: string, token: string, length: number): string =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: foyer.test',
    'Content-Type: application/json',
    `Authorization: Bearer ${token}`,
    `Content-Length: ${length}`,
    '\r\n',
  ].join('\r\n');

describe('a slow or malformed body', () => {
  let shop: Shop;
  let visitor: ApiClient;
  let port: number;
  const open: RawConnection[] = [];

  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    visitor = await shop.visitor();
    const server = shop.app.getHttpServer();
    // If headersTimeout exceeded requestTimeout, Node would swap the two.
    expect([server.requestTimeout, server.headersTimeout]).toEqual([30_000, 30_000]);
    server.requestTimeout = server.headersTimeout = 2000;
    await shop.app.listen(0, '127.0.0.1');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    for (const { socket } of open) socket.destroy();
    await shop.close();
  });

  const startRequest = async (path: string, length: number, text = ''): Promise<RawConnection> => {
    const raw = await RawConnection.open(port);
    open.push(raw);
    raw.socket.write(requestHead(path, visitor.token ?? '', length) + text);
    return raw;
  };
  const expectLoginToWork = async (): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}/customer/shop/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${visitor.token}` },
      body: '{"email":"nobody@example.com","password":"wrong words"}',
    });
    expect(response.status).toBe(400);
  };

  it.each(['/customer/shop/signup', '/customers'])(
    'sent byte by byte to %s gets 408 and does not delay other requests',
    async (path) => {
      const slow = await Promise.all(Array.from({ length: 30 }, () => startRequest(path, 1000, '{')));
      const drops = setInterval(() => slow.forEach(({ socket }) => socket.write(' ')), 50);
      try {
        await expectLoginToWork();
        // They are still sending.
        expect(slow.some(({ closed }) => closed)).toBe(false);
        await waitUntil('all connections are closed', () => slow.every(({ closed }) => closed), { seconds: 10 });
      } finally {
        clearInterval(drops);
      }
      expect(new Set(slow.map(({ status }) => status))).toEqual(new Set([408]));
      await expectLoginToWork();
    },
  );

  it.each(['/customer/shop/signup', '/customers'])(
    'to %s whose client resets the connection is not logged as a failure of the database',
    async (path) => {
      const log = new LogRecorder();
      shop.app.useLogger(log);
      const requests = await Promise.all(Array.from({ length: 5 }, () => startRequest(path, 100_000, '{')));
      await expectLoginToWork();
      for (const { socket } of requests) socket.resetAndDestroy();
      await waitUntil('the connections are closed', () => requests.every(({ closed }) => closed));
      await expectLoginToWork();
      expect(log.entries.filter((entry) => /database/.test(JSON.stringify(entry)))).toEqual([]);
    },
  );

  it('shorter than its Content-Length is discarded', async () => {
    const before = await databaseFingerprint(shop);
    const person = JSON.stringify(shop.person());
    const raw = await startRequest('/customer/shop/signup', person.length + 1, person);
    raw.socket.end();
    await waitUntil('the connection is closed', () => raw.closed);
    expect(raw.status).not.toBe(201);
    expect(await databaseFingerprint(shop)).toEqual(before);
    await expectLoginToWork();
  });

  it('longer than its Content-Length is cut off; the rest is not read as a request', async () => {
    const before = await databaseFingerprint(shop);
    const person = JSON.stringify(shop.person());
    const raw = await startRequest('/customer/shop/signup', person.length - 1, person);
    await waitUntil('the connection is closed', () => raw.closed);
    expect(raw.status).toBe(400);
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it.each(['-5', '1e3', '5, 6', '5\r\nTransfer-Encoding: chunked'])(
    'with the Content-Length %j is rejected',
    async (length) => {
      const raw = await RawConnection.open(port);
      open.push(raw);
      const [head = ''] = requestHead('/customer/shop/signup', visitor.token ?? '', 5).split('Content-Length');
      raw.socket.write(`${head}Content-Length: ${length}\r\n\r\n{"a":1}`);
      await waitUntil('the connection is closed', () => raw.closed);
      expect(raw.status).toBe(400);
    },
  );

  it.each(['gzip', 'deflate', 'br', 'identity, gzip'])('compressed with %s is rejected with 415', async (coding) => {
    const person = JSON.stringify(shop.person());
    const headers = { 'content-type': 'application/json', 'content-encoding': coding };
    for (const body of [gzipSync(person), person]) {
      const emporix = await visitor.send('POST', '/signup', { body, headers });
      expectErrorMessage(emporix, 415);
      expect(emporix.body.message).toContain('Content-Encoding');
      const glue = await shop.send('POST', '/customers', { body, headers });
      const error = { status: 415, detail: expect.stringContaining('Content-Encoding') };
      expect([glue.status, glue.body.errors]).toEqual([415, [error]]);
      const oauth = await shop.send('POST', '/token', { body, headers });
      expect([oauth.status, oauth.body]).toMatchObject([415, { error: 'invalid_request' }]);
      // RFC 9110 15.5.16
      for (const response of [emporix, glue, oauth]) expect(response.headers['accept-encoding']).toBe('identity');
    }
    await visitor.post('/signup', 201, JSON.parse(person));
  });
});
