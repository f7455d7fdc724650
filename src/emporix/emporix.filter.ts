import { ArgumentsHost, Catch, ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isUnavailable, unavailability } from '../database/unavailable.js';
import { companyErrorOf, isCompanyPath } from './company-errors.js';
import { type ErrorResponse, errorResponse, messageResponse } from './error-responses.js';
import type { CompanyErrorDto, ErrorType } from './errors.dto.js';
import { Failure } from '../common/failure.js';
import { retryAfter, statusOf } from '../common/http-errors.js';

/** Maps all errors of handlers and of the framework to the error form of the Emporix API. */
@Catch()
export class EmporixFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    const { status, body } = this.toResponse(error);
    const wait = retryAfter(error, status);
    if (wait) void reply.header('Retry-After', wait);
    void reply.status(status).send(inErrorForm(request, body));
  }

  protected toResponse(error: unknown): ErrorResponse {
    if (error instanceof Failure) return errorResponse(error);
    if (isUnavailable(error)) {
      this.logger.warn(`The database is unavailable: ${unavailability(error)}`);
      return unavailable;
    }
    const status = statusOf(error);
    if (status === 503) return unavailable;
    if (status === undefined || status >= 500) {
      this.logger.error(error);
      return messageResponse(500, 'internal_error', 'An unexpected error occurred. The log contains the details.');
    }
    // The framework's own text may repeat the URL or the body, which may contain secrets.
    const { type, text } = frameworkErrors[status] ?? { type: 'bad_request', text: 'The request is malformed.' };
    return messageResponse(status, type, text);
  }
}

/** Converts the body of an error to the error form of the requested path. */
export function inErrorForm(
  { url, params }: Pick<FastifyRequest, 'url' | 'params'>,
  body: ErrorResponse['body'],
): ErrorResponse['body'] | CompanyErrorDto {
  if (!isCompanyPath(url) || !('type' in body)) return body;
  return companyErrorOf(body, (params ?? {}) as Record<string, string>);
}

const unavailable = messageResponse(503, 'service_unavailable', 'The service is unavailable. Try again later.');

const frameworkErrors: Record<number, { type: ErrorType; text: string }> = {
  400: { type: 'bad_request', text: 'The body is not valid JSON, or a header is malformed.' },
  404: { type: 'resource_not_found', text: 'The route does not exist.' },
  408: { type: 'request_timeout', text: 'The request was not complete within the time limit.' },
  413: { type: 'payload_too_large', text: 'The body must not be larger than 1 MB, or 10 MB for an import.' },
  415: { type: 'unsupported_media_type', text: 'The body must be application/json.' },
};
