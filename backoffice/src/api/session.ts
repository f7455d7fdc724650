import { ApiFailure } from './failure.ts';

/** After this time without a key or a click, the employee must log in again. */
export const IDLE_MINUTES = 30;

interface Tokens {
  accessToken: string;
  refreshToken: string;
  email: string;
}

/** The tenant in the URL: `/backoffice/{tenant}/…`. */
export const tenant = decodeURIComponent(location.pathname.split('/')[2] ?? '');

// The tab's storage: it is no cookie, so no other origin can use it, and it ends with the tab.
const TOKENS = `foyer.${tenant}.tokens`;
const LAST_USE = `foyer.${tenant}.used`;

/** Called when the session starts or ends. */
const listeners = new Set<() => void>();
let endedBecause: 'idle' | 'expired' | undefined;

export const session = {
  get tokens(): Tokens | undefined {
    const stored = sessionStorage.getItem(TOKENS);
    return stored === null ? undefined : (JSON.parse(stored) as Tokens);
  },

  /** Why the last session ended, unless the employee logged out. */
  get endedBecause(): 'idle' | 'expired' | undefined {
    return endedBecause;
  },

  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  /** Records that the employee uses the page. */
  touch(): void {
    sessionStorage.setItem(LAST_USE, String(Date.now()));
  },

  get isIdle(): boolean {
    return Date.now() - Number(sessionStorage.getItem(LAST_USE) ?? 0) > IDLE_MINUTES * 60_000;
  },

  /** @throws ApiFailure 401 if the e-mail or the password is wrong */
  async start(email: string, password: string): Promise<void> {
    const response = await requestToken({ grant_type: 'password', username: email, password });
    if (!response.ok) throw ApiFailure.of(await response.json().catch(() => undefined), response.status);
    await store(response, email);
    session.touch();
    endedBecause = undefined;
    notify();
  },

  end(reason?: 'idle' | 'expired'): void {
    const { tokens } = session;
    sessionStorage.removeItem(TOKENS);
    endedBecause = reason;
    if (tokens) {
      const form = { token: tokens.refreshToken, client_id: CLIENT, tenant };
      void fetch('/oauth/revoke', { method: 'POST', body: new URLSearchParams(form) }).catch(() => undefined);
    }
    notify();
  },
};

/** The client of this page, which every tenant has. */
const CLIENT = 'foyer-backoffice';

function notify(): void {
  for (const listener of listeners) listener();
}

async function requestToken(form: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams({ ...form, client_id: CLIENT, tenant });
  return fetch('/oauth/token', { method: 'POST', body }).catch(() => {
    throw new ApiFailure(0, '');
  });
}

async function store(response: Response, email: string): Promise<void> {
  const body = (await response.json()) as { access_token: string; refresh_token: string };
  const tokens: Tokens = { accessToken: body.access_token, refreshToken: body.refresh_token, email };
  sessionStorage.setItem(TOKENS, JSON.stringify(tokens));
}

let refreshing: Promise<boolean> | undefined;

/** Refreshes the tokens. Concurrent calls share one request, because a refresh token is valid once. */
async function refresh(): Promise<boolean> {
  refreshing ??= (async () => {
    const { tokens } = session;
    if (!tokens) return false;
    const response = await requestToken({ grant_type: 'refresh_token', refresh_token: tokens.refreshToken });
    if (response.ok) await store(response, tokens.email);
    return response.ok;
  })().finally(() => (refreshing = undefined));
  return refreshing;
}

/** Sends a request with the access token. After a 401, it refreshes the token once and sends the request again. */
export async function authorizedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const again = request.clone();
  const used = session.tokens?.accessToken;
  const response = await fetch(withToken(request));
  if (response.status !== 401 || session.tokens === undefined) return response;
  // Another request has refreshed the tokens meanwhile.
  if (session.tokens.accessToken !== used) return fetch(withToken(again));
  // Without a connection, the session may still be valid.
  const isRefreshed = await refresh().catch(() => undefined);
  if (isRefreshed) return fetch(withToken(again));
  if (isRefreshed === false) session.end('expired');
  return response;
}

function withToken(request: Request): Request {
  const { tokens } = session;
  if (tokens) request.headers.set('Authorization', `Bearer ${tokens.accessToken}`);
  return request;
}

/** Ends the session when it is idle. Returns a function that stops the watch. */
export function watchIdleness(): () => void {
  const use = (): void => (session.isIdle ? check() : session.touch());
  const check = (): void => {
    if (session.tokens && session.isIdle) session.end('idle');
  };
  const timer = setInterval(check, 5000);
  const events = ['pointerdown', 'keydown', 'visibilitychange'];
  const listener = (event: Event): void => (event.type === 'visibilitychange' ? check() : use());
  for (const event of events) document.addEventListener(event, listener, true);
  return () => {
    clearInterval(timer);
    for (const event of events) document.removeEventListener(event, listener, true);
  };
}
