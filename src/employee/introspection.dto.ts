import { IsString, MaxLength } from 'class-validator';
import { Integer, MayBeAbsent } from '../common/validation.js';

/** The credentials of the service, and the token to check. */
export class IntrospectionRequestDto {
  /**
   * The client id of the service. Required unless the service uses HTTP Basic.
   * @example demo-service
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  client_id?: string;
  /**
   * The secret of the service. Required unless the service uses HTTP Basic.
   * @example '<client secret>'
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  client_secret?: string;
  /**
   * The access token to check. A token of another tenant is not active.
   * @example <token>
   */
  @IsString()
  @MaxLength(20_000)
  token!: string;
  /**
   * Ignored: only access tokens can be checked (RFC 7662, 2.1).
   * @example access_token
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  token_type_hint?: string;
}

/** The response for an invalid token. */
export class InactiveTokenDto {
  /**
   * Whether the token is valid now.
   * @example true
   */
  active!: boolean;
}

/** The employee who acts for a customer (RFC 8693, 4.1). */
export class ActorClaimDto {
  /** The id of the employee. */
  sub!: string;
}

/** The claims of a valid token. For an invalid token, only `active` is returned. */
export class IntrospectionDto extends InactiveTokenDto {
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  token_type?: string;
  /**
   * The issuer of the token, which is the `PUBLIC_URL` of the service.
   * @example https://accounts.example.com
   */
  iss?: string;
  /**
   * The name of the tenant.
   * @example demo
   */
  aud?: string;
  /**
   * The customer number, the client id or the employee id; for a visitor, the session id. In tokens of the Glue API, a
   * JSON text.
   */
  sub?: string;
  /** Only in tokens of the Glue API: the value that `sub` has in other tokens. */
  uid?: string;
  /**
   * The kind of holder: `anonymous`, `customer`, `employee` or `service`.
   * @example customer
   */
  kind?: string;
  /** The internal key of the session. */
  sid?: string;
  /** The public session id. */
  session_id?: string;
  /**
   * The client that requested the token. Absent if it is not known.
   * @example demo-storefront
   */
  client_id?: string;
  /** The legal entity that the customer acts for. Absent if there is none. */
  legal_entity_id?: string;
  /** The employee who acts for the customer. Absent if nobody does. */
  act?: ActorClaimDto;
  /** Only in tokens of the Glue API: the scopes of that API, such as `customer`. */
  scopes?: string[];
  /**
   * The scopes of the token and its tenant, separated by spaces.
   * @example tenant=demo
   */
  scope?: string;
  /** The id of the token. */
  jti?: string;
  /** The time of issue, in seconds since 1970. */
  @Integer()
  iat?: number;
  /** The time of expiry, in seconds since 1970. */
  @Integer()
  exp?: number;
}
