import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { dropDatabase, sql } from './support/database.js';
import {
  type RequestOptions,
  BUILT,
  type ServiceResponse,
  SERVICE_SECRET,
  Service,
  environment,
  newShopDatabase,
} from './support/server.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

interface Line {
  msg: string;
  event?: string;
  requestId?: string;
  tenant?: string;
  method?: string;
  route?: string;
  status?: number;
}

interface Tokens {
  access_token: string;
  refresh_token: string;
  saas_token?: string;
}

describe('the log of a customer journey at level debug', () => {
  const api = '/customer/shop';
  const email = `${randomUUID()}@example.com`;
  const secrets: Record<string, string> = {
    password: 'pass-one-of-the-story',
    'new password': 'pass-two-of-the-story',
    'wrong password': 'pass-wrong-of-the-story',
    'password in broken JSON': 'pass-broken-of-the-story',
    'first name, which is in mails': 'Adalbertina',
    'text of mails': 'You can set a new password here',
    'secret of a service': SERVICE_SECRET,
    'unknown token': 'token-unknown-of-the-story',
    'hash of a password': '$argon2',
    'e-mail address': email,
  };
  const sent: { line: Partial<Line>; response: ServiceResponse }[] = [];
  let database: string;
  let smtp: MailServer;
  let service: Service;
  let lines: Line[];

  /** Sends a request that must be logged with `route` and `status`. */
  async function send<T = unknown>(
    method: string,
    route: string,
    path: string,
    status: number,
    options: RequestOptions = {},
  ) {
    const response = await service.send<T>(method, path, options);
    expect({ path, status: response.status }).toEqual({ path, status });
    sent.push({ line: { method, route, status }, response: response as ServiceResponse });
    return response.body;
  }

  /** Sends a request to a route below the tenant that must fail with `status`. */
  async function sendFailing(
    status: number,
    method: string,
    route: string,
    path: string,
    options: RequestOptions = {},
  ) {
    return send(method, `/customer/:tenant${route}`, api + path, status, options);
  }

  function keepSecrets(name: string, { access_token, refresh_token, saas_token }: Tokens): Tokens {
    secrets[`${name}: access token`] = access_token;
    if (refresh_token) secrets[`${name}: refresh token`] = refresh_token;
    if (saas_token) secrets[`${name}: saas token`] = saas_token;
    return { access_token, refresh_token };
  }

  async function mailedToken(subject: RegExp): Promise<string> {
    const mail = await waitUntil('the mail is there', () =>
      smtp.mailsTo(email).find(({ headers }) => subject.test(headers.subject?.[0] ?? '')),
    );
    const token = /token=([\w-]+)/.exec(mail.text)?.[1] ?? '';
    secrets[`mailed token, ${subject}`] = token;
    secrets[`stored hash of it, ${subject}`] = createHash('sha256').update(token).digest('base64url');
    return token;
  }

  beforeAll(async () => {
    database = await newShopDatabase({ activation: 'email' });
    smtp = await MailServer.listen();
    const env = environment(database, { SMTP_URL: smtp.url, LOG_LEVEL: 'debug' });
    Object.assign(secrets, {
      FOYER_SECRET: env.FOYER_SECRET,
      'signing key': env.SIGNING_KEYS?.split('\n')[1],
      'password of the database': new URL(database).password,
    });
    service = await Service.start(env);

    const customers = '/customer/:tenant';
    const login = '/customerlogin/auth/anonymous/login';
    const client = 'tenant=shop&client_id=shop-storefront';
    const visitor = keepSecrets('visitor', await send<Tokens>('GET', login, `${login}?${client}`, 200));
    const token = visitor.access_token;
    const refresh = '/customerlogin/auth/anonymous/refresh';
    keepSecrets(
      'again',
      await send<Tokens>('GET', refresh, `${refresh}?${client}&refresh_token=${visitor.refresh_token}`, 200),
    );

    const person = { email, password: secrets.password };
    const customerDetails = { firstName: 'Adalbertina' };
    await send('POST', `${customers}/signup`, `${api}/signup`, 201, { token, body: { ...person, customerDetails } });
    const optIn = await mailedToken(/confirm/);
    keepSecrets(
      'opt-in',
      await send<Tokens>('GET', `${customers}/signup/optin/:token`, `${api}/signup/optin/${optIn}`, 200, { token }),
    );
    const ada = keepSecrets(
      'login',
      await send<Tokens>('POST', `${customers}/login`, `${api}/login`, 200, { token, body: person }),
    );
    const renewal = `/refreshauthtoken?refreshToken=${ada.refresh_token}`;
    const next = keepSecrets(
      'refreshed',
      await send<Tokens>('GET', `${customers}/refreshauthtoken`, api + renewal, 200, { token }),
    );
    await send('POST', `${customers}/password/reset`, `${api}/password/reset`, 204, { token, body: { email } });
    const reset = { token: await mailedToken(/password/), password: secrets['new password'] };
    const logout = `${api}/logout?accessToken=${next.access_token}`;
    await send('GET', `${customers}/logout`, logout, 204, { token: next.access_token });

    const form = { grant_type: 'client_credentials', client_id: 'shop-service', client_secret: SERVICE_SECRET };
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    keepSecrets(
      'service',
      await send<Tokens>('POST', '/oauth/token', '/oauth/token', 200, {
        headers,
        body: String(new URLSearchParams(form)),
      }),
    );

    const unknown = secrets['unknown token'] ?? '';
    const wrong = { email, password: secrets['wrong password'] };
    const broken = `{"email":"${email}","password":"${secrets['password in broken JSON']}",}`;
    await sendFailing(400, 'POST', '/login', '/login', { token, body: broken });
    await sendFailing(400, 'POST', '/login', '/login', { token, body: broken.slice(0, -5) });
    await sendFailing(400, 'POST', '/login', '/login', { token, body: wrong });
    await sendFailing(400, 'POST', '/login', '/login', {
      token,
      body: { ...wrong, email: { nested: wrong.password } },
    });
    await sendFailing(400, 'POST', '/password/reset/update', '/password/reset/update', {
      token,
      body: { token: unknown, password: wrong.password },
    });
    await sendFailing(400, 'GET', '/signup/optin/:token', `/signup/optin/${unknown}`, { token });
    await sendFailing(401, 'GET', '/me', '/me', { token: unknown });
    await sendFailing(401, 'GET', '/refreshauthtoken', `/refreshauthtoken?refreshToken=${unknown}`, { token });
    await sendFailing(403, 'PATCH', '/me', '/me', { token, body: wrong });
    await sendFailing(409, 'POST', '/signup', '/signup', { token, body: person });
    await sendFailing(415, 'POST', '/login', '/login', {
      token,
      body: broken,
      headers: { 'content-type': 'text/weird' },
    });
    await sendFailing(413, 'POST', '/login', '/login', { token, body: { ...wrong, more: 'x'.repeat(1_100_000) } });

    // A missing table causes a 500 in each kind of statement. The log must not contain the values of the statement.
    await sql('alter table one_time_tokens rename to hidden', [], database);
    await sendFailing(500, 'POST', '/password/reset', '/password/reset', { token, body: { email } });
    await sendFailing(500, 'POST', '/password/reset/update', '/password/reset/update', { token, body: reset });
    await sql('alter table hidden rename to one_time_tokens', [], database);
    await sql('alter table customers rename to hidden', [], database);
    await sendFailing(500, 'POST', '/login', '/login', { token, body: person });
    await sendFailing(500, 'POST', '/signup', '/signup', { token, body: { ...person, email: `other-${email}` } });
    await sql('alter table hidden rename to customers', [], database);
    await sql('alter table accounts add constraint none check (false) not valid', [], database);
    await sendFailing(500, 'POST', '/signup', '/signup', { token, body: { ...person, email: `other-${email}` } });
    await sql('alter table accounts drop constraint none', [], database);
    await send('POST', `${customers}/password/reset/update`, `${api}/password/reset/update`, 204, {
      token,
      body: reset,
    });

    await waitUntil('all is logged', () => service.output.split('"msg":"request"').length > sent.length);
    await service.stop();
    lines = service.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  }, 60_000);

  afterAll(async () => {
    await service.kill();
    await smtp.close();
    await dropDatabase(database);
  });

  it('contains no token, password, hash or mail text', () => {
    const leaked = Object.entries(secrets).filter(([, secret]) => service.output.includes(secret));
    expect(leaked.map(([name]) => name)).toEqual([]);
  });

  it('contains one line for each request, with its route pattern', () => {
    for (const { line, response } of sent) {
      const requestId = response.headers.get('x-request-id');
      expect(requestId).toBeTruthy();
      const tenant = line.route?.startsWith('/customer/:tenant') ? 'shop' : undefined;
      const logged = lines.filter((candidate) => candidate.msg === 'request' && candidate.requestId === requestId);
      expect(logged).toEqual([expect.objectContaining({ ...line, ...(tenant && { tenant }) })]);
    }
  });

  it('contains a separate line for each security event', () => {
    const events = lines.filter(({ msg }) => msg === 'security');
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set([
        ...['logged_in', 'password_reset_requested', 'password_reset'],
        ...['login_rejected', 'mailed_token_rejected', 'token_invalid', 'refresh_rejected', 'access_denied'],
      ]),
    );
    const requests = new Set(sent.map(({ response }) => response.headers.get('x-request-id')));
    expect(events.every(({ requestId, tenant }) => tenant === 'shop' && requests.has(requestId ?? ''))).toBe(true);
  });

  it('contains the cause of a 500 response', () => {
    expect(service.output).toContain('"code":"42P01"');
  });
});

