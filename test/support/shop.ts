import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/app.js';
import { Clock } from '../../src/common/clock.js';
import { hashOf } from '../../src/common/secrets.js';
import type { Config } from '../../src/config/config.js';
import { hashPassword } from '../../src/credentials/password-hash.js';
import type { DemoCredentials } from '../../src/demo/demo-credentials.js';
import { Employee, type Role } from '../../src/employee/employee.entity.js';
import { serviceScopes } from '../../src/employee/employee-scopes.js';
import { LimitGuard } from '../../src/limits/limited.js';
import { Snapshot } from '../../src/testing/snapshot.js';
import { Client as ClientRow } from '../../src/tenants/client.entity.js';
import { RequestScope } from '../../src/tenants/request-scope.js';
import { Tenant } from '../../src/tenants/tenant.entity.js';
import type { StoredSettings } from '../../src/tenants/tenant-settings.js';
import { TenantsService } from '../../src/tenants/tenants.service.js';
import { testConfig } from './config.js';
import { dropDatabase, newMigratedDatabase } from './database.js';

export type Body = Record<string, unknown>;

export interface Response<T = Body> {
  status: number;
  headers: Record<string, string | string[] | number | undefined>;
  body: T;
  text: string;
}

export interface Mail {
  from: string;
  to: string;
  kind: string;
  language: string;
  subject: string;
  text: string;
  html: string;
  token: string;
  createdAt: string;
}

export interface Person {
  email: string;
  password: string;
}

const SERVICE_SECRET = 'the secret of the service';

/** A client, with or without a token, that calls the routes below `/customer/{tenant}`. */
export class ApiClient {
  constructor(
    readonly shop: Shop,
    readonly token?: string,
    readonly tenant = shop.tenant,
  ) {}

  async get<T = Body>(path: string, status = 200): Promise<T> {
    return this.call('GET', path, status);
  }

  async post<T = Body>(path: string, status = 200, body?: unknown): Promise<T> {
    return this.call('POST', path, status, body);
  }

  async patch<T = Body>(path: string, status = 200, body?: unknown): Promise<T> {
    return this.call('PATCH', path, status, body);
  }

  async put<T = Body>(path: string, status = 200, body?: unknown): Promise<T> {
    return this.call('PUT', path, status, body);
  }

  async delete<T = Body>(path: string, status = 204): Promise<T> {
    return this.call('DELETE', path, status);
  }

  /** Returns the whole response, with any status. */
  async send<T = Body>(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response<T>> {
    return this.shop.send(method, `/customer/${this.tenant}${path}`, {
      body,
      headers: { ...(this.token && { authorization: `Bearer ${this.token}` }), ...headers },
    });
  }

  private async call<T>(method: string, path: string, status: number, body?: unknown): Promise<T> {
    const response = await this.send<T>(method, path, { body });
    if (response.status !== status) {
      throw new Error(`${method} ${path}: expected ${status}, got ${response.status} ${response.text}`);
    }
    return response.body;
  }
}

/** A customer who has logged in. */
export class LoggedInCustomer extends ApiClient {
  constructor(
    shop: Shop,
    readonly id: string,
    readonly email: string,
    readonly password: string,
    /** The login response. */
    readonly login: { access_token: string; refresh_token: string; session_id: string } & Body,
  ) {
    super(shop, login.access_token);
  }
}

/** The real service on its own database, with a tenant, a storefront client and a service client. */
export class Shop {
  readonly tenant = 'shop';
  private offset = 0;
  private snapshot?: Snapshot;
  /** By tenant; new ones after the clock has moved, because a token may have expired. */
  private readonly sharedServices = new Map<string, Promise<ApiClient>>();

  private constructor(
    readonly app: NestFastifyApplication,
    readonly config: Config,
  ) {
    app.get(Clock).now = () => new Date(Date.now() + this.offset);
  }

  /**
   * @param settings of the tenant
   * @param config of the process; its database, if any, has the schema of this version
   * @param demo the credentials for the demo's pages
   */
  static async open(
    settings: StoredSettings = {},
    config: Partial<Config> = {},
    demo?: DemoCredentials,
  ): Promise<Shop> {
    const url = config.databaseUrl ?? (await newMigratedDatabase());
    const whole = testConfig(url, config);
    const app = await createApp(whole, { demo });
    const shop = new Shop(app, whole);
    await shop.addTenant(shop.tenant, settings);
    return shop;
  }

