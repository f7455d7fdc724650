import { Catch } from '@nestjs/common';
import { Failure, type FailureCode } from '../common/failure.js';
import { EmporixFilter } from './emporix.filter.js';
import type { ErrorResponse } from './error-responses.js';

const codes: Partial<Record<FailureCode, string>> = {
  client_rejected: 'invalid_client',
  scope_rejected: 'invalid_scope',
  scope_malformed: 'invalid_scope',
  login_rejected: 'invalid_grant',
  login_locked: 'invalid_grant',
  refresh_rejected: 'invalid_grant',
};

/** RFC 6749 5.2 requires 400 here, unlike the routes on which a refresh token authenticates a customer. */
const refreshRejected: ErrorResponse = {
  status: 400,
  body: { status: 400, type: 'bad_request', message: 'The refresh token is invalid, expired or already used.' },
};

const TYPES_ACCEPTED = 'The body must be application/x-www-form-urlencoded or application/json.';

/** Converts the errors of the routes below `/oauth`: those of the Emporix API with the properties of RFC 6749 5.2. */
@Catch()
export class TokenErrorsFilter extends EmporixFilter {
  protected override toResponse(error: unknown): ErrorResponse {
    const isRefresh = error instanceof Failure && error.code === 'refresh_rejected';
    const { status, body } = isRefresh ? refreshRejected : super.toResponse(error);
    // The other forms occur only on routes that require a token.
    if (!('type' in body)) return { status, body };
    const message =
      body.type === 'unsupported_media_type' && !(error instanceof Failure) ? TYPES_ACCEPTED : body.message;
    return {
      status,
      body: { ...body, message, error: codeOf(error, status), error_description: toDescription(message) },
    };
  }
}

function codeOf(error: unknown, status: number): string {
  if (status >= 500) return status === 503 ? 'temporarily_unavailable' : 'server_error';
  if (!(error instanceof Failure)) return 'invalid_request';
  const [finding] = error.findings;
  // If the grant type is absent, the message ends with "is required".
  if (finding?.field === 'grant_type' && !finding.message.endsWith('is required')) return 'unsupported_grant_type';
  return codes[error.code] ?? 'invalid_request';
}

/** Only the characters that RFC 6749 5.2 allows in a description. */
function toDescription(text: string): string {
  return text.replaceAll('"', "'").replace(/[^\x20-\x5B\x5D-\x7E]/g, '?');
}
