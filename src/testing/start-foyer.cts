import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Socket } from 'node:net';
import { serviceNode } from './service-node.cjs';

/*
 * The module `foyer/testing`. It runs in the process of the tests, on Node 20 or later, and starts the service in a
 * separate process. It is CommonJS, because Jest loads this without flags; `import` also works. It uses `node:http`,
 * because Jest's environment `jsdom` has no `fetch`.
 */

const PROGRAM = join(__dirname, '../cli/foyer.js');
const START_SECONDS = 60;
const STOP_SECONDS = 20;
/** The timeout of a request, in addition to the time that it waits for a mail. */
const REQUEST_SECONDS = 30;
/** The maximum number of characters of the standard error in the message of a failed start. */
const MAX_ERROR_OUTPUT = 4000;

/** A customer of the tenant. */
export interface TestCustomer {
  /** The `id` in the Emporix API. */
  customerNumber: string;
  /** The `reference` in the Glue API. */
  customerReference: string;
  email: string;
  password: string;
  firstName: string;
  lastName: string;
}

/** A customer who is logged in with the storefront client. */
export interface LoggedInTestCustomer extends TestCustomer {
  /** An access token that is valid in both APIs. */
  token: string;
  /** A refresh token of the Emporix API. */
  refreshToken: string;
  sessionId: string;
}

/** An employee who is logged in. */
export interface TestEmployee {
  email: string;
  password: string;
  /** An access token. */
  token: string;
}

/** The service client of the tenant, with all scopes. */
export interface TestServiceClient {
  clientId: string;
  clientSecret: string;
  /** An access token. */
  token: string;
}

/** The output of `foyer test --json`, and of `GET /testing`. */
export interface TestFacts {
  /** The base URL of the Emporix API. */
  url: string;
  /** The base URL of the Glue API. */
  glueUrl: string;
  /** The name of the tenant. */
  tenant: string;
  /** The codes for the header `Store` of the Glue API. */
  stores: string[];
  storefrontClientId: string;
  service: TestServiceClient;
  customers: {
    ada: LoggedInTestCustomer;
    grace: LoggedInTestCustomer;
    /** Awaits activation. */
    ben: TestCustomer;
    /** On hold. */
    cleo: TestCustomer;
  };
  /** One employee of each role. */
  employees: Record<'admin' | 'support' | 'approver' | 'viewer', TestEmployee>;
}

/** The values of a new customer. Omitted values are generated. */
export type NewTestCustomer = Partial<Pick<TestCustomer, 'email' | 'password' | 'firstName' | 'lastName'>>;

/** A mail that the service has sent. */
export interface TestMail {
  /** The sender. */
  from: string;
  to: string;
  /** The kind, for example `password-reset`. */
  kind: string;
  /** A BCP 47 tag. */
  language: string;
  subject: string;
  text: string;
  html: string;
  /** The link of the mail, or null. */
  link: string | null;
  /** The token in the link, or null. */
  token: string | null;
  /** The code of a second factor, or null. */
  code: string | null;
  /** ISO 8601, by the clock of the service. */
  createdAt: string;
}

export interface Foyer extends TestFacts {
  customers: TestFacts['customers'] & {
    /** Creates a customer who is active and logged in. No mail is sent. */
    create(customer?: NewTestCustomer): Promise<LoggedInTestCustomer>;
  };
  mails: {
    /**
     * Returns the oldest mail to an address that has not been returned yet, and waits for one if necessary.
     *
     * @param kind the kind of the mail, for example `password-reset`; any kind if omitted
     * @param options `timeoutSeconds`: a whole number from 0 to 60; 5 if omitted
     * @throws Error if no such mail arrives in time
     */
    next(to: string, kind?: string, options?: { timeoutSeconds?: number }): Promise<TestMail>;
  };
  clock: {
    /** Returns the time of the service. */
    now(): Promise<Date>;
    /**
     * Moves the time of the service forward, and then runs each scheduled job that has become due, once. Tokens and
     * links expire as if this time had passed.
     *
     * @param by a whole number with `s`, `m`, `h` or `d`, for example `31d`
     * @returns the new time
     */
    advance(by: string): Promise<Date>;
  };
  /**
   * Restores the state after the start: customers, settings, sessions, mails, rate limits and the clock. The customers,
   * the employees and the service of this object get new tokens.
   */
  reset(): Promise<void>;
  /** Stops the service and deletes its database. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** The port on 127.0.0.1; any free port if omitted. */
  port?: number;
  /** Settings of the tenant, for example `{ activation: 'none' }`. */
  settings?: Record<string, unknown>;
}

