import { setTimeout as sleep } from 'node:timers/promises';
import { TestPostgres } from './support/postgres.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

interface Tokens {
  access_token: string;
  refresh_token: string;
}

describe('a service that loses its PostgreSQL', () => {
  let postgres: TestPostgres;
  let smtp: MailServer;
  let service: Service;

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    await newShopDatabase({ activation: 'none' }, postgres.url);
    smtp = await MailServer.listen();
    service = await Service.start(environment(postgres.url, { SMTP_URL: smtp.url, LOG_LEVEL: 'info' }));
  });
  afterEach(() => postgres.restart());
  afterAll(async () => {
    await service?.kill();
    await smtp?.close();
    await postgres.close();
  });

  it('returns 503 with Retry-After meanwhile and recovers by itself', async () => {
    const visitor = await service.anonymousToken();
    const { email, password } = await service.signUp(visitor);
    const login = { token: visitor, body: { email, password } };
    const { body } = await service.send<Tokens>('POST', '/customer/shop/login', login);
    const customer = { token: body.access_token };

    await postgres.stop();
    const requests = [
      ['POST', '/customer/shop/login', login],
      ['GET', '/customer/shop/me', customer],
      ['PATCH', '/customer/shop/me', { ...customer, body: { firstName: 'Ada' } }],
      ['GET', '/customer/shop/me/addresses', customer],
      ['POST', '/customer/shop/password/reset', { token: visitor, body: { email } }],
      ['GET', `/customer/shop/refreshauthtoken?refreshToken=${body.refresh_token}`, { token: visitor }],
      ['GET', '/customerlogin/auth/anonymous/login?tenant=shop&client_id=shop-storefront', {}],
      ['GET', '/health/ready', {}],
    ] as const;
    for (const [method, path, options] of requests) {
      const response = await service.send(method, path, options);
      expect({ path, status: response.status, body: response.body }).toEqual({
        path,
        status: 503,
        body: { status: 503, type: 'service_unavailable', message: expect.any(String) as string },
      });
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(response.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres/i);
    }
    expect((await service.send('GET', '/health/live')).status).toBe(200);

    await postgres.restart();
    await waitUntil('the service recovers', () => service.respondsOk('/health/ready'), { seconds: 5 });
    expect((await service.send('POST', '/customer/shop/login', login)).status).toBe(200);
    expect((await service.send('GET', '/customer/shop/me', customer)).status).toBe(200);
    await service.send('POST', '/customer/shop/password/reset', { token: visitor, body: { email } });
    await waitUntil('mails leave again', () => smtp.mailsTo(email).length === 1);
    expect(service.running).toBe(true);
  });

  it('loses no acknowledged write while PostgreSQL restarts under load', async () => {
    const visitor = await service.anonymousToken();
    const acknowledged: string[] = [];
    const statuses = new Set<number>();
    let loading = true;
    const load = Array.from({ length: 4 }, async (_, worker) => {
      for (let round = 0; loading; round += 1) {
        const body = { email: `${worker}-${round}@example.com`, password: 'secret words' };
        const { status } = await service.send('POST', '/customer/shop/signup', { token: visitor, body });
        statuses.add(status);
        if (status === 201) acknowledged.push(body.email);
      }
    });
    try {
      await waitUntil('some have signed up', () => acknowledged.length > 10);
      await postgres.stop();
      await waitUntil('the service returns 503', () => statuses.has(503));
      await postgres.restart();
      const before = acknowledged.length;
      await waitUntil('customers sign up again', () => acknowledged.length > before + 10);
    } finally {
      loading = false;
      await Promise.all(load);
    }

    // 409: the sign-up was stored although its response was 503. Other failures must not occur.
    expect([201, 409, 503]).toEqual(expect.arrayContaining([...statuses]));
    const known = await Promise.all(
      acknowledged.map((email) =>
        service.send('POST', '/customer/shop/login', { token: visitor, body: { email, password: 'secret words' } }),
      ),
    );
    expect(new Set(known.map(({ status }) => status))).toEqual(new Set([200]));
  });

  // Last, because it ends the service.
  it('exits on a stop signal meanwhile, even if its log is no longer read', async () => {
    service.child.stdout?.destroy();
    await postgres.stop();
    expect(await Promise.race([service.stop(), sleep(20_000, 'still running', { ref: false })])).toBe(0);
  });
});
