import { Transform } from 'class-transformer';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { Integer } from '../common/validation.js';
import type { IssuedTokens } from '../sessions/signing/session-tokens.js';

export class AnonymousLoginQueryDto {
  /**
   * The name of the tenant. `hybris-tenant`, which older storefronts send, is accepted too.
   * @example demo
   */
  @IsString()
  tenant!: string;
  /**
   * The id of one of the tenant's storefront clients.
   * @example demo-storefront
   */
  @IsString()
  client_id!: string;
  /**
   * The currency of the session, an ISO 4217 code in any letter case. The tenant's `preferredCurrency` if omitted.
   * @example EUR
   */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @IsString()
  @MaxLength(50)
  currency?: string;
  /**
   * The site of the session.
   * @example main
   */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  siteCode?: string;
  /**
   * The language of the session.
   * @example en
   */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  language?: string;
  /**
   * The place that orders are delivered to, such as a country code.
   * @example DE
   */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  targetLocation?: string;
}

export class AnonymousRefreshQueryDto extends AnonymousLoginQueryDto {
  /** The refresh token of the last anonymous login or refresh. Either this token or `anonymous_token` is required. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  refresh_token?: string;
  /**
   * The current access token of the visitor. The response then contains no refresh token.
   * @deprecated
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  anonymous_token?: string;
}

export class AnonymousTokenDto {
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  token_type!: string;
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  access_token!: string;
  /**
   * The lifetime of the access token in seconds.
   * @example 3599
   */
  @Integer()
  expires_in!: number;
  /** The refresh token. It replaces the previous one. Absent after a refresh with `anonymous_token`. */
  refresh_token?: string;
  /**
   * The lifetime of the refresh token in seconds. Absent after a refresh with `anonymous_token`.
   * @example 86399
   */
  @Integer()
  refresh_token_expires_in?: number;
  /** The public session id. It stays the same after a refresh and after a login. */
  sessionId!: string;
  /**
   * The scopes of the token and its tenant, separated by spaces.
   * @example tenant=demo
   */
  scope!: string;

  static of({ refreshToken, ...tokens }: IssuedTokens): AnonymousTokenDto {
    return {
      ...AnonymousTokenDto.withoutRefresh(tokens),
      refresh_token: refreshToken,
      refresh_token_expires_in: tokens.refreshExpiresIn,
    };
  }

  static withoutRefresh(tokens: Omit<IssuedTokens, 'refreshToken'>): AnonymousTokenDto {
    return {
      token_type: 'Bearer',
      access_token: tokens.accessToken,
      expires_in: tokens.expiresIn,
      sessionId: tokens.sessionId,
      scope: tokens.scope,
    };
  }
}
