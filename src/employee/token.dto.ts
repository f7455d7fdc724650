import { IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { Integer, MayBeAbsent } from '../common/validation.js';

export class TokenRequestDto {
  /** `client_credentials` for a service, `password` for an employee. */
  @IsIn(['client_credentials', 'password'])
  grant_type!: 'client_credentials' | 'password';
  /**
   * The service's own client id. For an employee, a client of the tenant without a secret, such as its storefront
   * client. Required unless the client uses HTTP Basic.
   * @example demo-service
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  client_id?: string;
  /** Required with `client_credentials`, and for a client that has a secret, unless the client uses HTTP Basic. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  client_secret?: string;
  /** The employee's e-mail. Required with `password`. */
  @ValidateIf(({ grant_type }: TokenRequestDto) => grant_type === 'password')
  @IsString()
  @MaxLength(254)
  username?: string;
  /** The employee's password. Required with `password`. */
  @ValidateIf(({ grant_type }: TokenRequestDto) => grant_type === 'password')
  @IsString()
  @MaxLength(1024)
  password?: string;
  /**
   * Scopes separated by single spaces (RFC 6749, 3.3). If omitted, the token has all scopes of the client or the
   * employee. The suffix of a scope, as in `customer.customer_read--DE`, must be one of the tenant's restrictions.
   * @example customer.customer_read customer.customer_manage
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  scope?: string;
}

export class StaffTokenDto {
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  access_token!: string;
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  token_type!: string;
  /**
   * Lifetime of the access token in seconds.
   * @example 14399
   */
  @Integer()
  expires_in!: number;
  /**
   * Always 120, as in the vendor's API. The session does not end when it is idle.
   * @example 120
   */
  @Integer()
  session_idle_time!: number;
  /** Always empty: the token cannot be refreshed. */
  refresh_token!: string;
  /** Always 0: there is no refresh token. */
  @Integer()
  refresh_token_expires_in!: number;
  /**
   * The scopes of the token and its tenant, separated by spaces.
   * @example customer.customer_read customer.customer_manage tenant=demo
   */
  scope!: string;
}