  /** Adds another tenant to the same service. Its clients are `{name}-storefront` and `{name}-service`. */
  async addTenant(name: string, settings: StoredSettings = {}): Promise<void> {
    const em = this.app.get(EntityManager).fork();
    await em.upsert(Tenant, { name, settings });
    await em.upsertMany(ClientRow, [
      { tenant: name, id: `${name}-storefront`, kind: 'storefront', secretHashes: [], scopes: [] },
      {
        tenant: name,
        id: `${name}-service`,
        kind: 'service',
        secretHashes: [hashOf(SERVICE_SECRET)],
        scopes: serviceScopes,
      },
    ]);
  }

  /**
   * Restores the data, the time and the counted requests of the first call, so that each test finds the same shop. It
   * takes a tenth of the time of `open`.
   */
  async reset(): Promise<void> {
    const em = this.app.get(EntityManager);
    await RequestScope.run(em, async () => {
      if (this.snapshot) return this.snapshot.restore();
      this.snapshot = new Snapshot(em);
      await this.snapshot.take();
    });
    this.offset = 0;
    this.sharedServices.clear();
    this.app.get(TenantsService).expireCache();
    LimitGuard.reset(this.config);
  }

  async close(): Promise<void> {
    await this.app.close();
    if (this.config.databaseUrl) await dropDatabase(this.config.databaseUrl);
  }

  /** Moves the service's clock forward. */
  advanceClock(seconds: number): void {
    this.offset += seconds * 1000;
    this.sharedServices.clear();
  }

  /** Runs `act` while the service's clock is stopped, so that no cache entry expires. */
  async withFrozenClock<T>(act: () => Promise<T>): Promise<T> {
    const clock = this.app.get(Clock);
    const now = clock.now.bind(clock);
    const instant = now();
    clock.now = () => new Date(instant);
    try {
      return await act();
    } finally {
      clock.now = now;
    }
  }

