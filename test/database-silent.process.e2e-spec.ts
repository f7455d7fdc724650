import { setTimeout as sleep } from 'node:timers/promises';
import { dropDatabase } from './support/database.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { SilentProxy } from './support/silent-proxy.js';
import { waitUntil } from './support/wait-until.js';

describe('a service whose database no longer responds on open connections', () => {
  let database: string;
  let proxy: SilentProxy;
  let service: Service;

  beforeAll(async () => {
    database = await newShopDatabase({ activation: 'none' });
    proxy = await SilentProxy.listen(database);
    service = await Service.start(environment(proxy.url));
  });
  afterAll(async () => {
    await service.kill();
    await proxy.close();
    await dropDatabase(database);
  });

  it('returns 503 for all requests, and uses new connections as soon as they work', async () => {
    const token = await service.anonymousToken();
    const person = await service.signUp(token);
    const login = { token, body: { email: person.email, password: person.password }, seconds: 40 };
    const requests = [
      ['POST', '/customer/shop/login', login],
      ['POST', '/customer/shop/password/reset', { token, body: { email: person.email }, seconds: 40 }],
      ['GET', '/customerlogin/auth/anonymous/login?tenant=shop&client_id=shop-storefront', { seconds: 40 }],
      ['GET', '/health/ready', { seconds: 40 }],
    ] as const;
    proxy.silent = true;
    const responses = requests.map(([method, path, options]) => service.send(method, path, options));
    expect((await service.send('GET', '/health/live')).status).toBe(200);
    // Each one either used an open connection or waited for a new one.
    for (const { status, headers } of await Promise.all(responses)) {
      expect(status).toBe(503);
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    proxy.silent = false;
    await waitUntil('the service is ready', () => service.respondsOk('/health/ready'), { seconds: 10 });
    expect((await service.send('POST', '/customer/shop/login', login)).status).toBe(200);
    expect(service.running).toBe(true);
  }, 90_000);

  // Last, because it ends the service.
  it('exits with 0 on a stop signal meanwhile', async () => {
    await service.anonymousToken();
    proxy.silent = true;
    void service.send('GET', '/health/ready').catch(() => undefined);
    expect(await Promise.race([service.stop(), sleep(35_000, 'still running', { ref: false })])).toBe(0);
  }, 60_000);
});
