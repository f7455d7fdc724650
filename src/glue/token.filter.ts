import { ArgumentsHost, Catch, ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Failure, FailureCode } from '../common/failure.js';
import { retryAfter, statusOf } from '../common/http-errors.js';
import { isUnavailable, unavailability } from '../database/unavailable.js';

/** An error response of RFC 6749 5.2. */
export class OAuthError extends Error {
  constructor(
    readonly code: string,
    description: string,
  ) {
    super(description);
  }
}

/** The description of the vendor's OAuth 2.0 server for a malformed request. */
export const REQUEST_INVALID =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than ' +
  'once, or is otherwise malformed.';

interface OAuthErrorBody {
  status: number;
  code: string;
  description: string;
}

const responses: Partial<Record<FailureCode, OAuthErrorBody>> = {
  body_compressed: { status: 415, code: 'invalid_request', description: 'The body must not be compressed.' },
  login_rejected: { status: 400, code: 'invalid_grant', description: 'The user credentials were incorrect.' },
  refresh_rejected: { status: 400, code: 'invalid_request', description: 'The refresh token is invalid.' },
  tenant_unknown: { status: 400, code: 'invalid_request', description: 'The store is not valid.' },
  too_many_requests: { status: 429, code: 'invalid_request', description: 'Too many requests.' },
  overloaded: { status: 503, code: 'temporarily_unavailable', description: 'The server is busy. Try again later.' },
};

/** Converts every error of `/token` or the framework to an OAuth error response. */
@Catch()
export class OAuthFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, code, description } = this.toErrorBody(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const wait = retryAfter(error, status);
    if (wait) void reply.header('Retry-After', wait);
    void reply
      .status(status)
      .headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
      .send({ error: code, error_description: description });
  }

  private toErrorBody(error: unknown): OAuthErrorBody {
    if (error instanceof OAuthError) return { status: 400, code: error.code, description: error.message };
    const invalid = { status: 400, code: 'invalid_request', description: REQUEST_INVALID };
    if (error instanceof Failure) return responses[error.code] ?? invalid;
    if (isUnavailable(error)) {
      this.logger.warn(`The database is unavailable: ${unavailability(error)}`);
      return {
        status: 503,
        code: 'temporarily_unavailable',
        description: 'The service is unavailable. Try again later.',
      };
    }
    const status = statusOf(error) ?? 500;
    if (status < 500) return { ...invalid, status };
    this.logger.error(error);
    return { status: 500, code: 'server_error', description: 'Internal server error' };
  }
}
