import type { JsonWebKey } from 'node:crypto';
import { IsOptional } from 'class-validator';
import type { Finding } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { MayBeAbsent } from '../common/validation.js';
import { resolveEndpoint, isProviderUrl } from './provider-url.js';
import {
  KeySetOrUrl,
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
  /**
   * Whether the shop trusts every e-mail address of this provider, for a provider that verifies them but sends no
   * `email_verified`, such as Entra ID. An address with `email_verified: false` is never trusted. A customer whom an
   * employee, a service or an import created, and who never had a way to log in, then logs in without a confirmation by
   * mail. If users of the provider can choose their address, they can take over such accounts. A `strict` tenant ignores
   * it.
   */
  @MayBeAbsent()
  @YesOrNo()
  trustEmail?: boolean;
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

/** A set of public keys (RFC 7517). */
export interface KeySet {
  keys: JsonWebKey[];
}

/** How a token of another system is verified: by its signature if `jwks` is given, otherwise by introspection. */
export class ExchangeConfig {
  /**
   * The URL of the issuer's key set, or the key set itself, which also requires `issuer`.
   * @example https://login.acme.example/realms/shop/protocol/openid-connect/certs
   */
  @KeySetOrUrl()
  jwks?: string | KeySet;
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
  /** The same as `trustEmail` of `identityProviders`. Requires `issuer`. */
  @YesOrNo()
  trustEmail?: boolean;
  /**
   * The client id of the storefront at the provider. Part of the vendor's configuration; ignored.
   * @example storefront
   */
  @Token()
  storefrontClientId?: string;
  /** The secret of `storefrontClientId`; handled as `clientSecret`. Part of the vendor's configuration; ignored. */
  @Secret()
  storefrontClientSecret?: string;
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

/** The setting that a configuration lacks; undefined if it can verify tokens. */
export function missingRequirement(config: ExchangeConfig): string | undefined {
  const { jwks, issuer, trustEmail } = config;
  if (!jwks && !canIntrospect(config))
    return 'jwks, or tokenIntrospectEndpoint (with its domain), clientId and clientSecret';
  // The issuer is a part of the identity. Keys alone may be those of several issuers.
  if (typeof jwks === 'object' && !issuer) return 'issuer, because jwks is not a URL';
  if (trustEmail && !issuer) return 'issuer, because of trustEmail';
  return undefined;
}

function canIntrospect({ domain, tokenIntrospectEndpoint, clientId, clientSecret }: ExchangeConfig): boolean {
  return Boolean(
    tokenIntrospectEndpoint &&
    isProviderUrl(resolveEndpoint(domain, tokenIntrospectEndpoint)) &&
    clientId &&
    clientSecret,
  );
}
