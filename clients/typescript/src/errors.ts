import type { ErrorDetailDto, ErrorMessageDto, FaultDetailDto } from './emporix/types.gen.ts';
import type { ErrorDto } from './glue/types.gen.ts';
import { retryAfter } from './retry.ts';

/** The error types of the Emporix API: those of error messages, and those of rejected tokens (401). */
export type EmporixErrorType = ErrorMessageDto['type'] | FaultDetailDto['errorcode'];

/** The error codes of the Glue API. */
export type GlueErrorCode = NonNullable<ErrorDto['code']>;

/** The Emporix API rejected a request. Distinguish errors by `type`; `message` is for developers. */
export class EmporixError extends Error {
  override readonly name = 'EmporixError';

  constructor(
    message: string,
    readonly status: number,
    readonly type: EmporixErrorType,
    /** The problems of an invalid request, each with the dotted path of its field. */
    readonly details: ErrorDetailDto[] = [],
    /** Seconds after which the same request may succeed. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** The Glue API rejected a request. Distinguish errors by `code`; `message` is for developers. */
export class GlueError extends Error {
  override readonly name = 'GlueError';
  /** The code of the first of the `errors`; undefined if it has none. */
  readonly code: GlueErrorCode | undefined;

  constructor(
    message: string,
    readonly status: number,
    readonly errors: ErrorDto[] = [],
    /** Seconds after which the same request may succeed. */
    readonly retryAfter?: number,
  ) {
    super(message);
    const code = errors[0]?.code;
    this.code = typeof code === 'string' ? code : undefined;
  }
}

/** There was no response, it could not be read, or the token store failed. `cause` is the reason. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** An error of this package. `name` distinguishes the classes, and `type` or `code` the reasons. */
export type FoyerError = EmporixError | GlueError | ConnectionError;

export function isFoyerError(error: unknown): error is FoyerError {
  return error instanceof EmporixError || error instanceof GlueError || error instanceof ConnectionError;
}

/**
 * Converts the reason why a call of the Emporix API failed.
 *
 * @param reason the body of the error response, or any other thrown value
 */
export function toEmporixError(reason: unknown, response: Response | undefined): FoyerError {
  if (isFoyerError(reason)) return reason;
  if (isNoErrorResponse(reason, response)) return new ConnectionError(NO_RESPONSE, { cause: reason });
  const { status } = response;
  const { type, message, fault, details } = objectOf<EmporixBody>(reason);
  const { faultstring, detail } = objectOf<Fault>(fault);
  return new EmporixError(
    textOf(message) ?? textOf(faultstring) ?? statusText(response),
    status,
    textOf(type) ??
      textOf(objectOf<FaultDetailDto>(detail).errorcode) ??
      typesByStatus[status] ??
      (status < 500 ? 'bad_request' : 'internal_error'),
    // Below `/customer-management`, a detail is a text.
    listOf(details).map((one) => ({
      message: '',
      ...(typeof one === 'string' ? { message: one } : objectOf<ErrorDetailDto>(one)),
    })),
    retryAfter(response),
  );
}

/** The same for the Glue API. */
export function toGlueError(reason: unknown, response: Response | undefined): FoyerError {
  if (isFoyerError(reason)) return reason;
  if (isNoErrorResponse(reason, response)) return new ConnectionError(NO_RESPONSE, { cause: reason });
  const errors = listOf(objectOf<{ errors: ErrorDto[] }>(reason).errors).map(objectOf<ErrorDto>);
  const [first] = errors;
  return new GlueError(textOf(first?.detail) ?? statusText(response), response.status, errors, retryAfter(response));
}

const NO_RESPONSE = 'There was no response, or it could not be read.';

/** Whether a call failed for a reason other than an error response. */
function isNoErrorResponse(reason: unknown, response: Response | undefined): response is undefined {
  return !response || response.ok || reason instanceof Error;
}

/** The properties of the error responses of the Emporix API, in all their forms. */
interface EmporixBody {
  type: ErrorMessageDto['type'];
  message: string;
  fault: Fault;
  details: (ErrorDetailDto | string)[];
}

interface Fault {
  faultstring: string;
  detail: FaultDetailDto;
}

/** The types for responses without a type: those of company routes, of the session context, and of proxies. */
const typesByStatus: Record<number, EmporixErrorType> = {
  401: 'oauth.v2.InvalidAccessToken',
  403: 'Forbidden',
  404: 'resource_not_found',
  409: 'conflict_resource',
  413: 'payload_too_large',
  429: 'too_many_requests',
  502: 'service_unavailable',
  503: 'service_unavailable',
  504: 'service_unavailable',
};

// A proxy may send an error of any other form.

function objectOf<T extends object>(value: unknown): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {};
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf<T extends string>(value: T | undefined): T | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function statusText({ status, statusText }: Response): string {
  return `${status} ${statusText}`.trim();
}
