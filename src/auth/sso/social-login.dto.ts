import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { Integer } from '../../common/validation.js';
import type { CodeLogin } from './identity-providers.js';
import type { SocialLogin } from './sso.service.js';

/** In seconds. The vendor's gateway returns this value in each token response. */
export const SESSION_IDLE_TIME = 120;

export class SocialLoginQueryDto {
  /** The authorization code from the provider. */
  @IsString()
  @Length(1, 4000)
  code!: string;
  /**
   * One of the provider's `redirectUris`, exactly as it is stored; the first of them if omitted.
   * @example https://acme.example/callback
   */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  redirect_uri?: string;
  /** The code verifier of PKCE (RFC 7636). Every storefront should use PKCE. */
  @IsOptional()
  @IsString()
  @Length(43, 128)
  code_verifier?: string;
  /**
   * The `state` that the provider returned: `{name of the provider}--{random}`. If it contains no known name, the
   * default provider is used.
   * @example keycloak--Lq3xw
   */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  state?: string;
  /**
   * The nonce that was sent to the provider; the ID token must contain it. If omitted, the storefront must check the ID
   * token.
   */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  nonce?: string;
  /**
   * An access token of the visitor whose session id is in the header `session-id`. Without the header `Authorization`,
   * it is the Bearer token of the request.
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  anonymous_token?: string;
}

/** Maps the query to the parameters of the service. */
export function codeLoginOf({ code, redirect_uri, code_verifier, state, nonce }: SocialLoginQueryDto): CodeLogin {
  return { code, redirectUri: redirect_uri, codeVerifier: code_verifier, state, nonce };
}

/** The tokens of the provider and of Foyer. The times are strings, as in the vendor's API. */
export class SocialTokenDto {
  /** The access token of the provider. */
  social_access_token!: string;
  /** The ID token of the provider. */
  social_id_token!: string;
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  access_token!: string;
  /** A JWT (HS256) whose `sub` is the customer number. Checkout accepts it in the header `saas-token`. */
  saas_token!: string;
  /** The refresh token. A refresh replaces it. */
  refresh_token!: string;
  /**
   * The lifetime of the access token in seconds.
   * @example "2591999"
   */
  expires_in!: string;
  /**
   * The lifetime of the refresh token in seconds.
   * @example "86399"
   */
  refresh_token_expires_in!: string;
  /**
   * Always 120, as in the vendor's API. The session does not end when it is idle.
   * @example 120
   */
  @Integer()
  session_idle_time!: number;
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  token_type!: string;
  /** The scopes of the token and its tenant, separated by spaces. */
  scope!: string;
  /** The public session id, which is that of the visitor who logged in. */
  session_id!: string;

  static of({ providerTokens, ...login }: SocialLogin): SocialTokenDto {
    return {
      social_access_token: providerTokens.accessToken,
      social_id_token: providerTokens.idToken,
      access_token: login.accessToken,
      saas_token: login.saasToken,
      refresh_token: login.refreshToken,
      expires_in: String(login.expiresIn),
      refresh_token_expires_in: String(login.refreshExpiresIn),
      session_idle_time: SESSION_IDLE_TIME,
      token_type: 'Bearer',
      scope: login.scope,
      session_id: login.sessionId,
    };
  }
}