/**
 * Starts a service with a temporary database and sample customers. It stops when `stop` is called, and when this
 * process ends for any reason. A running service does not keep this process alive.
 *
 * @throws Error with the reason if the service does not start
 */
export async function startFoyer({ port = 0, settings = {} }: StartOptions = {}): Promise<Foyer> {
  const options = ['--json', '--until-stdin-ends', '--port', String(port), '--settings', JSON.stringify(settings)];
  // The flags of the process of the tests, such as loaders, must not apply to the service.
  const env = { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' };
  const child = spawn(serviceNode(), [PROGRAM, 'test', ...options], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  // Closing the input of a process that has already ended is an error.
  child.stdin.on('error', () => undefined);
  let foyer: Foyer;
  try {
    foyer = foyerOf(JSON.parse(await firstLine(child)) as TestFacts, () => stop(child));
  } catch (error) {
    await stop(child);
    throw error;
  }
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) (handle as ChildProcess | Socket).unref();
  return foyer;
}

/** Waits for the first line of the output. Later lines are warnings and errors, which are passed on. */
async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('The output of the service cannot be read');
  let errors = '';
  const collect = (text: Buffer): void => {
    errors = (errors + text.toString()).slice(-MAX_ERROR_OUTPUT);
  };
  stderr.on('data', collect);
  const lines = createInterface({ input: stdout });
  const timer = new AbortController();
  const fail = (reason: string): never => {
    throw new Error(`Foyer did not start: ${reason}\n${errors.trim()}`);
  };
  try {
    return await Promise.race([
      once(lines, 'line', { signal: timer.signal }).then(([line]) => String(line)),
      once(child, 'close', { signal: timer.signal }).then(([code]) => fail(`its process ended with ${code}`)),
      wait(START_SECONDS, timer.signal).then(() => fail(`it took more than ${START_SECONDS} s`)),
    ]);
  } finally {
    timer.abort();
    stderr.off('data', collect);
    stderr.pipe(process.stderr, { end: false });
    lines.on('line', (line) => process.stderr.write(`${line}\n`));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const timer = new AbortController();
  const exited = once(child, 'exit');
  child.stdin?.end();
  await Promise.race([exited, wait(STOP_SECONDS, timer.signal).then(() => child.kill('SIGKILL'))]);
  timer.abort();
  await exited;
}

/** @param signal aborts the wait; the promise then stays pending */
function wait(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

function foyerOf(facts: TestFacts, stopProcess: () => Promise<void>): Foyer {
  const call = <T,>(method: string, path: string, body?: object, seconds = 0): Promise<T> =>
    send<T>(method, `${facts.url}/testing${path}`, body, seconds + REQUEST_SECONDS);
  const dateOf = ({ now }: { now: string }): Date => new Date(now);
  return Object.assign(facts, {
    customers: Object.assign(facts.customers, {
      create: (customer: NewTestCustomer = {}) => call<LoggedInTestCustomer>('POST', '/customers', customer),
    }),
    mails: {
      next: (to: string, kind?: string, { timeoutSeconds = 5 }: { timeoutSeconds?: number } = {}) => {
        const query = new URLSearchParams({ to, ...(kind && { kind }), timeoutSeconds: String(timeoutSeconds) });
        return call<TestMail>('GET', `/mails/next?${query.toString()}`, undefined, timeoutSeconds);
      },
    },
    clock: {
      now: async () => dateOf(await call('GET', '/clock')),
      advance: async (by: string) => dateOf(await call('POST', '/clock', { by })),
    },
    reset: async () => {
      const { customers, employees, service } = await call<TestFacts>('POST', '/reset', {});
      // The objects stay the same, so that variables which refer to them see the new tokens.
      updateEach(facts.customers, customers);
      updateEach(facts.employees, employees);
      Object.assign(facts.service, service);
    },
    stop: stopProcess,
  });
}

function updateEach<Key extends string>(targets: Record<Key, object>, values: Record<Key, object>): void {
  for (const name of Object.keys(values) as Key[]) Object.assign(targets[name], values[name]);
}

/** @throws Error with the message of the response if its status is not 2xx */
function send<T>(method: string, url: string, body: object | undefined, seconds: number): Promise<T> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = text === undefined ? {} : { 'Content-Type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, signal: AbortSignal.timeout(seconds * 1000) }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (received += part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve(JSON.parse(received) as T);
        else reject(new Error(messageOf(received) ?? `${method} ${url}: ${statusCode}`));
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** The message in an error response of the service; undefined for any other text. */
function messageOf(text: string): string | undefined {
  try {
    const { message, details = [] } = JSON.parse(text) as { message?: string; details?: { message: string }[] };
    return details.map((detail) => detail.message).join('; ') || message;
  } catch {
    return undefined;
  }
}
