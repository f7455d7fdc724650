import { type Arguments, callWith, checkPath, type DataOf, type Operation, readAsJson } from './call.ts';
import { type Client, createClient, createConfig } from './emporix/client/index.ts';
import type { ResolvedRequestOptions } from './emporix/client/types.gen.ts';
import {
  confirmOptIn,
  logIn,
  logOut,
  refreshAnonymousToken,
  refreshCustomerToken,
  signUp,
  startAnonymousSession,
} from './emporix/sdk.gen.ts';
import type {
  AnonymousTokenDto,
  CreatedDto,
  CustomerTokenDto,
  LoginDto,
  RefreshedTokenDto,
  SignupDto,
  StartAnonymousSessionData,
} from './emporix/types.gen.ts';
import { ConnectionError, EmporixError, toEmporixError } from './errors.ts';
import { type RetryOptions, withRetries } from './retry.ts';
import { isTokenPair, memoryStore, type StoredTokens, type TokenPair, type TokenStore } from './token-store.ts';

export interface FoyerOptions {
  /** The base URL of the service, such as `http://127.0.0.1:3000`. */
  url: string;
  tenant: string;
  /** The id of a storefront client of the tenant. */
  clientId: string;
  /** Where the tokens are kept; in memory if omitted. */
  store?: TokenStore;
  /** The currency, language, site and target location of new visitors. */
  preferences?: Omit<StartAnonymousSessionData['query'], 'tenant' | 'client_id'>;
  retry?: RetryOptions;
  /** Sends the requests; the global `fetch` if omitted. */
  fetch?: typeof fetch;
}

/** The session of the storefront's user. */
export interface Session {
  /** A visitor becomes a customer with the login. */
  kind: Kind;
  /** The public session id. It does not change when a visitor logs in. */
  sessionId: string;
}

type Kind = 'visitor' | 'customer';

/**
 * The session of one user of a storefront, in the Emporix API. Tokens are requested when a call requires them, and
 * refreshed when the service rejects them. A method that fails throws a `FoyerError`.
 */
