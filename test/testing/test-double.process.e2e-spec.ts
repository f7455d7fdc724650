import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Foyer, TestFacts } from '../../src/testing/start-foyer.cjs';
import { BUILT, FOYER, type ProcessFacts, childrenOf, isRunning, startFoyer } from '../support/test-double.js';
import { waitUntil } from '../support/wait-until.js';

/** The time limit of a story that starts a service, on a busy machine. */
const MINUTE = 60_000;

/** The attempts to log in per minute that the service allows. */
const LOGINS = 3;

/** The PostgreSQL of a service, by the process id of the service. */
function postgresOf(service: number): ProcessFacts {
  const [found] = childrenOf(service).filter(({ command }) => command.includes('postgres -D'));
  if (!found) throw new Error(`Process ${service} has no PostgreSQL`);
  return found;
}

/** Sends a request with JSON. @param token of the header `Authorization`; none if omitted */
async function send(method: string, url: string, token?: string, body?: object): Promise<Response> {
  const headers = {
    ...(token && { Authorization: `Bearer ${token}` }),
    ...(body && { 'Content-Type': 'application/json' }),
  };
  return fetch(url, { method, headers, body: body && JSON.stringify(body) });
}

/** Sends a request with headers that `fetch` sets itself. */
async function sendAs(headers: Record<string, string>, method: string, url: string) {
  const sent = request(url, { method, headers }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, text: await text(response) };
}

