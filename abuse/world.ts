import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotRun, expect, hold } from './case.ts';
import { Http, type Answer, type Asking } from './http.ts';
import type { OtherProcess, OwnDemo } from '../tour/own-demo.ts';
import type { Server } from '../tour/storefront.ts';

export interface Mail {
  to: string;
  kind: string;
  subject: string;
  text: string;
  token: string | null;
}

export interface Person {
  email: string;
  password: string;
}

export interface Customer extends Person {
  id: string;
  /** What the Glue dialect calls it. */
  reference: string;
}

export interface Tokens {
  access: string;
  refresh: string;
  session: string;
}

/** The server under abuse: what its demo tells of itself, and people who are made up for one case each. */
export class World {
  readonly http: Http;
  readonly home: string;
  /** What the server has logged so far; only of one that we started. */
  readonly log: (() => string) | undefined;
  /** Starts another process on the same database; only beside one that we started. */
  readonly another: OwnDemo['another'] | undefined;
  private readonly known: Server | undefined;
  private service: string | undefined;

  /** @param home where the demo's `.foyer` is */
  constructor(home: string, { baseUrl, log, another }: { baseUrl?: string } & Partial<OwnDemo> = {}) {
    this.home = home;
    const file = join(home, '.foyer/demo.json');
    if (existsSync(file)) this.known = JSON.parse(readFileSync(file, 'utf8')) as Server;
    this.http = new Http((baseUrl ?? this.facts.baseUrl).replace(/\/+$/, ''));
    this.log = log;
    this.another = another;
  }

  get tenant(): string {
    return this.facts.tenant;
  }

  /** Where another network address can be had: only on this machine. */
  get elsewhere(): (index: number) => string {
    if (!/\/\/(127\.0\.0\.1|localhost)[:/]?/.test(this.http.baseUrl))
      throw new NotRun('it needs a server on 127.0.0.1');
    return (index) => `127.0.0.${index + 2}`;
  }

  /**
   * Starts another process with these settings for as long as the work lasts.
   *
   * @throws NotRun beside a server that others started
   */
  async beside<T>(env: Record<string, string>, work: (other: World, process: OtherProcess) => Promise<T>): Promise<T> {
    if (!this.another) throw new NotRun('it starts processes, and does so only beside a demo of its own');
    const process = await this.another(env);
    try {
      return await work(new World(this.home, { baseUrl: process.baseUrl }), process);
    } finally {
      await process.stop();
    }
  }

  /** Changes settings of the tenant for as long as the work lasts. */
  async set<T>(changes: Record<string, unknown>, work: () => Promise<T>): Promise<T> {
    const change = async (json: object): Promise<void> => {
      const token = await this.employee();
      const { status, text } = await this.http.send('PATCH', `/admin/${this.tenant}/settings`, { token, json });
      hold('a change of settings', status === 200, text);
    };
    await change(changes);
    try {
      return await work();
    } finally {
      await change(Object.fromEntries(Object.keys(changes).map((name) => [name, null])));
    }
  }

  /** A request below `/customer/{tenant}`. */
  call(method: string, path: string, asking?: Asking): Promise<Answer> {
    return this.http.send(method, `/customer/${this.tenant}${path}`, asking);
  }

  /** A request in the Glue dialect. */
  glue(method: string, path: string, asking?: Asking): Promise<Answer> {
    return this.http.send(method, path, asking);
  }

  /** Somebody nobody knows. */
  stranger(changes: Partial<Person> = {}): Person {
    return { email: `${randomUUID()}@abuse.example`, password: 'quiet river under stone', ...changes };
  }

  /** A visitor's token. */
  async visitor(clientId = this.facts.storefrontClientId): Promise<string> {
    return (await this.anonymous(clientId)).access_token ?? '';
  }

  async anonymous(clientId = this.facts.storefrontClientId): Promise<Record<string, string>> {
    const query = { tenant: this.tenant, client_id: clientId };
    const answer = await this.http.send('GET', '/customerlogin/auth/anonymous/login', { query });
    expect('an anonymous login', answer.status, 200);
    return answer.body as Record<string, string>;
  }

  /** The id of a storefront's client that is new. */
  async anotherClient(): Promise<string> {
    const json = { name: randomUUID().slice(0, 8), kind: 'storefront' };
    const answer = await this.http.send('POST', `/admin/${this.tenant}/clients`, { token: await this.staff(), json });
    expect('a new client', answer.status, 201);
    return (answer.body as { id: string }).id;
  }

  async signUp(person: Person & object, token?: string): Promise<Answer> {
    return this.call('POST', '/signup', { token: token ?? (await this.visitor()), json: person });
  }

  async glueSignUp({ email, password }: Person, changes: object = {}): Promise<Answer> {
    const names = { firstName: 'Ada', lastName: 'Lovelace', gender: 'Female', salutation: 'Ms' };
    const attributes = { ...names, email, password, confirmPassword: password, acceptedTerms: true, ...changes };
    return this.glue('POST', '/customers', { resource: { type: 'customers', attributes } });
  }

