import { IsOptional } from 'class-validator';
import { Integer } from '../common/validation.js';
import type { IssuedTokens } from '../sessions/signing/session-tokens.js';

/** The form fields. The handler validates them, depending on the grant. */
export class TokenFormDto {
  /**
   * `password` or `refresh_token`.
   * @example password
   */
  @IsOptional()
  grant_type?: string;
  /**
   * The login e-mail. Required with `password`.
   * @example ada@demo.example
   */
  @IsOptional()
  username?: string;
  /**
   * The password. Required with `password`.
   * @example password123
   */
  @IsOptional()
  password?: string;
  /** The refresh token. Required with `refresh_token`. */
  @IsOptional()
  refresh_token?: string;
}

/** The token response of RFC 6749 5.1. */
export class OAuthTokenDto {
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  access_token!: string;
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  token_type!: string;
  /**
   * The lifetime of the access token in seconds.
   * @example 28800
   */
  @Integer()
  expires_in!: number;
  /** The refresh token. A refresh replaces it. */
  refresh_token!: string;

  static of({ accessToken, expiresIn, refreshToken }: IssuedTokens): OAuthTokenDto {
    return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn, refresh_token: refreshToken };
  }
}