export class Foyer {
  /** Adds the tokens of the session. For generated functions that are called directly, without `call`. */
  readonly client: Client;
  /** Adds no tokens. */
  private readonly plainClient: Client;
  private readonly store: TokenStore;
  private readonly fetch: (request: Request) => Promise<Response>;
  private readonly sentTokens = new WeakMap<Request, { kind: Kind; tokens: TokenPair }>();
  private readonly pendingRenewals = new Map<Kind, Promise<TokenPair | undefined>>();
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FoyerOptions) {
    this.store = options.store ?? memoryStore();
    // Browsers reject a call of `fetch` that is not bound to the window.
    this.fetch = withRetries(options.fetch ?? globalThis.fetch.bind(globalThis), options.retry);
    this.plainClient = this.newClient();
    this.client = this.newClient();
    this.client.interceptors.request.use((request, { security }) => this.authorize(request, security));
    this.client.interceptors.response.use((response, request, sent) => this.resend(response, request, sent));
  }

  /** Signs up a customer. The tenant setting `activation` decides what is required before the first login. */
  async signUp(customer: SignupDto): Promise<CreatedDto> {
    return this.call(signUp, { body: customer });
  }

  /**
   * Confirms the e-mail address of a sign-up with the token from the mail.
   *
   * @returns the session of the customer; undefined if an employee must also activate the account
   */
  async confirmSignUp(token: string): Promise<Session | undefined> {
    const confirmed = await this.call(confirmOptIn, { path: { token } });
    return 'access_token' in Object(confirmed) ? this.storeCustomer(confirmed as CustomerTokenDto) : undefined;
  }

  async logIn(credentials: LoginDto): Promise<Session> {
    return this.storeCustomer(await this.call(logIn, { body: credentials }));
  }

  /** Returns the current session. If there is none, a session of a visitor is started. */
  async session(): Promise<Session> {
    const { customer } = await this.read();
    if (customer) return { kind: 'customer', sessionId: customer.sessionId };
    const visitor = await this.tokensFor('visitor');
    return { kind: 'visitor', sessionId: visitor?.sessionId ?? '' };
  }

  /** Ends the customer's session. The tokens are removed even if the service does not respond. */
  async logOut(): Promise<void> {
    const { customer } = await this.read();
    if (!customer) return;
    try {
      await this.call(logOut, { headers: { 'Access-Token': customer.accessToken } });
    } catch (error) {
      // A rejected token means that the session has already ended.
      if (!isRejectedToken(error)) throw error;
    } finally {
      await this.write({ customer: undefined });
    }
  }

  /**
   * Calls an operation of `foyer-client/emporix` with the tokens of the session. The path parameter `tenant` is added.
   *
   * @example `await foyer.call(updateAddress, { path: { addressId }, body: { city: 'Berlin' } })`
   */
  async call<O extends Operation>(operation: O, ...[options]: Arguments<O, 'tenant'>): Promise<DataOf<O>> {
    return callWith(this.client, operation, options, { tenant: this.options.tenant });
  }

  private newClient(): Client {
    const { url } = this.options;
    const client = createClient(
      createConfig({
        baseUrl: url,
        fetch: this.fetch as typeof fetch,
        throwOnError: true,
        // A redirect would send the headers with the tokens to another host.
        redirect: 'error',
      }),
    );
    client.interceptors.request.use(checkPath);
    client.interceptors.response.use(readAsJson);
    client.interceptors.error.use(toEmporixError);
    return client;
  }

  /** Adds the token that the operation requires. If it accepts both kinds, a customer's token takes precedence. */
  private async authorize(request: Request, security: ResolvedRequestOptions['security'] = []): Promise<Request> {
    const accepts = (key: string): boolean => security.some((scheme) => scheme.key === key);
    const [forVisitors, forCustomers] = [accepts('AnonymousAccessToken'), accepts('CustomerAccessToken')];
    if (!forVisitors && !forCustomers) return request;
    const isCustomer = forCustomers && (!forVisitors || (await this.read()).customer !== undefined);
    const kind = isCustomer ? 'customer' : 'visitor';
    const tokens = await unlessAborted(this.tokensFor(kind), request.signal);
    if (!tokens) return request;
    this.sentTokens.set(request, { kind, tokens });
    return withToken(request, tokens);
  }

  /** After a 401, renews the token and sends the request once more. The rejected request had no effect. */
  private async resend(response: Response, request: Request, sent: ResolvedRequestOptions): Promise<Response> {
    const used = this.sentTokens.get(request);
    if (response.status !== 401 || !used) return response;
    const tokens = await unlessAborted(this.renew(used.kind, used.tokens.accessToken), request.signal);
    if (!tokens) return response;
    // Another customer has logged in meanwhile. Two customers never have the same session id.
    if (used.kind === 'customer' && tokens.sessionId !== used.tokens.sessionId) return response;
    return this.fetch(withToken(new Request(request, { body: sent.serializedBody }), tokens));
  }

  private async tokensFor(kind: Kind): Promise<TokenPair | undefined> {
    return (await this.read())[kind] ?? this.renew(kind);
  }

  /**
   * Replaces a rejected token. Parallel calls share one request, because a refresh token is valid only once.
   *
   * @returns undefined if the customer must log in
   */
  private async renew(kind: Kind, rejected?: string): Promise<TokenPair | undefined> {
    let renewal = this.pendingRenewals.get(kind);
    if (!renewal) {
      renewal = this.renewNow(kind, rejected).finally(() => this.pendingRenewals.delete(kind));
      this.pendingRenewals.set(kind, renewal);
    }
    return renewal;
  }

  private async renewNow(kind: Kind, rejected?: string): Promise<TokenPair | undefined> {
    const current = (await this.read())[kind];
    // Another call or another tab has already renewed the token.
    if (current && current.accessToken !== rejected) return current;
    const refreshed = current && (await this.refresh(kind, current));
    const tokens = refreshed ?? (kind === 'visitor' ? await this.startVisitor() : undefined);
    if (!current && !tokens) return undefined;
    // If the customer has logged out meanwhile, or another one has logged in, these tokens are discarded.
    const stored = await this.write({ [kind]: tokens }, (now) => now[kind]?.accessToken === current?.accessToken);
    return stored[kind];
  }

  /** @returns undefined if the session has ended */
  private async refresh(kind: Kind, { accessToken, refreshToken }: TokenPair): Promise<TokenPair | undefined> {
    // Sent in a header, because strict tenants reject tokens in URLs.
    const headers = { 'Refresh-Token': refreshToken };
    const options = { client: this.plainClient, throwOnError: true } as const;
    try {
      if (kind === 'visitor') {
        return toPair((await refreshAnonymousToken({ ...options, headers, query: this.visitorQuery })).data);
      }
      const { data } = await refreshCustomerToken({
        ...options,
        path: { tenant: this.options.tenant },
        headers: { ...headers, Authorization: `Bearer ${accessToken}` },
      });
      return toPair(data);
    } catch (error) {
      // The status is 400 if the stored text cannot be a refresh token.
      if (isRejectedToken(error) || (error instanceof EmporixError && error.status === 400)) return undefined;
      throw error;
    }
  }

  private async startVisitor(): Promise<TokenPair> {
    const options = { client: this.plainClient, throwOnError: true } as const;
    return toPair((await startAnonymousSession({ ...options, query: this.visitorQuery })).data);
  }

  private get visitorQuery(): StartAnonymousSessionData['query'] {
    const { tenant, clientId, preferences } = this.options;
    return { ...preferences, tenant, client_id: clientId };
  }

  private async storeCustomer(tokens: CustomerTokenDto): Promise<Session> {
    const customer = toPair(tokens);
    await this.write({ customer });
    return { kind: 'customer', sessionId: customer.sessionId };
  }

  /** Returns the tokens in the store, without values that cannot be tokens. */
  private async read(): Promise<StoredTokens> {
    const { visitor, customer } = (await inStore(() => this.store.read())) ?? {};
    return { ...(isTokenPair(visitor) && { visitor }), ...(isTokenPair(customer) && { customer }) };
  }

  /**
   * Updates some of the tokens. Writes run one after the other, so that a slow store loses none.
   *
   * @param applies whether the changes still apply to the stored tokens; always if omitted
   * @returns the tokens in the store afterwards
   */
  private async write(changes: StoredTokens, applies = (_stored: StoredTokens) => true): Promise<StoredTokens> {
    const write = async (): Promise<StoredTokens> => {
      const stored = await this.read();
      if (!applies(stored)) return stored;
      const changed = { ...stored, ...changes };
      await inStore(() => this.store.write(changed));
      return changed;
    };
    const written = this.lastWrite.then(write, write);
    this.lastWrite = written;
    return written;
  }
}