  /** Somebody who signed up and waits for an employee. */
  async signedUp(person: Partial<Person> & { customerDetails?: object } = {}): Promise<Customer> {
    const whole = { ...this.stranger(), ...person };
    const { status, body, text } = await this.signUp(whole);
    hold('a sign-up', status === 201, `${status} ${text}`);
    const { id } = body as { id: string };
    const { reference } = await this.seen(id);
    return { id, email: whole.email, password: whole.password, reference: String(reference) };
  }

  /** Somebody who may log in. */
  async customer(person: Partial<Person> & { customerDetails?: object } = {}): Promise<Customer> {
    const customer = await this.signedUp(person);
    await this.change(customer.id, { active: true, onHold: false });
    return customer;
  }

  /** A login that may fail. */
  async tryLogin({ email, password }: Person, asking: Asking = {}): Promise<Answer> {
    return this.call('POST', '/login', { token: await this.visitor(), json: { email, password }, ...asking });
  }

  /** The same in the Glue dialect. */
  async tryGlueLogin({ email, password }: Person, asking: Asking = {}): Promise<Answer> {
    const resource = { type: 'access-tokens', attributes: { username: email, password } };
    return this.glue('POST', '/access-tokens', { resource, ...asking });
  }

  async logIn(person: Person, visitor?: string): Promise<Tokens> {
    const { status, body, text } = await this.tryLogin(person, visitor ? { token: visitor } : {});
    hold('a login', status === 200, `${status} ${text}`);
    const { access_token: access = '', refresh_token: refresh = '', session_id: session = '' } = body as Body;
    return { access, refresh, session };
  }

  async glueLogIn(person: Person): Promise<Omit<Tokens, 'session'>> {
    const { status, body, text } = await this.tryGlueLogin(person);
    hold('a login by Glue', status === 201, `${status} ${text}`);
    const { accessToken = '', refreshToken = '' } = (body as { data: { attributes: Body } }).data.attributes;
    return { access: accessToken, refresh: refreshToken };
  }

  /** Whether an access token still opens the profile, in each dialect. */
  async opens(token: string): Promise<boolean[]> {
    const [first, second] = [await this.call('GET', '/me', { token }), await this.glue('GET', '/customers', { token })];
    return [first, second].map(({ status }) => status === 200);
  }

  async refresh(refreshToken: string, token?: string): Promise<Answer> {
    return this.call('GET', '/refreshauthtoken', { token: token ?? (await this.visitor()), query: { refreshToken } });
  }

  async glueRefresh(refreshToken: string): Promise<Answer> {
    return this.glue('POST', '/refresh-tokens', {
      resource: { type: 'refresh-tokens', attributes: { refreshToken } },
    });
  }

  /** The mails to an address, newest first. */
  async mailsTo(email: string): Promise<Mail[]> {
    const { status, body } = await this.http.send('GET', '/mailbox/messages', { query: { to: email } });
    if (status === 404) throw new NotRun('the server has no mailbox');
    return body as Mail[];
  }

  /** The token in the latest mail of that kind. */
  async mailed(email: string, kind: string): Promise<string> {
    const mail = (await this.mailsTo(email)).find((each) => each.kind === kind);
    hold(`a mail '${kind}' to ${email}`, mail !== undefined);
    return mail?.token ?? '';
  }

  /** A service's token, with all scopes or those named. */
  async staff(scope?: string): Promise<string> {
    if (!scope && this.service) return this.service;
    const { serviceClientId: client_id, serviceClientSecret: client_secret } = this.facts;
    const form = { grant_type: 'client_credentials', client_id, client_secret, ...(scope && { scope }) };
    const token = await this.token(form);
    if (!scope) this.service = token;
    return token;
  }

  /** A token of the demo's employee. */
  async employee(): Promise<string> {
    const { email: username, password } = this.facts.employee;
    return this.token({ grant_type: 'password', client_id: this.facts.storefrontClientId, username, password });
  }

  /** What staff changes of a customer. */
  async change(id: string, json: object): Promise<void> {
    const { status, text } = await this.call('PATCH', `/customers/${id}`, { token: await this.staff(), json });
    hold('a change by staff', status < 300, `${status} ${text}`);
  }

  /** A customer as staff sees it. */
  async seen(id: string): Promise<Record<string, unknown>> {
    const { status, body } = await this.call('GET', `/customers/${id}`, { token: await this.staff() });
    expect('the page of a customer', status, 200);
    return body as Record<string, unknown>;
  }

  private get facts(): Server {
    if (!this.known)
      throw new NotRun('.foyer/demo.json is not here: run it in the folder that the demo was started in');
    return this.known;
  }

  private async token(form: Record<string, string>): Promise<string> {
    const { status, body, text } = await this.http.send('POST', '/oauth/token', { form });
    hold('a token for staff', status === 200, `${status} ${text}`);
    return (body as Body).access_token ?? '';
  }
}

type Body = Record<string, string>;
