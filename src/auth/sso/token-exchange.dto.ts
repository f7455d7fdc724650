import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { Integer } from '../../common/validation.js';
import type { Login } from '../login.service.js';
import { SESSION_IDLE_TIME } from './social-login.dto.js';

export class TokenExchangeQueryDto {
  /**
   * The token of the other system. It can be exchanged only once, unless the tenant setting `ssoSubjectTokenReuse`
   * allows more.
   */
  @IsString()
  @Length(1, 8000)
  subjectAccessToken!: string;
  /**
   * The name of a configuration, such as `site_PL`; the default one if omitted.
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  config?: string;
}

export class ExchangedTokenDto {
  /** The token of the other system. */
  subject_access_token!: string;
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  access_token!: string;
  /** A JWT (HS256) whose `sub` is the customer number. Checkout accepts it in the header `saas-token`. */
  saas_token!: string;
  /** The refresh token. A refresh replaces it. */
  refresh_token!: string;
  /**
   * The lifetime of the refresh token in seconds.
   * @example 15551999
   */
  @Integer()
  refresh_token_expires_in!: number;
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
  /**
   * The lifetime of the access token in seconds.
   * @example 14399
   */
  @Integer()
  expires_in!: number;
  /** The scopes of the token and its tenant, separated by spaces. */
  scope!: string;
  /** The public session id, which is that of the visitor who logged in. */
  session_id!: string;

  static of(subjectToken: string, login: Login): ExchangedTokenDto {
    return {
      subject_access_token: subjectToken,
      access_token: login.accessToken,
      saas_token: login.saasToken,
      refresh_token: login.refreshToken,
      refresh_token_expires_in: login.refreshExpiresIn,
      session_idle_time: SESSION_IDLE_TIME,
      token_type: 'Bearer',
      expires_in: login.expiresIn,
      scope: login.scope,
      session_id: login.sessionId,
    };
  }
}
