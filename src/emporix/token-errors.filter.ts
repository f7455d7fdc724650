import { ArgumentsHost, Catch } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure, type FailureCode } from '../common/failure.js';
import { EmporixFilter, type ErrorResponse } from './emporix.filter.js';

const codes: Partial<Record<FailureCode, string>> = {
  client_refused: 'invalid_client',
  scope_refused: 'invalid_scope',
  scope_malformed: 'invalid_scope',
  login_refused: 'invalid_grant',
  login_locked: 'invalid_grant',
};

/** Converts the errors of `/oauth/token`: those of the Emporix API with the properties of RFC 6749 5.2. */
@Catch()
export class TokenErrorsFilter extends EmporixFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const { headers } = http.getRequest<FastifyRequest>();
    // RFC 6749 5.2, for a client that tried to authenticate by this header.
    if (isClientRefused(error) && headers.authorization !== undefined) {
      void http.getResponse<FastifyReply>().header('WWW-Authenticate', 'Basic realm="foyer", charset="UTF-8"');
    }
    super.catch(error, host);
  }

  protected override toResponse(error: unknown): ErrorResponse {
    const { status, body } = super.toResponse(error);
    // Only routes that require a token return the other forms.
    if (!('type' in body)) return { status, body };
    return { status, body: { ...body, error: codeOf(error, status), error_description: plain(body.message) } };
  }
}

function isClientRefused(error: unknown): boolean {
  return error instanceof Failure && error.code === 'client_refused';
}

function codeOf(error: unknown, status: number): string {
  if (status >= 500) return status === 503 ? 'temporarily_unavailable' : 'server_error';
  if (!(error instanceof Failure)) return 'invalid_request';
  const [finding] = error.findings;
  // The message of an absent grant type says that it is required.
  if (finding?.field === 'grant_type' && !finding.message.endsWith('is required')) return 'unsupported_grant_type';
  return codes[error.code] ?? 'invalid_request';
}

/** Only the characters that RFC 6749 5.2 allows in a description. */
function plain(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x5B\x5D-\x7E]/g, '?');
}
