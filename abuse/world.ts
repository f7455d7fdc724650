import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotRun, assertEqual, assert } from './case.ts';
import { Http, type HttpResponse, type RequestOptions } from './http.ts';
import type { OtherProcess, OwnDemo } from '../tour/own-demo.ts';
import type { Server } from '../tour/storefront.ts';

export interface Mail {
  to: string;
  kind: string;
  subject: string;
  text: string;
  html: string;
  token: string | null;
}

export interface Person {
  email: string;
  password: string;
}

export interface Customer extends Person {
  id: string;
  /** The id of the customer in the Glue API. */
  reference: string;
}

export interface Tokens {
  access: string;
  refresh: string;
  session: string;
}

/** The server under test, with the data of its demo. Its methods create new customers, so that no case affects another. */
export class World {
  readonly http: Http;
  readonly home: string;
  /** The log of the server so far. Undefined if the server was not started by this process. */
  readonly log: (() => string) | undefined;
  /** Starts another process on the same database. Undefined if the server was not started by this process. */
  readonly startProcess: OwnDemo['startProcess'] | undefined;
  private readonly demo: Server | undefined;
  /** The cached token of the demo's service with all scopes. */
  private fullServiceToken: string | undefined;

  /** @param home the folder that contains the demo's `.foyer` */
  constructor(home: string, { baseUrl, log, startProcess }: { baseUrl?: string } & Partial<OwnDemo> = {}) {
    this.home = home;
    const file = join(home, '.foyer/demo.json');
    if (existsSync(file)) this.demo = JSON.parse(readFileSync(file, 'utf8')) as Server;
    this.http = new Http((baseUrl ?? this.facts.baseUrl).replace(/\/+$/, ''));
    this.log = log;
    this.startProcess = startProcess;
  }

  get tenant(): string {
    return this.facts.tenant;
  }

  /**
   * Other local network addresses for requests.
   *
   * @throws NotRun if the server is on another machine
   */
  get otherAddress(): (index: number) => string {
    if (!/\/\/(127\.0\.0\.1|localhost)[:/]?/.test(this.http.baseUrl))
      throw new NotRun('the case requires a server on 127.0.0.1');
    return (index) => `127.0.0.${index + 2}`;
  }

  /**
   * Starts another process on the same database, runs `work` and stops the process.
   *
   * @param env environment variables of the process
   * @throws NotRun if the server was not started by this process
   */
  async withProcess<T>(
    env: Record<string, string>,
    work: (other: World, process: OtherProcess) => Promise<T>,
  ): Promise<T> {
    if (!this.startProcess) throw new NotRun('the case starts processes, which is possible only with its own demo');
    const process = await this.startProcess(env);
    try {
      return await work(new World(this.home, { baseUrl: process.baseUrl }), process);
    } finally {
      await process.stop();
    }
  }

  /** Changes settings of the tenant, runs `work` and resets these settings to their defaults. */
  async withSettings<T>(changes: Record<string, unknown>, work: () => Promise<T>): Promise<T> {
    const change = async (json: object): Promise<void> => {
      const token = await this.employeeToken();
      const { status, text } = await this.http.send('PATCH', `/admin/${this.tenant}/settings`, { token, json });
      assert('the settings are changed', status === 200, text);
    };
    await change(changes);
    try {
      return await work();
    } finally {
      await change(Object.fromEntries(Object.keys(changes).map((name) => [name, null])));
    }
  }

  /** A request below `/customer/{tenant}`. */
  call(method: string, path: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.http.send(method, `/customer/${this.tenant}${path}`, options);
  }

  /** A request to the Glue API. */
  glue(method: string, path: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.http.send(method, path, options);
  }

  /** Credentials of a person without an account. */
  newPerson(changes: Partial<Person> = {}): Person {
    return { email: `${randomUUID()}@abuse.example`, password: 'quiet river under stone', ...changes };
  }

  /** The access token of a new visitor. */
  async visitorToken(clientId = this.facts.storefrontClientId): Promise<string> {
    return (await this.anonymousLogin(clientId)).access_token ?? '';
  }

  /** The response body of a new anonymous login. */
  async anonymousLogin(clientId = this.facts.storefrontClientId): Promise<Record<string, string>> {
    const query = { tenant: this.tenant, client_id: clientId };
    const response = await this.http.send('GET', '/customerlogin/auth/anonymous/login', { query });
    assertEqual('status of an anonymous login', response.status, 200);
    return response.body as Record<string, string>;
  }

  /** Creates a storefront client. @returns its client id */
  async newStorefrontClient(): Promise<string> {
    const json = { name: randomUUID().slice(0, 8), kind: 'storefront' };
    const response = await this.http.send('POST', `/admin/${this.tenant}/clients`, {
      token: await this.serviceToken(),
      json,
    });
    assertEqual('status of the creation of a client', response.status, 201);
    return (response.body as { id: string }).id;
  }

  async signUp(person: Person & object, token?: string): Promise<HttpResponse> {
    return this.call('POST', '/signup', { token: token ?? (await this.visitorToken()), json: person });
  }

  async glueSignUp({ email, password }: Person, changes: object = {}): Promise<HttpResponse> {
    const names = { firstName: 'Ada', lastName: 'Lovelace', gender: 'Female', salutation: 'Ms' };
    const attributes = { ...names, email, password, confirmPassword: password, acceptedTerms: true, ...changes };
    return this.glue('POST', '/customers', { resource: { type: 'customers', attributes } });
  }

  /** A customer who has signed up, and whom no employee has activated. */
  async inactiveCustomer(person: Partial<Person> & { customerDetails?: object } = {}): Promise<Customer> {
    const complete = { ...this.newPerson(), ...person };
    const { status, body, text } = await this.signUp(complete);
    assert('the sign-up succeeds', status === 201, `${status} ${text}`);
    const { id } = body as { id: string };
    const { reference } = await this.getCustomer(id);
    return { id, email: complete.email, password: complete.password, reference: String(reference) };
  }

