import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { Integer } from '../common/validation.js';
import type { IssuedTokens } from '../sessions/sessions.service.js';

export class AnonymousLoginQueryDto {
  /** @example demo */
  @IsString()
  tenant!: string;
  /** @example demo-storefront */
  @IsString()
  client_id!: string;
  /** @example EUR */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  currency?: string;
  /** @example main */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  siteCode?: string;
  /** @example en */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  language?: string;
  /** @example DE */
  @IsOptional()
  @IsString()
  @MaxLength(50)
  targetLocation?: string;
}

export class AnonymousRefreshQueryDto {
  /** @example demo */
  @IsString()
  tenant!: string;
  /** @example demo-storefront */
  @IsString()
  client_id!: string;
  /** One of `refresh_token` and `anonymous_token` is needed. */
  @IsOptional()
  @IsString()
  @Length(1, 200)
  refresh_token?: string;
  /**
   * The present access token. Its answer has no refresh token.
   * @deprecated
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  anonymous_token?: string;
}

export class AnonymousTokenDto {
  /** @example Bearer */
  token_type!: string;
  access_token!: string;
  /**
   * In seconds.
   * @example 3599
   */
  @Integer()
  expires_in!: number;
  refresh_token?: string;
  refresh_token_expires_in?: number;
  sessionId!: string;
  /** @example tenant=demo */
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
