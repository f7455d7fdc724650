import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { dropDatabase } from './support/database.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

interface Outcome {
  startedAt: number;
  /** The status of the response, or undefined if there was none. */
  status: number | undefined;
}

describe('a service that receives a stop signal', () => {
  let database: string;
  let env: Record<string, string>;
  let smtp: MailServer;
  let service: Service;

  beforeAll(async () => {
    database = await newShopDatabase({ activation: 'none' });
    smtp = await MailServer.listen();
    env = environment(database, { SMTP_URL: smtp.url, RATE_LIMITS: 'off' });
  });
  afterEach(() => service.kill());
  afterAll(async () => {
    await smtp.close();
    await dropDatabase(database);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('responds to accepted requests, then exits with 0 (%s)', async (signal) => {
    service = await Service.start(env);
    const token = await service.anonymousToken();
    const { email, password } = await service.signUp(token);
    const requests = [
      ['/customer/shop/login', { email, password }],
      ['/customer/shop/password/reset', { email }],
      ['/customer/shop/signup', undefined],
    ] as const;

    const outcomes: Outcome[] = [];
    let stopped = false;
    const load = Array.from({ length: 12 }, async (_, worker) => {
      const [path, body] = requests[worker % requests.length] ?? requests[0];
      for (let round = 0; !stopped; round += 1) {
        const outcome: Outcome = { startedAt: Date.now(), status: undefined };
        outcomes.push(outcome);
        const person = { email: `${signal}-${worker}-${round}@example.com`, password: 'secret words' };
        outcome.status = await service.send('POST', path, { token, body: body ?? person }).then(
          ({ status }) => status,
          () => undefined,
        );
      }
    });
    await waitUntil('requests get responses', () => outcomes.filter(({ status }) => status).length > 30);
    await sleep(50);
    const signalledAt = Date.now();
    const code = service.stop(signal);
    const unready = becameUnready(service);
    const exited = await Promise.race([code, sleep(15_000, 'still running', { ref: false })]);
    stopped = true;
    await Promise.all(load);

    expect(exited).toBe(0);
    expect(await unready).toBe(true);
    // A request that began in the last milliseconds may not have been accepted.
    const accepted = outcomes.filter(({ startedAt }) => startedAt < signalledAt - 20).map(({ status }) => status);
    expect(accepted.length).toBeGreaterThan(30);
    expect(new Set(accepted)).toEqual(new Set([200, 204, 201]));
    // Later requests were completed, rejected with 503 or not accepted, never cut off.
    const late = outcomes.filter(({ startedAt }) => startedAt >= signalledAt - 20).map(({ status }) => status);
    expect([200, 201, 204, 503, undefined]).toEqual(expect.arrayContaining([...new Set(late)]));
  });

  it('does not wait for connections that stay open after the last response', async () => {
    service = await Service.start(env);
    const token = await service.anonymousToken();
    const person = await service.signUp(token);
    const logIn = () =>
      service.send('POST', '/customer/shop/login', { token, body: person }).then(
        ({ status }) => status,
        () => undefined,
      );
    const logins = Array.from({ length: 20 }, logIn);
    await Promise.race(logins);
    const stopped = service.stop();
    // A request that was not read yet is rejected or not accepted.
    expect([200, 503, undefined]).toEqual(expect.arrayContaining([...new Set(await Promise.all(logins))]));
    expect(await Promise.race([stopped, sleep(10_000, 'still running', { ref: false })])).toBe(0);
  });

  it.each([
    ['has sent nothing', ''],
    ['has sent a part of a head', 'GET /health/live HTTP/1.1\r\nHost: foyer\r\n'],
    ['has sent a part of a body', 'POST /oauth/token HTTP/1.1\r\nHost: foyer\r\nContent-Length: 10\r\n\r\n{'],
  ])('stops although a client that %s stays connected', async (_case, text) => {
    service = await Service.start(env);
    const { hostname, port } = new URL(service.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    try {
      await once(socket, 'connect');
      socket.write(text);
      // The service has read it before it responds to a later connection.
      await service.respondsOk('/health/live');
      expect(await Promise.race([service.stop(), sleep(20_000, 'still running', { ref: false })])).toBe(0);
    } finally {
      socket.destroy();
    }
  });

  it('does not wait for a hanging mail server', async () => {
    service = await Service.start(env);
    const token = await service.anonymousToken();
    const { email } = await service.signUp(token);
    smtp.planBehavior(email, 'hang');
    const attempts = smtp.attempts;
    await service.send('POST', '/customer/shop/password/reset', { token, body: { email } });
    while (smtp.attempts === attempts) await sleep(20);
    expect(await Promise.race([service.stop(), sleep(15_000, 'still running', { ref: false })])).toBe(0);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('also stops its embedded PostgreSQL (%s)', async (signal) => {
    await inEmptyDirectory(async (cwd, lock) => {
      service = await Service.spawn({}, { cwd, flags: ['--demo'] });
      await service.waitForGreeting();
      expect(existsSync(lock)).toBe(true);
      // SIGHUP means that the terminal, and with it the output, was closed.
      if (signal === 'SIGHUP') for (const stream of [service.child.stdout, service.child.stderr]) stream?.destroy();
      expect(await service.stop(signal)).toBe(0);
      expect(existsSync(lock)).toBe(false);
    });
  });

  it('stops its embedded PostgreSQL during startup', async () => {
    await inEmptyDirectory(async (cwd, lock) => {
      service = await Service.spawn({}, { cwd, flags: ['--demo'] });
      await waitUntil('PostgreSQL starts', () => existsSync(lock), { every: 5 });
      expect(await service.stop()).toBe(0);
      expect(existsSync(lock)).toBe(false);
    });
  });

  it('stops without an error while it creates the demo data', async () => {
    await inEmptyDirectory(async (cwd, lock) => {
      service = await Service.spawn({}, { cwd, flags: ['--demo'] });
      await waitUntil('the port is open', () => service.respondsOk('/health/live'), { seconds: 30, every: 5 });
      expect(await service.stop()).toBe(0);
      expect(service.output).not.toMatch(/^\s+at /m);
      expect(existsSync(lock)).toBe(false);
    });
  });
});

/** Whether `/health/ready` returns 503 or the port closes after the stop signal. */
async function becameUnready(service: Service): Promise<boolean> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(5)) {
    if (!(await service.respondsOk('/health/ready'))) return true;
  }
  return false;
}

/** @param run receives the directory and the lock file that exists while PostgreSQL runs in it */
async function inEmptyDirectory(run: (cwd: string, lock: string) => Promise<void>): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
  const directory = join(cwd, '.foyer/postgres');
  try {
    await run(cwd, join(directory, 'cluster/data/postmaster.pid'));
  } finally {
    // A process that joins a server whose starter has exited is responsible for stopping it.
    if (existsSync(directory)) await (await startEmbeddedPostgres(directory)).stop();
    rmSync(cwd, { recursive: true, force: true });
  }
}
