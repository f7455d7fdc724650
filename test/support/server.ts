import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../../mikro-orm.config.js';
import { freePort } from '../../src/common/free-port.js';
import { hashOf } from '../../src/common/secrets.js';
import { migrate } from '../../src/migrate.js';
import { serviceScopes } from '../../src/employee/employee-scopes.js';
import { newSigningKey } from '../../src/sessions/signing/signing-keys.ts';
import { Client } from '../../src/tenants/client.entity.js';
import { Tenant } from '../../src/tenants/tenant.entity.js';
import type { StoredSettings } from '../../src/tenants/tenant-settings.js';
import { newMigratedDatabase } from './database.js';
import { childEnvironment } from './child-environment.js';
import { waitUntil } from './wait-until.js';

/** The flags of `npm start`, which limit the memory. */
const START_FLAGS = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  .match(/"start": "[^"]*/)?.[0]
  .match(/--\S+/g);

/** The folder of the built `main.js`. */
export const BUILT = fileURLToPath(new URL('../../dist/src/', import.meta.url));

export const SERVICE_SECRET = 'the secret of the service';

export interface ServiceResponse<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

export interface RequestOptions {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The time limit for the response. */
  seconds?: number;
}

/** The processes to stop if the run is interrupted. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill()));

/** The built service in its own process. */
export class Service {
  /** Standard output and standard error so far. */
  output = '';

  private constructor(
    readonly child: ChildProcess,
    readonly url: string,
    /** The exit code, or null after a signal. */
    readonly exit: Promise<number | null>,
  ) {
    child.stdout?.on('data', (text: Buffer) => (this.output += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (this.output += text.toString()));
  }

  /** Starts the process without waiting for it. It inherits only `childEnvironment` from our environment. */
  static async spawn(
    env: Record<string, string> = {},
    { program = 'main.js', flags = [] as string[], cwd = process.cwd() } = {},
  ): Promise<Service> {
    const port = env.PORT ?? String(await freePort());
    const child = spawn(process.execPath, [...(START_FLAGS ?? []), `${BUILT}${program}`, ...flags], {
      cwd,
      env: { ...childEnvironment, PORT: port, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const exit = once(child, 'close').then(([code]) => {
      running.delete(child);
      return code as number | null;
    });
    return new Service(child, `http://127.0.0.1:${port}`, exit);
  }

  /** Starts the process and waits until it is ready. */
  static async start(env: Record<string, string>, options: Parameters<typeof Service.spawn>[1] = {}): Promise<Service> {
    return (await Service.spawn(env, options)).waitUntilReady();
  }

  async waitUntilReady(): Promise<Service> {
    return this.until('is ready', () => this.respondsOk('/health/ready'));
  }

  /** Waits until the demo has printed its greeting. */
  async waitForGreeting(): Promise<Service> {
    return this.until('has greeted', () => this.output.includes('Ctrl-C stops'));
  }

  private async until(what: string, condition: () => boolean | Promise<boolean>): Promise<Service> {
    try {
      await waitUntil(`the service ${what}`, async () => !this.running || (await condition()), { seconds: 30 });
    } catch (error) {
      // The caller has no reference to it yet, and a process that keeps running keeps the worker of Jest alive.
      this.child.kill('SIGKILL');
      throw error;
    }
    if (this.running) return this;
    throw new Error(`The service ended with ${await this.exit} before it ${what}:\n${this.output}`);
  }

  /** Sends any request, by its full path. */
  async send<T = Record<string, unknown>>(
    method: string,
    path: string,
    { token, body, headers, seconds = 20 }: RequestOptions = {},
  ): Promise<ServiceResponse<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(seconds * 1000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text) as T };
  }

  /** The token of a new visitor. */
  async anonymousToken(tenant = 'shop'): Promise<string> {
    const path = `/customerlogin/auth/anonymous/login?tenant=${tenant}&client_id=${tenant}-storefront`;
    return (await this.send<{ access_token: string }>('GET', path)).body.access_token;
  }

  /** Signs up a new customer, without activation. */
  async signUp(token: string, customerDetails = {}): Promise<{ email: string; password: string; id: string }> {
    const person = { email: `${randomUUID()}@example.com`, password: 'old secret words' };
    const body = { ...person, customerDetails };
    const response = await this.send<{ id: string }>('POST', '/customer/shop/signup', { token, body });
    if (response.status !== 201) throw new Error(`Sign-up: ${response.status} ${response.text}`);
    return { ...person, id: response.body.id };
  }

  /** Logs in a new customer of a tenant that requires no activation. @returns the customer number and an access token */
  async customer(): Promise<{ id: string; token: string }> {
    const visitor = await this.anonymousToken();
    const { id, email, password } = await this.signUp(visitor);
    const login = { token: visitor, body: { email, password } };
    const { body } = await this.send<{ access_token: string }>('POST', '/customer/shop/login', login);
    return { id, token: body.access_token };
  }

  /** The access token of the client `shop-service`, with all scopes or those named. */
  async serviceToken(scope?: string): Promise<string> {
    const client = { client_id: 'shop-service', client_secret: SERVICE_SECRET };
    const form = { grant_type: 'client_credentials', ...client, ...(scope && { scope }) };
    const body = new URLSearchParams(form).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return (await this.send<{ access_token: string }>('POST', '/oauth/token', { body, headers })).body.access_token;
  }

  /** Whether a path returns 200. */
  async respondsOk(path: string): Promise<boolean> {
    return this.send('GET', path).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  /** Stops the process as an operator would. @returns its exit code */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.exit;
  }

  /** Stops the process as a power cut would. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }
}

/** The environment variables of a process in development mode. */
export function environment(databaseUrl: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    FOYER_MODE: 'development',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: '5',
    SIGNING_KEYS: newSigningKey(),
    FOYER_SECRET: 'a secret for tests, long enough to be one',
    MAIL_RETRY_SECONDS: '1',
    ...more,
  };
}

/** A database with the tables, the tenant `shop` and its clients. @returns its URL */
export async function newShopDatabase(settings: StoredSettings = {}, url?: string): Promise<string> {
  const database = url ?? (await newMigratedDatabase());
  if (url) await migrate(url);
  const orm = await MikroORM.init(ormOptions(database, 2));
  try {
    await addShop(orm.em.fork(), settings);
  } finally {
    await orm.close();
  }
  return database;
}

async function addShop(em: EntityManager, settings: StoredSettings): Promise<void> {
  const tenant = 'shop';
  await em.insert(Tenant, { name: tenant, settings });
  const secretHashes = [hashOf(SERVICE_SECRET)];
  await em.insert(Client, { tenant, id: 'shop-storefront', kind: 'storefront', secretHashes: [], scopes: [] });
  await em.insert(Client, { tenant, id: 'shop-service', kind: 'service', secretHashes, scopes: serviceScopes });
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