  /** A customer who can log in. */
  async customer(person: Partial<Person> & { customerDetails?: object } = {}): Promise<Customer> {
    const customer = await this.inactiveCustomer(person);
    await this.patchCustomer(customer.id, { active: true, onHold: false });
    return customer;
  }

  /** A login in the Emporix API, whatever its status. */
  async tryLogin({ email, password }: Person, options: RequestOptions = {}): Promise<HttpResponse> {
    return this.call('POST', '/login', { token: await this.visitorToken(), json: { email, password }, ...options });
  }

  /** A login in the Glue API, whatever its status. */
  async tryGlueLogin({ email, password }: Person, options: RequestOptions = {}): Promise<HttpResponse> {
    const resource = { type: 'access-tokens', attributes: { username: email, password } };
    return this.glue('POST', '/access-tokens', { resource, ...options });
  }

  /** @param visitor the visitor's token to log in with; a new one by default */
  async logIn(person: Person, visitor?: string): Promise<Tokens> {
    const { status, body, text } = await this.tryLogin(person, visitor ? { token: visitor } : {});
    assert('the login succeeds', status === 200, `${status} ${text}`);
    const { access_token: access = '', refresh_token: refresh = '', session_id: session = '' } = body as Body;
    return { access, refresh, session };
  }

  async glueLogIn(person: Person): Promise<Omit<Tokens, 'session'>> {
    const { status, body, text } = await this.tryGlueLogin(person);
    assert('the login in the Glue API succeeds', status === 201, `${status} ${text}`);
    const { accessToken = '', refreshToken = '' } = (body as { data: { attributes: Body } }).data.attributes;
    return { access: accessToken, refresh: refreshToken };
  }

  /** Whether an access token can read the profile in the Emporix API, and in the Glue API. */
  async canReadProfile(token: string): Promise<boolean[]> {
    const responses = [await this.call('GET', '/me', { token }), await this.glue('GET', '/customers', { token })];
    return responses.map(({ status }) => status === 200);
  }

  async refresh(refreshToken: string, token?: string): Promise<HttpResponse> {
    return this.call('GET', '/refreshauthtoken', {
      token: token ?? (await this.visitorToken()),
      query: { refreshToken },
    });
  }

  async glueRefresh(refreshToken: string): Promise<HttpResponse> {
    return this.glue('POST', '/refresh-tokens', {
      resource: { type: 'refresh-tokens', attributes: { refreshToken } },
    });
  }

  /**
   * The mails to an address, newest first.
   *
   * @throws NotRun if the server has no mailbox
   */
  async mailsTo(email: string): Promise<Mail[]> {
    const { status, body } = await this.http.send('GET', '/mailbox/messages', { query: { to: email } });
    if (status === 404) throw new NotRun('the server has no mailbox');
    return body as Mail[];
  }

  /** The token in the latest mail of a kind. */
  async mailedToken(email: string, kind: string): Promise<string> {
    const mail = (await this.mailsTo(email)).find((each) => each.kind === kind);
    assert(`there is a mail '${kind}' to ${email}`, mail !== undefined);
    return mail?.token ?? '';
  }

  /** A token of the demo's service, with all scopes or only those in `scope`. */
  async serviceToken(scope?: string): Promise<string> {
    if (!scope && this.fullServiceToken) return this.fullServiceToken;
    const { serviceClientId: client_id, serviceClientSecret: client_secret } = this.facts;
    const form = { grant_type: 'client_credentials', client_id, client_secret, ...(scope && { scope }) };
    const token = await this.token(form);
    if (!scope) this.fullServiceToken = token;
    return token;
  }

  /** The response to a request of the demo's service for a token with that `scope`, whatever its status. */
  async tokenFor(scope: string): Promise<HttpResponse> {
    const { serviceClientId: client_id, serviceClientSecret: client_secret } = this.facts;
    const form = { grant_type: 'client_credentials', client_id, client_secret, scope };
    return this.http.send('POST', '/oauth/token', { form });
  }

  /** Checks a token as the demo's service, or with other credentials. */
  async introspect(token: string, credentials: Record<string, string> = {}): Promise<HttpResponse> {
    const { serviceClientId: client_id, serviceClientSecret: client_secret } = this.facts;
    return this.http.send('POST', '/oauth/introspect', { form: { client_id, client_secret, token, ...credentials } });
  }

  /** A token of the demo's employee. */
  async employeeToken(): Promise<string> {
    const { email: username, password } = this.facts.employee;
    return this.token({ grant_type: 'password', client_id: this.facts.storefrontClientId, username, password });
  }

  /** Changes a customer with the token of the service. */
  async patchCustomer(id: string, json: object): Promise<void> {
    const { status, text } = await this.call('PATCH', `/customers/${id}`, { token: await this.serviceToken(), json });
    assert('the change by the service succeeds', status < 300, `${status} ${text}`);
  }

  /** A customer, read with the token of the service. */
  async getCustomer(id: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.call('GET', `/customers/${id}`, { token: await this.serviceToken() });
    assertEqual('status of GET for a customer', status, 200);
    return body as Record<string, unknown>;
  }

  private get facts(): Server {
    if (!this.demo)
      throw new NotRun('.foyer/demo.json not found: run the cases in the folder in which the demo was started');
    return this.demo;
  }

  private async token(form: Record<string, string>): Promise<string> {
    const { status, body, text } = await this.http.send('POST', '/oauth/token', { form });
    assert('the token request succeeds', status === 200, `${status} ${text}`);
    return (body as Body).access_token ?? '';
  }
}

type Body = Record<string, string>;
