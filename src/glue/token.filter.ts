import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Failure, FailureCode } from '../common/failure.js';
import { retryAfter } from '../common/failure.filter.js';

/** An error of RFC 6749 5.2. */
export class OAuthError extends Error {
  constructor(
    readonly code: string,
    description: string,
  ) {
    super(description);
  }
}

const answers: Partial<Record<FailureCode, { status: number; code: string; description: string }>> = {
  login_refused: { status: 400, code: 'invalid_grant', description: 'The user credentials were incorrect.' },
  refresh_refused: { status: 400, code: 'invalid_request', description: 'The refresh token is invalid.' },
  tenant_unknown: { status: 400, code: 'invalid_request', description: 'The store is not valid.' },
  login_locked: { status: 429, code: 'invalid_grant', description: 'Too many failed login attempts.' },
};

/** Answers refusals of `/token` in the form of OAuth; what it does not know goes on to the next filter. */
@Catch(Failure, OAuthError)
export class OAuthFilter implements ExceptionFilter<Failure | OAuthError> {
  catch(error: Failure | OAuthError, host: ArgumentsHost): void {
    const known =
      error instanceof Failure ? answers[error.code] : { status: 400, code: error.code, description: error.message };
    const { status, code, description } = known ?? {
      status: 400,
      code: 'invalid_request',
      description: 'The request is not valid.',
    };
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const wait = retryAfter(error, status);
    if (wait) void reply.header('Retry-After', wait);
    void reply
      .status(status)
      .headers({ 'Cache-Control': 'no-store', Pragma: 'no-cache' })
      .send({ error: code, error_description: description });
  }
}
