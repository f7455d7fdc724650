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
  /** What `azp` must be, or `client_id` where a token has no `azp`. */
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

/** https, but for a provider on this machine, which production refuses when it is asked. No credentials in it. */
export function isProviderUrl(url: string): boolean {
  if (/[\p{Cc}\s]/u.test(url) || !URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  const local = protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname);
  return (protocol === 'https:' || local) && !username && !password;
}

/** Whether there is enough in it to verify a token. */
export function isComplete({ jwks, domain, tokenIntrospectEndpoint, clientId, clientSecret }: ExchangeConfig): boolean {
  if (jwks) return true;
  return Boolean(
    tokenIntrospectEndpoint && isProviderUrl(below(domain, tokenIntrospectEndpoint)) && clientId && clientSecret,
  );
}
