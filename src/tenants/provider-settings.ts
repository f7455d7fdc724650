/** An OpenID Connect provider at which customers log in by an authorization code. One of `issuer`, `domain` is set. */
export interface IdentityProvider {
  /** What the storefront's `state` begins with, before two dashes. */
  name: string;
  /** Where the discovery document is, and who the ID token must be from. */
  issuer?: string;
  /** The vendor's word for it. */
  domain?: string;
  /** In place of the discovered one; absolute, or below the domain. */
  tokenEndpoint?: string;
  clientId: string;
  /** None for a public client, which proves itself by PKCE alone. */
  clientSecret?: string;
  /** Where the provider may send the customer back to. */
  redirectUris: string[];
  /** For a `state` that names no provider; without one, the first is. */
  default?: boolean;
}

/** How a token of another system is verified: offline with `jwks`, else online by introspection. */
export interface ExchangeConfig {
  /** The URL of the keys. */
  jwks?: string;
  domain?: string;
  /** Absolute, or below the domain. */
  tokenIntrospectEndpoint?: string;
  clientId?: string;
  clientSecret?: string;
  /** What `iss` must be. */
  issuer?: string;
  /** What `aud` must hold. */
  audience?: string;
  /** What `azp` must be. */
  tokenClientId?: string;
}

export interface TokenExchange {
  default?: ExchangeConfig;
  /** By the name of the configuration, such as `site_PL`. */
  overrides?: Record<string, ExchangeConfig>;
}

/** A path below a URL, or a URL of its own. */
export function below(base: string | undefined, endpoint: string): string {
  if (/^https?:\/\//i.test(endpoint) || base === undefined) return endpoint;
  return `${withScheme(base).replace(/\/$/, '')}/${endpoint.replace(/^\//, '')}`;
}

/** The vendor writes a domain without its scheme. */
export function withScheme(domain: string): string {
  return /^https?:\/\//i.test(domain) ? domain : `https://${domain}`;
}

const exchangeKeys = [
  'jwks',
  'domain',
  'tokenIntrospectEndpoint',
  'clientId',
  'clientSecret',
  'issuer',
  'audience',
  'tokenClientId',
];
const providerKeys = [
  'name',
  'issuer',
  'domain',
  'tokenEndpoint',
  'clientId',
  'clientSecret',
  'redirectUris',
  'default',
];

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 2000 && !/[\p{Cc}\s]/u.test(value);

const isSecret = (value: unknown): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= 2000 && !/\p{Cc}/u.test(value);

/** https, but for a provider on this machine, which production refuses when it is asked. No credentials in it. */
export function isProviderUrl(value: unknown): boolean {
  if (!text(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  const local = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname);
  return (protocol === 'https:' || local) && !username && !password;
}

const isDomain = (value: unknown): boolean => text(value) && isProviderUrl(withScheme(value));

const isEndpoint = (value: unknown): boolean =>
  text(value) && (/^[a-z]+:/i.test(value) ? isProviderUrl(value) : !value.startsWith('//'));

/** Any scheme of a storefront or an app, but none that runs what it names. */
const isRedirectUri = (value: unknown): boolean =>
  text(value) && URL.canParse(value) && !value.includes('#') && !/^(javascript|data|vbscript):/i.test(value);

/** Without two dashes, for these end the name in a `state`. */
const isName = (value: unknown): boolean => text(value) && /^(?!.*--)\w[\w.-]{0,39}$/.test(value);

function isProvider(value: unknown): boolean {
  if (!isFields(value) || !Object.keys(value).every((key) => providerKeys.includes(key))) return false;
  const { name, issuer, domain, tokenEndpoint, clientId, clientSecret, redirectUris, default: standard } = value;
  return (
    isName(name) &&
    (issuer === undefined ? isDomain(domain) : isProviderUrl(issuer) && domain === undefined) &&
    (tokenEndpoint === undefined || isEndpoint(tokenEndpoint)) &&
    text(clientId) &&
    (clientSecret === undefined || clientSecret === null || isSecret(clientSecret)) &&
    Array.isArray(redirectUris) &&
    redirectUris.length > 0 &&
    redirectUris.length <= 50 &&
    redirectUris.every(isRedirectUri) &&
    (standard === undefined || typeof standard === 'boolean')
  );
}

/** Whether it is a list of providers with different names, at most one of them the default. */
export function areProviders(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > 50 || !value.every(isProvider)) return false;
  const providers = value as IdentityProvider[];
  const names = new Set(providers.map(({ name }) => name));
  return names.size === providers.length && providers.filter((provider) => provider.default).length <= 1;
}

/** Null removes, for a change is merged. */
function isExchangeConfig(value: unknown): boolean {
  if (value === null) return true;
  if (!isFields(value)) return false;
  return Object.entries(value).every(([key, part]) => {
    if (part === null) return exchangeKeys.includes(key);
    if (key === 'jwks') return isProviderUrl(part);
    if (key === 'clientSecret') return isSecret(part);
    if (key === 'domain') return isDomain(part);
    if (key === 'tokenIntrospectEndpoint') return isEndpoint(part);
    return exchangeKeys.includes(key) && text(part);
  });
}

/** Whether it is a change of the configurations of the token exchange. */
export function isTokenExchange(value: unknown): boolean {
  if (!isFields(value)) return false;
  return Object.entries(value).every(([key, part]) => {
    if (key === 'default') return isExchangeConfig(part);
    if (key !== 'overrides') return false;
    if (part === null) return true;
    return isFields(part) && Object.keys(part).every(isName) && Object.values(part).every(isExchangeConfig);
  });
}

/** Whether there is enough in it to verify a token. */
export function isComplete({ jwks, domain, tokenIntrospectEndpoint, clientId, clientSecret }: ExchangeConfig): boolean {
  if (jwks) return true;
  return Boolean(
    tokenIntrospectEndpoint && isProviderUrl(below(domain, tokenIntrospectEndpoint)) && clientId && clientSecret,
  );
}
