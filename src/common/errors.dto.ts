import { Integer } from './validation.js';

/** One finding about one field. */
export class ErrorDetailDto {
  /**
   * Dotted path of the field; empty when no field is to blame.
   * @example customerDetails.contactEmail
   */
  field?: string;
  /** @example validation_failure */
  type?: string;
  /** @example customerDetails.contactEmail must be an e-mail address */
  message!: string;
  moreInfo?: string;
}

/** A session that is not there. */
export class SessionErrorDto {
  sessionId!: string;
  /** @example 404 */
  @Integer()
  code!: number;
  /** @example Session not found */
  message!: string;
}

/** Every refusal but a 401 of the gateway. */
export class ErrorMessageDto {
  /** @example 400 */
  @Integer()
  status!: number;
  /** @example validation_failure */
  type!: string;
  /** @example The request is not valid. */
  message!: string;
  moreInfo?: string;
  details?: ErrorDetailDto[];
}

export class FaultDetailDto {
  /** @example oauth.v2.InvalidAccessToken */
  errorcode!: string;
}

export class FaultMessageDto {
  /** @example Invalid access token */
  faultstring!: string;
  detail!: FaultDetailDto;
}

/** The gateway's shape of a 401: the Bearer token is missing, unknown or expired. */
export class FaultDto {
  fault!: FaultMessageDto;
}
