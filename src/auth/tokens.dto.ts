import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress, Integer } from '../common/validation.js';
import type { Caller } from '../sessions/access/caller.js';
import { scopesLeft } from '../sessions/customer-scopes.js';
import type { IssuedTokens } from '../sessions/signing/session-tokens.js';
import type { CurrentCustomer } from './current-customer.js';
import type { Login } from './login.service.js';

export class LoginDto {
  /**
   * The login e-mail, in any letter case.
   * @example ada@demo.example
   */
  @IsEmailAddress()
  email!: string;
  /**
   * The password.
   * @example password123
   */
  @IsString()
  @MaxLength(1024)
  password!: string;
}

/** The tokens of a customer. Each appears under two names, because older storefronts read only the camel-case one. */
export class RefreshedTokenDto {
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  access_token!: string;
  /**
   * The lifetime of the access token in seconds.
   * @example 2591999
   */
  @Integer()
  expires_in!: number;
  /** The refresh token. A refresh replaces it. */
  refresh_token!: string;
  /**
   * The lifetime of the refresh token in seconds.
   * @example 86399
   */
  @Integer()
  refresh_token_expires_in!: number;
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  token_type!: string;
  /** The public session id, which is that of the visitor who logged in. */
  session_id!: string;
  /**
   * The same as `access_token`.
   * @deprecated
   */
  accessToken!: string;
  /**
   * The same as `expires_in`.
   * @deprecated
   */
  @Integer()
  expiresIn!: number;
  /**
   * The same as `refresh_token`.
   * @deprecated
   */
  refreshToken!: string;
  /**
   * The same as `refresh_token_expires_in`.
   * @deprecated
   */
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
  /** A JWT (HS256) whose `sub` is the customer number. Checkout accepts it in the header `saas-token`. */
  saas_token!: string;
  /**
   * The same as `saas_token`.
   * @deprecated
   */
  saasToken!: string;
  /** Whether an employee set the password, so that the customer should change it. */
  initialPassword!: boolean;

  static override of(login: Login): CustomerTokenDto {
    const { saasToken, initialPassword } = login;
    return { ...RefreshedTokenDto.of(login), saas_token: saasToken, saasToken, initialPassword };
  }
}

/** The response to a confirmed e-mail address whose account an employee must activate before the first login. */
export class AwaitingActivationDto {
  /** Always `awaiting_activation`. */
  @ApiProperty({ enum: ['awaiting_activation'] })
  status!: 'awaiting_activation';
}

export class RefreshQueryDto {
  /** The refresh token from the last login or refresh. */
  @IsString()
  @Length(1, 200)
  refreshToken!: string;
  /** The company to act for. The customer must be assigned to it. If omitted, the company is unchanged. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  legalEntityId?: string;
}

export class LogoutQueryDto {
  /** The access token. It must be the same as the Bearer token. */
  @IsString()
  @Length(1, 4000)
  accessToken!: string;
}

export class TokenValidationDto {
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  token_type!: string;
  /** The remaining lifetime of the token in seconds. */
  @Integer()
  expires_in!: number;
  /** The scopes of the token and its tenant, separated by spaces. */
  scope!: string;
  /** The public session id. */
  sessionId!: string;
  /** The login e-mail. A customer of an identity provider may have none. */
  email?: string;
  /**
   * The legal entity that the customer acts for. Absent if none was selected, or if the customer no longer belongs to
   * it.
   */
  legalEntityId?: string;

  /** @param now the time from which the remaining seconds are counted */
  static of(
    { expiresAt, scopes, publicSessionId, legalEntityId }: Caller,
    { email, groups }: CurrentCustomer,
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
