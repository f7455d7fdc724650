import { IsOptional } from 'class-validator';
import { Integer } from '../common/validation.js';
import type { IssuedTokens } from '../sessions/sessions.service.js';

/** What the form says; everything is checked by the grant. */
export class TokenFormDto {
  /** `password` or `refresh_token`. */
  @IsOptional()
  grant_type?: string;
  /** @example ada@demo.example */
  @IsOptional()
  username?: string;
  /** @example password123 */
  @IsOptional()
  password?: string;
  @IsOptional()
  refresh_token?: string;
}

/** RFC 6749 5.1. */
export class OAuthTokenDto {
  access_token!: string;
  /** @example Bearer */
  token_type!: string;
  /** @example 28800 */
  @Integer()
  expires_in!: number;
  refresh_token!: string;

  static of({ accessToken, expiresIn, refreshToken }: IssuedTokens): OAuthTokenDto {
    return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn, refresh_token: refreshToken };
  }
}
