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
    /** What is wrong with an invalid request, each with the dotted path of the field. */
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
    this.code = errors[0]?.code;
  }
}

/** There was no response, or it could not be read. `cause` is the reason. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

/** An error of this package. `name` distinguishes the classes, and `type` or `code` the reasons. */
export type FoyerError = EmporixError | GlueError | ConnectionError;

export function isFoyerError(error: unknown): error is FoyerError {
  return error instanceof EmporixError || error instanceof GlueError || error instanceof ConnectionError;
}

/** Converts the body of an error response of the Emporix API. */
export function toEmporixError(body: unknown, response: Response | undefined): EmporixError | ConnectionError {
  if (!response || response.ok) return noResponse(body);
  const { status } = response;
  const { type, message, fault, details = [] } = objectOf<EmporixBody>(body);
  return new EmporixError(
    message ?? fault?.faultstring ?? statusText(response),
    status,
    type ?? fault?.detail.errorcode ?? typesByStatus[status] ?? (status < 500 ? 'bad_request' : 'internal_error'),
    // Below `/customer-management`, a detail is a text.
    details.map((detail) => (typeof detail === 'string' ? { message: detail } : detail)),
    retryAfter(response),
  );
}

/** Converts the body of an error response of the Glue API. */
export function toGlueError(body: unknown, response: Response | undefined): GlueError | ConnectionError {
  if (!response || response.ok) return noResponse(body);
  const { errors = [] } = objectOf<{ errors?: ErrorDto[] }>(body);
  return new GlueError(errors[0]?.detail ?? statusText(response), response.status, errors, retryAfter(response));
}

/** The properties of the error responses of the Emporix API, in all their forms. */
interface EmporixBody {
  type?: ErrorMessageDto['type'];
  message?: string;
  fault?: { faultstring: string; detail: FaultDetailDto };
  details?: (ErrorDetailDto | string)[];
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

function noResponse(cause: unknown): ConnectionError {
  return new ConnectionError('There was no response, or it could not be read.', { cause });
}

function objectOf<T extends object>(body: unknown): Partial<T> {
  return typeof body === 'object' && body !== null ? body : {};
}

function statusText({ status, statusText }: Response): string {
  return `${status} ${statusText}`.trim();
}
