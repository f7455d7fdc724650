import { ApiProperty } from '@nestjs/swagger';
import { Integer } from '../common/validation.js';

/** The types of errors, for programs. The vendor's capital F and `application/json` (404) are intentional. */
export const errorTypes = [
  'application/json',
  'bad_request',
  'confirmation_required',
  'conflict_resource',
  'email_not_verified',
  'Forbidden',
  'internal_error',
  'invalid_client',
  'invalid_scope',
  'payload_too_large',
  'provider_unavailable',
  'request_timeout',
  'resource_not_found',
  'service_unavailable',
  'too_many_requests',
  'unsupported_media_type',
  'validation_failure',
] as const;

export type ErrorType = (typeof errorTypes)[number];

/** The types of a 401 of the gateway. */
export const faultCodes = [
  'keymanagement.service.access_token_expired',
  'keymanagement.service.invalid_authorization_code',
  'keymanagement.service.invalid_refresh_token',
  'keymanagement.service.invalid_subject_token',
  'oauth.v2.InvalidAccessToken',
] as const;

export type FaultCode = (typeof faultCodes)[number];

/** An error of one field. */
export class ErrorDetailDto {
  /**
   * The dotted path of the field. Empty if the error concerns no single field.
   * @example customerDetails.contactEmail
   */
  field?: string;
  /**
   * The type of the error, for programs.
   * @example validation_failure
   */
  type?: string;
  /**
   * An explanation of the problem, for developers.
   * @example 'customerDetails.contactEmail must be an e-mail address'
   */
  message!: string;
  /** Part of the vendor's schema; never returned. */
  moreInfo?: string;
}

/** The error for a session that does not exist. */
export class SessionErrorDto {
  /** The public session id of the request. */
  sessionId!: string;
  /**
   * The HTTP status.
   * @example 404
   */
  @Integer()
  code!: number;
  /**
   * An explanation of the error, for developers.
   * @example 'Session not found'
   */
  message!: string;
}

/** The form of every error, except a 401 of the gateway and the errors below `/customer-management`. */
export class ErrorMessageDto {
  /**
   * The HTTP status.
   * @example 400
   */
  @Integer()
  status!: number;
  /**
   * The type of the error, for programs.
   * @example validation_failure
   */
  @ApiProperty({ enum: errorTypes })
  type!: ErrorType;
  /**
   * An explanation of the error, for developers.
   * @example 'The request is not valid.'
   */
  message!: string;
  /** Part of the vendor's schema; never returned. */
  moreInfo?: string;
  /** One entry for each problem of a request that is not valid. */
  details?: ErrorDetailDto[];
}

/** The form of every error below `/customer-management`, except a 401 of the gateway. */
export class CompanyErrorDto {
  /**
   * The HTTP status.
   * @example 404
   */
  @Integer()
  code!: number;
  /**
   * The standard phrase of the HTTP status.
   * @example 'Not Found'
   */
  status!: string;
  /**
   * An explanation of the error, for developers.
   * @example 'Legal entity ACME-1 not found.'
   */
  message!: string;
  /**
   * The id in the path; absent if the path has none.
   * @example ACME-1
   */
  resourceId?: string;
  /**
   * One entry for each problem of a request that is not valid. It names the field.
   * @example ["name must be a string"]
   */
  details?: string[];
}

export class FaultDetailDto {
  /**
   * The type of the error, for programs.
   * @example oauth.v2.InvalidAccessToken
   */
  @ApiProperty({ enum: faultCodes })
  errorcode!: FaultCode;
}

export class FaultMessageDto {
  /**
   * An explanation of the error, for developers.
   * @example 'Invalid access token'
   */
  faultstring!: string;
  /** The type of the error. */
  detail!: FaultDetailDto;
}

/** The gateway's form of a 401: the Bearer token is missing, unknown or expired. */
export class FaultDto {
  /** Why the token was rejected. */
  fault!: FaultMessageDto;
}

/** The form of the errors of `/oauth/token`: the usual one, with the properties of RFC 6749, 5.2. */
export class TokenErrorDto extends ErrorMessageDto {
  /**
   * The code of the error in OAuth.
   * @example invalid_client
   */
  error!: string;
  /**
   * The same as `message`, in the characters that OAuth allows.
   * @example 'The client id or the secret is invalid.'
   */
  error_description!: string;
}