describe('the log of a mail that the SMTP server rejects', () => {
  it('contains the error codes, but neither the error text nor the recipient', async () => {
    const database = await newShopDatabase({ activation: 'email' });
    const smtp = await MailServer.listen();
    const service = await Service.start(environment(database, { SMTP_URL: smtp.url }));
    try {
      const token = await service.anonymousToken();
      const person = { email: `${randomUUID()}@example.com`, password: 'old secret words' };
      smtp.planBehavior(person.email, 550);
      await service.send('POST', '/customer/shop/signup', { token, body: person });
      await waitUntil('the rejection is logged', () => service.output.includes('could not be sent'));
      expect(service.output).toContain('"code":"EMESSAGE","responseCode":550');
      expect(service.output).not.toMatch(new RegExp(`${person.email}|refused for the story`));
    } finally {
      await service.stop();
      await smtp.close();
      await dropDatabase(database);
    }
  }, 30_000);
});

describe('the response to a failed request', () => {
  let database: string;
  let service: Service;
  beforeAll(async () => {
    database = await newShopDatabase();
    service = await Service.start(environment(database, { LOG_LEVEL: 'debug' }));
  });
  afterAll(async () => {
    await service.kill();
    await dropDatabase(database);
  });

  it.each([
    ['an unknown path', 'GET', '/customer/shop/nowhere?accessToken=SECRET'],
    ['the query of a wrong method', 'POST', '/customer/shop/refreshauthtoken?refreshToken=SECRET'],
    ['the path of a wrong method', 'POST', '/customer/shop/signup/optin/SECRET'],
    ['a path that cannot be decoded', 'GET', '/customer/%zz/logout?accessToken=SECRET'],
    ['a path that is too long', 'GET', `/customer/shop/signup/optin/SECRET${'x'.repeat(600)}`],
    ['a query parameter of the wrong type', 'GET', '/customer/shop/refreshauthtoken?refreshToken[]=SECRET'],
  ])('does not repeat the secret in %s', async (_what, method, path) => {
    const secret = randomUUID();
    const { status, text } = await service.send(method, path.replace('SECRET', secret));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain(secret);
    expect(service.output).not.toContain(secret);
  });

  it('does not repeat a password in malformed JSON', async () => {
    const token = await service.anonymousToken();
    const body = '{"email":"ada@example.com","password":secret-of-the-story}';
    const { status, text } = await service.send('POST', '/customer/shop/login', { token, body });
    expect(status).toBe(400);
    expect(text).not.toContain('secret-of');
    expect(service.output).not.toContain('secret-of');
  });
});