describe('foyer/testing', () => {
  let foyer: Foyer;
  beforeAll(async () => {
    const ignored = {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
      HOST: '0.0.0.0',
      FOYER_MODE: 'development',
      PGSSLMODE: 'require',
      PGOPTIONS: '-c unknown=1',
    };
    const variables = { ...ignored, RATE_LIMIT_LOGIN: String(LOGINS) };
    Object.assign(process.env, variables);
    foyer = await startFoyer();
    for (const name of Object.keys(variables)) delete process.env[name];
  }, MINUTE);
  afterEach(() => foyer.reset());
  afterAll(() => foyer.stop());

  const api = (path: string): string => `${foyer.url}/customer/${foyer.tenant}${path}`;
  const statusOf = async (token: string): Promise<number> => (await send('GET', api('/me'), token)).status;
  const visitor = async (): Promise<string> => {
    const query = new URLSearchParams({ tenant: foyer.tenant, client_id: foyer.storefrontClientId });
    const response = await send('GET', `${foyer.url}/customerlogin/auth/anonymous/login?${query.toString()}`);
    return ((await response.json()) as { access_token: string }).access_token;
  };
  const logIn = async (email: string, password: string): Promise<number> =>
    (await send('POST', api('/login'), await visitor(), { email, password })).status;
  const requestPasswordLink = async (email: string): Promise<void> => {
    await send('POST', api('/password/reset'), await visitor(), { email });
  };

  it('returns customers with tokens for both APIs, without a login', async () => {
    const { ada, grace } = foyer.customers;
    for (const customer of [ada, grace]) {
      const profile = await send('GET', api('/me'), customer.token);
      expect(await profile.json()).toMatchObject({
        id: customer.customerNumber,
        contactEmail: customer.email,
        firstName: customer.firstName,
        lastName: customer.lastName,
      });
    }
    const resource = await send('GET', `${foyer.glueUrl}/customers/${ada.customerReference}`, ada.token);
    expect(await resource.json()).toMatchObject({ data: { attributes: { email: ada.email } } });
    const query = new URLSearchParams({ refreshToken: ada.refreshToken });
    expect((await send('GET', api(`/refreshauthtoken?${query.toString()}`), ada.token)).status).toBe(200);
  });

  it('returns customers who cannot log in yet', async () => {
    const { ada, ben, cleo } = foyer.customers;
    expect(await logIn(ada.email, ada.password)).toBe(200);
    expect(await logIn(ben.email, ben.password)).toBe(400);
    expect(await logIn(cleo.email, cleo.password)).toBe(400);
  });

  it('returns an employee of each role and a service', async () => {
    const { admin, support, approver, viewer } = foyer.employees;
    const statuses = async (method: string, path: string, body?: object): Promise<number[]> => {
      const tokens = [admin, support, approver, viewer, foyer.service].map(({ token }) => token);
      const responses = await Promise.all(tokens.map((token) => send(method, path, token, body)));
      return responses.map(({ status }) => status);
    };
    const customer = api(`/customers/${foyer.customers.ben.customerNumber}`);
    expect(await statuses('GET', customer)).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses('PATCH', customer, { company: 'Acme' })).toEqual([200, 200, 403, 403, 200]);
    expect(await statuses('GET', `${foyer.url}/admin/${foyer.tenant}/settings`)).toEqual([200, 403, 403, 403, 200]);
  });

  it('creates customers who are logged in, and sends them no mail', async () => {
    const joan = await foyer.customers.create({ email: 'Joan@shop.example', firstName: 'Joan', lastName: 'Clarke' });
    expect(await (await send('GET', api('/me'), joan.token)).json()).toMatchObject({ firstName: 'Joan' });
    expect(await logIn(joan.email, joan.password)).toBe(200);
    const other = await foyer.customers.create();
    expect(other.email).not.toBe(joan.email);
    expect(await statusOf(other.token)).toBe(200);
    for (const { email } of [joan, other]) {
      await expect(foyer.mails.next(email, undefined, { timeoutSeconds: 0 })).rejects.toThrow('No mail to');
    }
    await expect(foyer.customers.create({ email: joan.email })).rejects.toThrow('Duplicate account');
  });

  it('waits for a mail, whose token is valid, and returns each mail once', async () => {
    const { ada, grace } = foyer.customers;
    const waiting = foyer.mails.next(ada.email.toUpperCase(), 'password-reset');
    await requestPasswordLink(grace.email);
    await requestPasswordLink(ada.email);
    const mail = await waiting;
    expect(mail).toMatchObject({
      to: ada.email,
      kind: 'password-reset',
      language: 'en',
      subject: 'Set a new password',
      link: expect.stringContaining(String(mail.token)),
      code: null,
    });
    expect(mail.text).toContain('Hello Ada');
    expect(mail.html).toContain('Hello Ada');
    const again = foyer.mails.next(ada.email, 'password-reset', { timeoutSeconds: 0 });
    await expect(again).rejects.toThrow(`No mail of the kind password-reset to ${ada.email} arrived within 0 s.`);
    const update = { token: mail.token, password: 'another password' };
    expect((await send('POST', api('/password/reset/update'), await visitor(), update)).status).toBe(204);
    expect(await logIn(ada.email, 'another password')).toBe(200);
    expect(await foyer.mails.next(ada.email)).toMatchObject({ kind: 'password-reset-completed', token: null });
  });

  it('moves the clock, and runs the jobs that become due', async () => {
    const { ada } = foyer.customers;
    await requestPasswordLink(ada.email);
    const before = await foyer.clock.now();
    const after = await foyer.clock.advance('29d');
    expect(after.getTime() - before.getTime()).toBeGreaterThanOrEqual(29 * 86_400_000);
    const mails = async (): Promise<unknown> =>
      (await send('GET', `${foyer.url}/mailbox/messages?to=${ada.email}`)).json();
    expect(await mails()).toHaveLength(1);
    // Housekeeping deletes a mail after 30 days.
    await foyer.clock.advance('2d');
    expect(await mails()).toHaveLength(0);
    expect(await statusOf(ada.token)).toBe(401);
  });

  it('resets customers, settings, sessions, references, mails and the clock', async () => {
    const [{ ada, grace }, { admin }] = [foyer.customers, foyer.employees];
    const { customerReference } = await foyer.customers.create();
    const [adaBefore, adminBefore] = [ada.token, admin.token];
    const settings = `${foyer.url}/admin/${foyer.tenant}/settings`;
    await send('PATCH', settings, admin.token, { activation: 'none' });
    await send('PATCH', api('/me'), ada.token, { firstName: 'Augusta' });
    await send('DELETE', api(`/customers/${grace.customerNumber}`), foyer.service.token);
    await requestPasswordLink(ada.email);
    await foyer.clock.advance('31d');

    await foyer.reset();
    expect(Math.abs(Date.now() - (await foyer.clock.now()).getTime())).toBeLessThan(60_000);
    expect(foyer.customers.ada).toBe(ada);
    expect(await (await send('GET', api('/me'), ada.token)).json()).toMatchObject({ firstName: 'Ada' });
    expect(await statusOf(grace.token)).toBe(200);
    expect(await statusOf(adaBefore)).toBe(401);
    expect((await send('GET', settings, adminBefore)).status).toBe(401);
    expect(await (await send('GET', settings, admin.token)).json()).toMatchObject({ activation: 'employee' });
    expect((await foyer.customers.create()).customerReference).toBe(customerReference);
    await expect(foyer.mails.next(ada.email, undefined, { timeoutSeconds: 0 })).rejects.toThrow('No mail to');
  });

  it('resets the rate limits', async () => {
    const { ada } = foyer.customers;
    const attempts = async (): Promise<number[]> => {
      const statuses: number[] = [];
      for (let attempt = 0; attempt <= LOGINS; attempt++) statuses.push(await logIn(ada.email, ada.password));
      return statuses;
    };
    const limited = [...Array<number>(LOGINS).fill(200), 429];
    expect(await attempts()).toEqual(limited);
    await foyer.reset();
    expect(await attempts()).toEqual(limited);
  });

  it('completes concurrent resets and moves of the clock', async () => {
    const { ada } = foyer.customers;
    const reset = () => foyer.reset();
    await Promise.all([foyer.clock.advance('800d'), reset(), foyer.clock.advance('800d'), reset(), reset(), reset()]);
    expect(await statusOf(ada.token)).toBe(200);
    expect(Math.abs(Date.now() - (await foyer.clock.now()).getTime())).toBeLessThan(60_000);
  });

  it('ends waits for mails with a reset, so that they do not take later mails', async () => {
    const { email } = foyer.customers.ada;
    const abandoned = foyer.mails.next(email, undefined, { timeoutSeconds: 60 });
    const rejected = expect(abandoned).rejects.toThrow('No mail to');
    await foyer.clock.now();
    await foyer.reset();
    await rejected;
    await requestPasswordLink(email);
    expect(await foyer.mails.next(email)).toMatchObject({ kind: 'password-reset' });
  });

  it('keeps a mail for the next request if the connection of the first one was closed', async () => {
    const { email } = foyer.customers.ada;
    const query = new URLSearchParams({ to: email, timeoutSeconds: '60' });
    const closing = new AbortController();
    const closed = fetch(`${foyer.url}/testing/mails/next?${query.toString()}`, { signal: closing.signal });
    await foyer.clock.now();
    closing.abort();
    await expect(closed).rejects.toThrow();
    await requestPasswordLink(email);
    expect(await foyer.mails.next(email)).toMatchObject({ kind: 'password-reset' });
  });

  it.each<[field: string, headers: Record<string, string>]>([
    ['Origin', { Origin: 'https://attacker.example' }],
    ['Origin', { Origin: 'http://127.0.0.1.attacker.example' }],
    ['Origin', { Origin: 'null' }],
    ['Origin', { 'Sec-Fetch-Site': 'cross-site' }],
    ['Host', { Host: 'attacker.example' }],
    ['Host', { Host: 'localhost.attacker.example:3000' }],
  ])('rejects requests of pages on other machines: %s %j', async (field, headers) => {
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/reset'],
    ] as const) {
      const { status, text } = await sendAs(headers, method, `${foyer.url}/testing${path}`);
      expect(status).toBe(400);
      expect(text).toContain(`"message":"${field} must `);
      expect(text).not.toContain('token');
    }
  });

  it.each<Record<string, string>>([
    { Origin: 'http://localhost:8080', 'Sec-Fetch-Site': 'cross-site' },
    { Origin: 'https://shop.localhost' },
    { Host: 'localhost:3000' },
    { Host: '[::1]:3000' },
    { 'Sec-Fetch-Site': 'none' },
  ])('allows requests of pages on this machine: %j', async (headers) => {
    expect((await sendAs(headers, 'GET', `${foyer.url}/testing`)).status).toBe(200);
  });

  it.each<[field: string, call: () => Promise<unknown>]>([
    ['by', () => foyer.clock.advance('1w')],
    ['by', () => foyer.clock.advance('99999d')],
    ['kind', () => foyer.mails.next('ada@demo.example', 'invoice')],
    ['to', () => foyer.mails.next('')],
    ['timeoutSeconds', () => foyer.mails.next('ada@demo.example', undefined, { timeoutSeconds: 61 })],
    ['email', () => foyer.customers.create({ email: 'joan' })],
    ['password', () => foyer.customers.create({ password: 'short' })],
  ])('rejects an invalid %s', async (field, call) => {
    await expect(call()).rejects.toThrow(new RegExp(`^${field} must `));
  });

  it('listens on 127.0.0.1 only', async () => {
    await expect(send('GET', foyer.url.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow();
  });

  it(
    'rejects invalid settings, and leaves no process behind',
    async () => {
      const before = childrenOf(process.pid).map(({ pid }) => pid);
      await expect(startFoyer({ settings: { activation: 'never' } })).rejects.toThrow(
        /activation must be employee, email/,
      );
      expect(childrenOf(process.pid).map(({ pid }) => pid)).toEqual(before);
    },
    MINUTE,
  );
});

