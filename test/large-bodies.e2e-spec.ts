import type { AddressInfo } from 'node:net';
import { RawConnection } from './support/raw-connection.js';
import { Shop, type LoggedInCustomer } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

const KIBIBYTE = 1024;

/** Sends the headers of a request, and any part of its body. */
async function startRequest(port: number, path: string, options: UploadOptions = {}): Promise<RawConnection> {
  const { token, type = 'application/json', from, forwarded, length = 1000 * KIBIBYTE, sent = '' } = options;
  const connection = await RawConnection.open(port, from);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: foyer.test',
    `Content-Type: ${type}`,
    `Content-Length: ${length}`,
    ...(token ? [`Authorization: Bearer ${token}`] : []),
    ...(forwarded ? [`X-Forwarded-For: ${forwarded}`] : []),
  ];
  connection.socket.write(`${lines.join('\r\n')}\r\n\r\n${sent}`);
  return connection;
}

/** The status of the response, which arrives before the body is sent. */
async function statusOf(upload: RawConnection): Promise<number | undefined> {
  await waitUntil('the response', () => upload.status !== undefined);
  return upload.status;
}

interface UploadOptions {
  token?: string;
  type?: string;
  from?: string;
  forwarded?: string;
  length?: number;
  sent?: string;
}

describe('a large body', () => {
  let shop: Shop;
  let ada: LoggedInCustomer;
  let port: number;
  const uploads: RawConnection[] = [];

  beforeAll(async () => {
    const config = { stores: [{ code: 'DE', tenant: 'shop' }], trustedProxies: ['127.0.0.1'] };
    shop = await Shop.open({ activation: 'none' }, config);
    ada = await shop.customer();
    await shop.app.listen(0, '127.0.0.1');
    port = (shop.app.getHttpServer().address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const { socket } of uploads.splice(0)) socket.destroy();
  });
  afterAll(() => shop.close());

  const startUpload = async (path: string, sending?: UploadOptions): Promise<RawConnection> => {
    const upload = await startRequest(port, path, sending);
    uploads.push(upload);
    return upload;
  };
  /** A complete request with a body of that size in bytes. */
  const sendComplete = (
    path: string,
    token: string | undefined,
    size: number,
    from?: string,
  ): Promise<RawConnection> => {
    const sent = JSON.stringify({ contactName: 'Ada', ignored: 'x'.repeat(size) });
    return startUpload(path, { token, from, sent, length: sent.length });
  };

  describe('is rejected before it is read', () => {
    const addresses = '/customer/shop/me/addresses';

    it.each(['/customer/shop/nowhere', '/nowhere'])('on the unknown route %s', async (path) => {
      const upload = await startUpload(path, { token: ada.token });
      expect(await statusOf(upload)).toBe(404);
      await waitUntil('the connection is closed', () => upload.closed);
    });

    it.each([addresses, '/customer/shop/signup', '/customers'])('as a form, at %s', async (path) => {
      const upload = await startUpload(path, { token: ada.token, type: 'application/x-www-form-urlencoded' });
      expect(await statusOf(upload)).toBe(415);
    });

    it('without a valid token', async () => {
      const visitor = await shop.visitor();
      const reference = '/customers/DE--1/addresses';
      for (const [path, token, status] of [
        [addresses, undefined, 401],
        [addresses, 'nonsense', 401],
        [addresses, visitor.token, 403],
        ['/customer/nobody/me/addresses', ada.token, 400],
        [reference, undefined, 403],
        [reference, 'nonsense', 401],
        [reference, visitor.token, 403],
      ] as const) {
        const upload = await startUpload(path, { token });
        expect({ path, token, status: await statusOf(upload) }).toEqual({ path, token, status });
      }
    });

    it('with the token of a session that has ended', async () => {
      const mia = await shop.customer();
      await mia.get(`/logout?accessToken=${mia.token}`, 204);
      expect(await statusOf(await startUpload(addresses, { token: mia.token }))).toBe(401);
      expect(await statusOf(await startUpload('/customers/DE--1/addresses', { token: mia.token }))).toBe(401);
    });

    it('with an import token that has just been revoked', async () => {
      const service = await shop.serviceClient('customer.import_manage');
      const path = '/customer/shop/customers/import';
      const open = await startUpload(path, { token: service.token, length: 5000 * KIBIBYTE });
      const admin = await shop.employee();
      const headers = { authorization: `Bearer ${admin.token}` };
      const removed = await shop.send('DELETE', '/admin/shop/clients/shop-service', { headers });
      expect(removed.status).toBe(204);
      expect(open.status).toBeUndefined();
      const late = await startUpload(path, { token: service.token, length: 5000 * KIBIBYTE });
      expect(await statusOf(late)).toBe(401);
    });
  });

  it('is read if the caller is authorized', async () => {
    expect(await statusOf(await sendComplete('/customer/shop/me/addresses', ada.token, 500 * KIBIBYTE))).toBe(201);
  });

  it.each([
    ['ports of an address', (n: number) => `203.0.113.7:${50_000 + n}`],
    ['addresses of an IPv6 /64', (n: number) => `2001:db8::${n + 1}`],
  ])('counts against one budget for all %s that a proxy forwards', async (_what, forwarded) => {
    const { token } = await shop.visitor();
    const sent = 'x'.repeat(500 * KIBIBYTE);
    const unfinished = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        startUpload('/customer/shop/login', { token, sent, forwarded: forwarded(n) }),
      ),
    );
    await waitUntil('some are rejected', () => unfinished.filter(({ status }) => status === 503).length >= 20);
  });

  it('counts against the budget of its network as it arrives, and gets 503 beyond it', async () => {
    const path = '/customer/shop/login';
    const { token } = await shop.visitor();
    const unfinished = await Promise.all(
      Array.from({ length: 40 }, () => startUpload(path, { token, sent: 'x'.repeat(500 * KIBIBYTE) })),
    );
    const rejected = (): RawConnection[] => unfinished.filter(({ status }) => status !== undefined);
    // 8 MiB fit; the other connections release their bytes.
    await waitUntil('some are rejected', () => rejected().length >= 20);
    expect(new Set(rejected().map(({ status }) => status))).toEqual(new Set([503]));
    expect(rejected()[0]?.received).toMatch(/retry-after: \d/i);
    await waitUntil('they are closed', () => rejected().every(({ closed }) => closed));

    // Another address has its own share, and small bodies do not count.
    const elsewhere = await sendComplete('/customer/shop/me/addresses', ada.token, 100 * KIBIBYTE, '127.0.0.2');
    expect(await statusOf(elsewhere)).toBe(201);
    expect(await statusOf(await sendComplete('/customer/shop/me/addresses', ada.token, 1 * KIBIBYTE))).toBe(201);

    for (const { socket } of unfinished) socket.destroy();
    await waitUntil('the share is free again', async () => {
      return (await statusOf(await sendComplete('/customer/shop/me/addresses', ada.token, 900 * KIBIBYTE))) === 201;
    });
  });
});
