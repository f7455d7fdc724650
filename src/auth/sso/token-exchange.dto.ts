import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { Integer } from '../../common/validation.js';
import type { Login } from '../login.service.js';
import { SESSION_IDLE_TIME } from './social-login.dto.js';

export class TokenExchangeQueryDto {
  /** The token of the other system. It is good for one exchange. */
  @IsString()
  @Length(1, 8000)
  subjectAccessToken!: string;
  /**
   * The name of a configuration; the default one without it.
   * @example site_PL
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  config?: string;
}

export class ExchangedTokenDto {
  /** The token of the other system. */
  subject_access_token!: string;
  access_token!: string;
  /** A JWT (HS256) whose `sub` is the customer number; checkout takes it in the header `saas-token`. */
  saas_token!: string;
  refresh_token!: string;
  /**
   * In seconds.
   * @example 15551999
   */
  @Integer()
  refresh_token_expires_in!: number;
  /** @example 120 */
  @Integer()
  session_idle_time!: number;
  /** @example Bearer */
  token_type!: string;
  /**
   * In seconds.
   * @example 14399
   */
  @Integer()
  expires_in!: number;
  scope!: string;
  /** The session id of the visitor who became this customer. */
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