/** Waits for a result that other calls wait for too. @throws ConnectionError if the signal aborts before */
async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new ConnectionError('The call was aborted.', { cause: signal.reason }));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** @throws ConnectionError if the store fails */
async function inStore<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new ConnectionError('The token store failed.', { cause: error });
  }
}

function withToken(request: Request, { accessToken }: TokenPair): Request {
  request.headers.set('Authorization', `Bearer ${accessToken}`);
  // The logout sends the token a second time in this header.
  if (request.headers.has('Access-Token')) request.headers.set('Access-Token', accessToken);
  return request;
}

function isRejectedToken(error: unknown): boolean {
  return error instanceof EmporixError && error.status === 401;
}

/** @throws ConnectionError if the response contains no tokens */
function toPair(tokens: CustomerTokenDto | RefreshedTokenDto | AnonymousTokenDto): TokenPair {
  // A proxy may have sent the response.
  const body = (tokens ?? {}) as Partial<CustomerTokenDto & AnonymousTokenDto>;
  const { access_token: accessToken, refresh_token: refreshToken = '' } = body;
  const pair = { accessToken, refreshToken, sessionId: body.session_id ?? body.sessionId };
  if (!isTokenPair(pair)) throw new ConnectionError('The response contains no tokens.');
  return pair;
}