describe('the end of a service for tests', () => {
  /** Starts the command, and waits for its output. */
  async function start(...command: string[]) {
    const child = spawn(process.execPath, command, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, facts: JSON.parse(line) as TestFacts, exit: once(child, 'exit') };
  }

  async function expectNothingLeft(service: number, { pid, folder }: ProcessFacts): Promise<void> {
    await waitUntil('the processes have ended', () => !isRunning(service) && !isRunning(pid));
    await waitUntil('the folder is deleted', () => !existsSync(folder));
  }

  it(
    'does not wait for open connections and requests',
    async () => {
      const foyer = await startFoyer();
      const [service] = childrenOf(process.pid).filter(({ command }) => command.includes('--until-stdin-ends'));
      const postgres = postgresOf(service!.pid);
      // Browsers open connections before they have a request.
      const unused = connect(Number(new URL(foyer.url).port), '127.0.0.1').on('error', () => undefined);
      await once(unused, 'connect');
      const mail = foyer.mails.next('ada@demo.example', undefined, { timeoutSeconds: 60 });
      const rejected = expect(mail).rejects.toThrow('socket hang up');
      await foyer.clock.now();
      await Promise.all([foyer.stop(), foyer.stop()]);
      await rejected;
      // It was not killed, which would take 20 s and leave PostgreSQL behind.
      expect(isRunning(service!.pid) || isRunning(postgres.pid)).toBe(false);
      expect(existsSync(postgres.folder)).toBe(false);
    },
    MINUTE,
  );

  it(
    'follows SIGKILL of the service, and deletes the database',
    async () => {
      const { child, exit } = await start(FOYER, 'test', '--port', '0', '--json');
      const postgres = postgresOf(child.pid!);
      // When a runner is stopped, it may kill the whole group.
      process.kill(-child.pid!, 'SIGKILL');
      await exit;
      await expectNothingLeft(child.pid!, postgres);
    },
    MINUTE,
  );

  it(
    'follows Ctrl-C, and deletes its database',
    async () => {
      const { child, facts, exit } = await start(FOYER, 'test', '--port', '0', '--json');
      const postgres = postgresOf(child.pid!);
      expect(existsSync(postgres.folder)).toBe(true);
      expect((await send('GET', `${facts.url}/testing`)).status).toBe(200);
      // The terminal sends the signal to all processes of the group.
      process.kill(-child.pid!, 'SIGINT');
      expect(await exit).toEqual([0, null]);
      await expectNothingLeft(child.pid!, postgres);
    },
    MINUTE,
  );

  it.each<NodeJS.Signals>(['SIGINT', 'SIGKILL'])(
    'follows %s of the process of the tests',
    async (signal) => {
      const program = `import { startFoyer } from '${BUILT}testing/start-foyer.cjs';
      console.log(JSON.stringify(await startFoyer()));
      setInterval(() => undefined, 1000);`;
      const { child, exit } = await start('--input-type=module', '--eval', program);
      const [service] = childrenOf(child.pid!);
      const postgres = postgresOf(service!.pid);
      child.kill(signal);
      await exit;
      await expectNothingLeft(service!.pid, postgres);
    },
    MINUTE,
  );

  it(
    'does not keep the process of the tests running',
    async () => {
      const program = `import { startFoyer } from '${BUILT}testing/start-foyer.cjs';
      console.log(JSON.stringify(await startFoyer()));`;
      const { exit } = await start('--input-type=module', '--eval', program);
      expect(await exit).toEqual([0, null]);
    },
    MINUTE,
  );
});

describe('foyer test', () => {
  it.each(['NODE_ENV', 'FOYER_MODE'])('does not start if %s is production', async (name) => {
    const env = { ...process.env, [name]: 'production' };
    const child = spawn(process.execPath, [FOYER, 'test'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).toContain('must not run in production');
  });
});