  /** Sends any request, by its full path. */
  async send<T = Body>(
    method: string,
    url: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Response<T>> {
    const raw = typeof body === 'string' || body instanceof Buffer;
    const response = await this.app.inject({
      method: method as 'GET',
      url,
      headers: { ...(body !== undefined && !raw && { 'content-type': 'application/json' }), ...headers },
      payload: body === undefined ? undefined : raw ? body : JSON.stringify(body),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: parse(response.body) as T,
      text: response.body,
    };
  }

  /** Logs in anonymously and returns the response body. */
  async logInAnonymously(query: Record<string, string> = {}, tenant = this.tenant): Promise<AnonymousTokens> {
    const parameters = new URLSearchParams({ tenant, client_id: `${tenant}-storefront`, ...query });
    const { body } = await this.send<AnonymousTokens>(
      'GET',
      `/customerlogin/auth/anonymous/login?${parameters.toString()}`,
    );
    return body;
  }

  /** A visitor with an anonymous token. */
  async visitor(tenant = this.tenant): Promise<ApiClient> {
    return new ApiClient(this, (await this.logInAnonymously({}, tenant)).access_token, tenant);
  }

  /** A client without a token. */
  get unauthenticated(): ApiClient {
    return new ApiClient(this);
  }

  /** The response to `POST /oauth/token`. */
  async requestToken(
    form: Record<string, string> = {},
    tenant = this.tenant,
  ): Promise<Response<Body & { access_token: string }>> {
    return this.send('POST', '/oauth/token', {
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: `${tenant}-service`,
        client_secret: SERVICE_SECRET,
        ...form,
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  }

  /** The response to `POST /oauth/introspect`, which the service of the tenant sends. */
  async introspect(token: string, tenant = this.tenant): Promise<Response> {
    const credentials = Buffer.from(`${tenant}-service:${SERVICE_SECRET}`).toString('base64');
    return this.send('POST', '/oauth/introspect', {
      body: new URLSearchParams({ token }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${credentials}` },
    });
  }

  /** A service of the tenant, with all scopes or the given ones. */
  async serviceClient(scope?: string, tenant = this.tenant): Promise<ApiClient> {
    const { body } = await this.requestToken(scope ? { scope } : {}, tenant);
    return new ApiClient(this, body.access_token, tenant);
  }

  /** A service of the tenant with all scopes, whose token all callers share. */
  async sharedService(tenant = this.tenant): Promise<ApiClient> {
    let service = this.sharedServices.get(tenant);
    if (!service) this.sharedServices.set(tenant, (service = this.serviceClient(undefined, tenant)));
    return service;
  }

  /** Creates an employee with that role. */
  async createEmployee(role: Role = 'admin', tenant = this.tenant): Promise<Person & { id: string }> {
    const { email, password } = this.person();
    const id = randomUUID();
    const passwordHash = await hashPassword(password);
    const row = { tenant, id, email, passwordHash, role, createdAt: new Date() };
    await this.app.get(EntityManager).fork().insert(Employee, row);
    return { id, email, password };
  }

  /** Sets the first password of an employee who was invited. */
  async acceptInvitation({ email, password }: Person, tenant = this.tenant): Promise<void> {
    const { token } = await this.mailTo(email, 'employee-invitation');
    const confirm = `/admin/${tenant}/password/reset/confirm`;
    const { status, text } = await this.send('POST', confirm, { body: { token, password } });
    if (status !== 204) throw new Error(`The invitation of ${email} was rejected: ${text}`);
  }

  /** An employee who has logged in, with the scopes of the role. */
  async employee(role: Role = 'admin', tenant = this.tenant): Promise<ApiClient & { id: string }> {
    const { id, email: username, password } = await this.createEmployee(role, tenant);
    const form = { grant_type: 'password', client_id: `${tenant}-storefront`, username, password };
    const { body } = await this.send<{ access_token: string }>('POST', '/oauth/token', {
      body: new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    return Object.assign(new ApiClient(this, body.access_token, tenant), { id });
  }

  /** A unique e-mail and a password, so that tests do not affect each other. */
  person({ email = `${randomUUID()}@example.com`, password = 'old secret words' }: Partial<Person> = {}): Person {
    return { email, password };
  }

  /** Signs up a customer, without activation. @returns the customer number, e-mail and password */
  async signUp(person: Partial<Person> & Body = {}, visitor?: ApiClient): Promise<Person & { id: string }> {
    const { email, password } = this.person(person);
    const { id } = await (visitor ?? (await this.visitor())).post<{ id: string }>('/signup', 201, {
      ...person,
      email,
      password,
    });
    return { email, password, id };
  }

  async activate(id: string): Promise<void> {
    await (await this.sharedService()).patch(`/customers/${id}`, 200, { active: true, onHold: false });
  }

  /** Signs up, activates and logs in a customer. */
  async customer(person: Partial<Person> & Body = {}): Promise<LoggedInCustomer> {
    const visitor = await this.visitor();
    const { id, email, password } = await this.signUp(person, visitor);
    await this.activate(id);
    return this.logIn({ id, email, password }, visitor);
  }

  /** Logs in again, with a new anonymous token or that of `visitor`. */
  async logIn({ id, email, password }: Person & { id: string }, visitor?: ApiClient): Promise<LoggedInCustomer> {
    const login = await (visitor ?? (await this.visitor())).post<LoggedInCustomer['login']>('/login', 200, {
      email,
      password,
    });
    return new LoggedInCustomer(this, id, email, password, login);
  }

  /** The mails to an address, newest first. */
  async mailsTo(email: string): Promise<Mail[]> {
    const { body } = await this.send<Mail[]>('GET', `/mailbox/messages?to=${encodeURIComponent(email)}`);
    return body;
  }

  /** The latest mail of that kind. */
  async mailTo(email: string, kind: string): Promise<Mail> {
    const mail = (await this.mailsTo(email)).find((candidate) => candidate.kind === kind);
    if (!mail) throw new Error(`No mail '${kind}' to ${email}`);
    return mail;
  }
}

export interface AnonymousTokens {
  token_type: string;
  access_token: string;
  expires_in: number;
  refresh_token: string;
  refresh_token_expires_in: number;
  sessionId: string;
  scope: string;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
