import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress, Integer } from '../common/validation.js';
import type { Caller } from '../sessions/access.js';
import { type CompanyGroup, scopesLeft } from '../sessions/customer-scopes.js';
import type { IssuedTokens } from '../sessions/sessions.service.js';
import type { Login } from './login.service.js';

export class LoginDto {
  /** @example ada@demo.example */
  @IsEmailAddress()
  email!: string;
  /** @example password123 */
  @IsString()
  @MaxLength(1024)
  password!: string;
}

/** The tokens of a customer. Each stands there twice: older storefronts read only the second spelling. */
export class RefreshedTokenDto {
  access_token!: string;
  /**
   * In seconds.
   * @example 2591999
   */
  @Integer()
  expires_in!: number;
  refresh_token!: string;
  /**
   * In seconds.
   * @example 86399
   */
  @Integer()
  refresh_token_expires_in!: number;
  /** @example Bearer */
  token_type!: string;
  /** The session id of the visitor who became this customer. */
  session_id!: string;
  /** @deprecated */
  accessToken!: string;
  /** @deprecated */
  @Integer()
  expiresIn!: number;
  /** @deprecated */
  refreshToken!: string;
  /** @deprecated */
  @Integer()
  refreshTokenExpiresIn!: number;

  static of({ accessToken, expiresIn, refreshToken, refreshExpiresIn, sessionId }: IssuedTokens): RefreshedTokenDto {
    return {
      access_token: accessToken,
      expires_in: expiresIn,
      refresh_token: refreshToken,
      refresh_token_expires_in: refreshExpiresIn,
      token_type: 'Bearer',
      session_id: sessionId,
      accessToken,
      expiresIn,
      refreshToken,
      refreshTokenExpiresIn: refreshExpiresIn,
    };
  }
}

export class CustomerTokenDto extends RefreshedTokenDto {
  /** A JWT (HS256) whose `sub` is the customer number; checkout takes it in the header `saas-token`. */
  saas_token!: string;
  /** @deprecated */
  saasToken!: string;
  /** An employee set the password. */
  initialPassword!: boolean;

  static override of(login: Login): CustomerTokenDto {
    const { saasToken, initialPassword } = login;
    return { ...RefreshedTokenDto.of(login), saas_token: saasToken, saasToken, initialPassword };
  }
}

export class RefreshQueryDto {
  @IsString()
  @Length(1, 200)
  refreshToken!: string;
  /** The company to act for, if the customer is assigned to it; without it, the same as before. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  legalEntityId?: string;
}

export class LogoutQueryDto {
  /** The access token that is also the Bearer token. */
  @IsString()
  @Length(1, 4000)
  accessToken!: string;
}

/** What is asked of a customer whose token is validated. */
export interface CustomerByNow {
  email: string | null;
  /** By legal entity. */
  groups: Partial<Record<string, CompanyGroup>>;
}

export class TokenValidationDto {
  /** @example Bearer */
  token_type!: string;
  /** Seconds left. */
  @Integer()
  expires_in!: number;
  scope!: string;
  sessionId!: string;
  /** The login e-mail; who came by an identity provider may have none. */
  email?: string;
  /** The legal entity that the customer acts for, if one was chosen and the customer still belongs to it. */
  legalEntityId?: string;

  /** @param now the time that the seconds are counted from */
  static of(
    { expiresAt, scopes, publicSessionId, legalEntityId }: Caller,
    { email, groups }: CustomerByNow,
    now: Date,
  ): TokenValidationDto {
    const group = groups[legalEntityId ?? ''];
    return {
      token_type: 'Bearer',
      expires_in: Math.floor((expiresAt.getTime() - now.getTime()) / 1000),
      scope: scopesLeft(scopes, group).join(' '),
      sessionId: publicSessionId,
      email: email ?? undefined,
      legalEntityId: group && legalEntityId,
    };
  }
}
