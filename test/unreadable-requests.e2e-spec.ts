import { once } from 'node:events';
import { RawConnection } from './support/raw-connection.js';
import { Shop } from './support/shop.js';

describe('a request that cannot be parsed', () => {
  let shop: Shop;
  let port: number;
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.app.listen(0, '127.0.0.1');
    port = Number(new URL(await shop.app.getUrl()).port);
  });
  afterAll(() => shop.close());

  const path = '/customer/shop/me';
  const host = 'Host: shop.test\r\n';

  it.each([
    ['a line that is not HTTP', 'HELLO\r\n\r\n', 400, 'bad_request'],
    ['an unknown method', `FETCH ${path} HTTP/1.1\r\n${host}\r\n`, 400, 'bad_request'],
    ['a malformed header', `GET ${path} HTTP/1.1\r\n${host}Co okie: a\r\n\r\n`, 400, 'bad_request'],
    ['large headers', `GET ${path} HTTP/1.1\r\n${host}Cookie: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'payload_too_large'],
    ['many headers', `GET ${path} HTTP/1.1\r\n${host}${'a: b\r\n'.repeat(100)}\r\n`, 431, 'payload_too_large'],
    ['a long URL', `GET ${path}?expand=${'a'.repeat(20_000)} HTTP/1.1\r\n${host}\r\n`, 431, 'payload_too_large'],
  ])('because of %s gets an error in the form of the Emporix API', async (_what, request, status, type) => {
    const connection = await RawConnection.open(port);
    connection.socket.write(request);
    await once(connection.socket, 'close');
    const [head = '', body = ''] = connection.received.split('\r\n\r\n');
    expect(connection.status).toBe(status);
    expect(head.toLowerCase()).toContain(`content-length: ${Buffer.byteLength(body)}`);
    expect(head.toLowerCase()).toContain('content-type: application/json');
    expect(JSON.parse(body)).toEqual({ status, type, message: expect.stringMatching(/^The .+\.$/) as string });
  });
});