describe('a log whose reader has closed the pipe', () => {
  it('does not prevent the process from exiting', async () => {
    const program = `
      const { Log } = await import(${JSON.stringify(`${BUILT}log.js`)});
      process.stdin.once('data', () => {
        const log = new Log('info');
        for (let line = 0; line < 3; line++) log.warn('a line that cannot be written');
        process.exit(0);
      });
      process.stderr.write('ready');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    try {
      await once(child.stderr, 'data');
      child.stdout.destroy();
      await once(child.stdout, 'close');
      child.stdin.write('go');
      const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(10_000) })) as [number];
      expect(code).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('a log that is not read for a while', () => {
  it('does not block the process, and states how many lines were dropped', async () => {
    const program = `
      const { Log } = await import(${JSON.stringify(`${BUILT}log.js`)});
      const log = new Log('info');
      for (let line = 0; line < 60_000; line++) log.warn('a line that nobody reads '.repeat(5));
      process.stdin.on('data', () => log.warn('last line'));
      process.stderr.write('alive');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    try {
      await once(child.stderr, 'data', { signal: AbortSignal.timeout(20_000) });
      let output = '';
      child.stdout.on('data', (text: Buffer) => (output += text.toString()));
      await waitUntil('the lines that waited are read', () => output.length > 4_000_000);
      child.stdin.write('go');
      await waitUntil('later lines are written', () => output.includes('last line'));
      const lines = output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { dropped?: number });
      expect(lines.at(-2)?.dropped).toBe(60_000 - (lines.length - 2));
      expect(output.length).toBeLessThan(6_000_000);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
