import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { Integer } from '../../common/validation.js';
import type { CodeLogin } from './identity-providers.js';
import type { SocialLogin } from './sso.service.js';

/** In seconds; what the vendor's gateway tells in each token answer. */
export const SESSION_IDLE_TIME = 120;

export class SocialLoginQueryDto {
  /** The authorization code, as the provider gave it. */
  @IsString()
  @Length(1, 4000)
  code!: string;
  /**
   * Exactly one of the provider's `redirectUris`; without it, the first of them.
   * @example https://acme.example/callback
   */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  redirect_uri?: string;
  /** Of PKCE, which every storefront should use (RFC 7636). */
  @IsOptional()
  @IsString()
  @Length(43, 128)
  code_verifier?: string;
  /**
   * As it came back from the provider: `{name of the provider}--{random}`. Without a known name, the default provider
   * is asked.
   * @example keycloak--Lq3xw
   */
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  state?: string;
  /** As it was sent to the provider; the ID token must hold it. Without it, the storefront checks the ID token. */
  @IsOptional()
  @IsString()
  @MaxLength(500)
  nonce?: string;
}

/** The query as the service takes it. */
export function codeLoginOf({ code, redirect_uri, code_verifier, state, nonce }: SocialLoginQueryDto): CodeLogin {
  return { code, redirectUri: redirect_uri, codeVerifier: code_verifier, state, nonce };
}

/** The provider's tokens, and ours. The times are strings: so the vendor has it. */
export class SocialTokenDto {
  /** The provider's. */
  social_access_token!: string;
  /** The provider's. */
  social_id_token!: string;
  access_token!: string;
  /** A JWT (HS256) whose `sub` is the customer number; checkout takes it in the header `saas-token`. */
  saas_token!: string;
  refresh_token!: string;
  /**
   * In seconds.
   * @example 2591999
   */
  expires_in!: string;
  /**
   * In seconds.
   * @example 86399
   */
  refresh_token_expires_in!: string;
  /** @example 120 */
  @Integer()
  session_idle_time!: number;
  /** @example Bearer */
  token_type!: string;
  scope!: string;
  /** The session id of the visitor who became this customer. */
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
