import { IsIn, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { Integer, MayBeAbsent } from '../common/validation.js';

/** How a client identifies itself at the routes below `/oauth`. */
class ClientDto {
  /**
   * The service's own client id. For an employee, `foyer-backoffice` with `tenant`, or a client of the tenant without a
   * secret, such as its storefront client. Required unless the client uses HTTP Basic.
   * @example demo-service
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  client_id?: string;
  /**
   * The secret of the client. Required if the client has one, unless it uses HTTP Basic.
   * @example '<client secret>'
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  client_secret?: string;
  /**
   * The name of the tenant. Required with the client `foyer-backoffice`; ignored with other clients, whose ids name the
   * tenant.
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  tenant?: string;
}

/** The grant types of `POST /oauth/token`. */
export const grants = ['client_credentials', 'password', 'refresh_token'] as const;

export class TokenRequestDto extends ClientDto {
  /** `client_credentials` for a service, `password` for an employee, `refresh_token` for an employee's session. */
  @IsIn(grants)
  grant_type!: (typeof grants)[number];
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
  /** The refresh token of an employee. Required with `refresh_token`. */
  @ValidateIf(({ grant_type }: TokenRequestDto) => grant_type === 'refresh_token')
  @IsString()
  @MaxLength(200)
  refresh_token?: string;
  /**
   * The scopes, separated by single spaces (RFC 6749, 3.3). If omitted, the token has all scopes of the client or the
   * employee. Not allowed with `refresh_token`: the scopes stay the same. The suffix of a scope, as in
   * `customer.customer_read--DE`, must be one of the tenant's restrictions.
   * @example 'customer.customer_read customer.customer_manage'
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  scope?: string;
}

export class RevocationDto extends ClientDto {
  /**
   * A refresh token or an access token of an employee, or an access token of a service.
   * @example <token>
   */
  @IsString()
  @MaxLength(20_000)
  token!: string;
  /**
   * Ignored: the token shows its kind (RFC 7009, 2.1).
   * @example refresh_token
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  token_type_hint?: string;
}

export class TokenResponseDto {
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  access_token!: string;
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
  /**
   * For a service, always 120, as in the vendor's API: its session does not end when it is idle. For an employee, the
   * number of seconds without a refresh after which the employee must log in again.
   * @example 120
   */
  @Integer()
  session_idle_time!: number;
  /** The refresh token of an employee. Each refresh replaces it. Empty for a service. */
  refresh_token!: string;
  /** The lifetime of the refresh token in seconds; 0 for a service. */
  @Integer()
  refresh_token_expires_in!: number;
  /**
   * The scopes of the token and its tenant, separated by spaces.
   * @example 'customer.customer_read customer.customer_manage tenant=demo'
   */
  scope!: string;
}
