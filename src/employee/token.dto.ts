import { IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { Integer } from '../common/validation.js';

export class TokenRequestDto {
  /** `client_credentials` for a service, `password` for an employee. */
  @IsIn(['client_credentials', 'password'])
  grant_type!: 'client_credentials' | 'password';
  /**
   * The service's own; of an employee a client of the tenant without a secret, such as its storefront client.
   * @example demo-service
   */
  @IsString()
  @MaxLength(200)
  client_id!: string;
  /** Needed with `client_credentials`, and of a client that has one. */
  @ValidateIf((body: TokenRequestDto) => body.grant_type === 'client_credentials' || body.client_secret !== undefined)
  @IsString()
  @MaxLength(200)
  client_secret?: string;
  /** The employee's e-mail; needed with `password`. */
  @ValidateIf(({ grant_type }: TokenRequestDto) => grant_type === 'password')
  @IsString()
  @MaxLength(254)
  username?: string;
  /** Needed with `password`. */
  @ValidateIf(({ grant_type }: TokenRequestDto) => grant_type === 'password')
  @IsString()
  @MaxLength(1024)
  password?: string;
  /**
   * Scopes separated by blanks; without it, all that the client or the employee has.
   * @example customer.customer_read customer.customer_manage
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  scope?: string;
}

export class StaffTokenDto {
  access_token!: string;
  /** @example Bearer */
  token_type!: string;
  /** @example 14399 */
  @Integer()
  expires_in!: number;
  /** @example 120 */
  @Integer()
  session_idle_time!: number;
  /** Always empty: there is no refresh. */
  refresh_token!: string;
  @Integer()
  refresh_token_expires_in!: number;
  /** @example customer.customer_read customer.customer_manage tenant=demo */
  scope!: string;
}
