import { IsOptional } from 'class-validator';
import type { Finding } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { MayBeAbsent } from '../common/validation.js';
import { below, isProviderUrl } from './provider-url.js';
import {
  MapOf,
  MergedObject,
  ProviderDomain,
  ProviderEndpoint,
  ProviderName,
  ProviderUrl,
  RedirectUris,
  Secret,
  Token,
  YesOrNo,
  isProviderName,
} from './setting-validators.js';

/** An OpenID Connect provider for the login of customers. Either `issuer` or `domain` is required. */
export class IdentityProvider {
  /**
   * The name of the provider. The storefront's `state` starts with it: `{name}--{random}`.
   * @example keycloak
   */
  @ProviderName()
  name!: string;
  /**
   * The issuer that the ID token must have. The discovery document is located below this URL.
   * @example https://login.acme.example/realms/shop
   */
  @MayBeAbsent()
  @ProviderUrl()
  issuer?: string;
  /**
   * The vendor's name for the issuer. The scheme is https if omitted.
   * @example acme.eu.auth0.com
   */
  @MayBeAbsent()
  @ProviderDomain()
  domain?: string;
  /**
   * Replaces the discovered token endpoint. Absolute, or relative to the issuer.
   * @example protocol/openid-connect/token
   */
  @MayBeAbsent()
  @ProviderEndpoint()
  tokenEndpoint?: string;
  /**
   * The id of the client that the provider has registered for the shop.
   * @example shop
   */
  @Token()
  clientId!: string;
  /**
   * The secret of the client; a public client has none and uses PKCE alone. Returned as `***`. If it is omitted or sent
   * as `***`, the secret is kept, as long as it is sent to the same address. Null removes it.
   * @example ***
   */
  @IsOptional()
  @Secret()
  clientSecret?: string;
  /**
   * The allowed redirect URIs. A request must contain one of them exactly.
   * @example ["https://acme.example/callback"]
   */
  @RedirectUris()
  redirectUris!: string[];
  /**
   * Whether this provider is used for a `state` without a provider name. If no provider has this flag, the first is
   * used.
   */
  @MayBeAbsent()
  @YesOrNo()
  default?: boolean;
}

/** The findings for a provider that concern several of its properties, or the providers before it. */
export function* conflictsOf(provider: JsonObject, before: JsonObject[], field: string): Generator<Finding> {
  if ((provider.issuer === undefined) === (provider.domain === undefined)) {
    yield { field: `${field}.issuer`, message: `${field} must have issuer or domain, and not both` };
  }
  if (isProviderName(provider.name) && before.some(({ name }) => name === provider.name)) {
    yield { field: `${field}.name`, message: `${field}.name is another provider's name` };
  }
  if (provider.default && before.some((other) => other.default)) {
    yield { field: `${field}.default`, message: `${field}.default is another provider already` };
  }
}

/** How a token of another system is verified: by its signature if `jwks` is given, otherwise by introspection. */
export class ExchangeConfig {
  /**
   * The URL of the issuer's key set.
   * @example https://login.acme.example/realms/shop/protocol/openid-connect/certs
   */
  @ProviderUrl()
  jwks?: string;
  /**
   * The domain of the introspection endpoint. The scheme is https if omitted.
   * @example login.acme.example
   */
  @ProviderDomain()
  domain?: string;
  /**
   * The introspection endpoint, absolute or relative to the domain. Requests use `clientId` and `clientSecret`.
   * @example oauth/introspect
   */
  @ProviderEndpoint()
  tokenIntrospectEndpoint?: string;
  /**
   * The id of the client for the introspection.
   * @example shop
   */
  @Token()
  clientId?: string;
  /**
   * The secret of the client. Returned as `***`. If it is omitted or sent as `***`, the secret is kept. Null removes it.
   * @example ***
   */
  @Secret()
  clientSecret?: string;
  /**
   * The required value of `iss`.
   * @example https://login.acme.example/realms/shop
   */
  @Token()
  issuer?: string;
  /**
   * The value that `aud` must contain.
   * @example https://api.acme.example
   */
  @Token()
  audience?: string;
  /**
   * The required value of `azp`, or of `client_id` if the token has no `azp`.
   * @example shop-app
   */
  @Token()
  tokenClientId?: string;
}

/** Configurations for the tokens of other systems. */
export class TokenExchange {
  /** The configuration for requests without `config`. */
  @MergedObject(ExchangeConfig)
  default?: ExchangeConfig;
  /** Configurations by the name that a request sends as `config`, such as `site_PL`. */
  @MapOf(ExchangeConfig)
  overrides?: Record<string, ExchangeConfig>;
}

/** Whether the configuration is sufficient to verify a token. */
export function isComplete({ jwks, domain, tokenIntrospectEndpoint, clientId, clientSecret }: ExchangeConfig): boolean {
  if (jwks) return true;
  return Boolean(
    tokenIntrospectEndpoint && isProviderUrl(below(domain, tokenIntrospectEndpoint)) && clientId && clientSecret,
  );
}
