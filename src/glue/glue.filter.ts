import { ArgumentsHost, Catch, ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { retryAfter, statusOf } from '../common/http-errors.js';
import { Failure, FailureCode, Finding } from '../common/failure.js';
import type { Store } from '../config/config.js';
import { isUnavailable, unavailability } from '../database/unavailable.js';
import { isForAgents } from './access.js';
import type { ErrorCode } from './errors.dto.js';
import { GlueError } from './glue-error.js';
import { localeOf } from './locales.js';

/** Status, code and text. */
type ErrorEntry = [status: number, code: ErrorCode | undefined, detail: string];

/** Derives the response from the facts of the failure and the locale of the request. */
type ErrorOf = (facts: Record<string, string>, locale: string) => ErrorEntry;

const invalidToken: ErrorOf = ({ header }) =>
  header ? [401, '4102', 'Agent access token is invalid.'] : [401, '001', 'Invalid access token.'];
const missingToken: ErrorEntry = [403, '002', 'Missing access token.'];
const agentsOnly: ErrorEntry = [401, '4103', 'Action is available to agent user only.'];
const forbidden: ErrorEntry = [403, undefined, 'Forbidden'];
const notFoundBody: ErrorEntry = [404, undefined, 'Not Found'];

/** The response of the Glue API to each failure. A failure code without an entry does not compile. */
const responses: Record<FailureCode, ErrorEntry | ErrorOf> = {
  // Used only if there are no findings.
  invalid_input: [422, '901', 'Unprocessable Content'],
  body_compressed: [415, undefined, 'The body must not be compressed: send it without the header Content-Encoding.'],
  tenant_unknown: [400, undefined, 'Store is not valid.'],
  client_unknown: [400, undefined, 'Client is not valid.'],
  client_rejected: [401, '003', 'Failed to authenticate user.'],
  scope_rejected: missingToken,
  scope_malformed: missingToken,
  token_missing: missingToken,
  token_invalid: invalidToken,
  token_expired: invalidToken,
  access_denied: missingToken,
  login_rejected: [401, '003', 'Failed to authenticate user.'],
  customer_blocked: [401, '003', 'Failed to authenticate user.'],
  login_locked: ({ seconds }, locale) => [429, '4401', lockText(Math.ceil(Number(seconds) / 60), locale)],
  too_many_requests: ({ seconds }) => [429, undefined, `Too many requests. Please try again in ${seconds} seconds.`],
  overloaded: [503, undefined, 'The server is busy. Try again later.'],
  refresh_rejected: [401, '004', 'Failed to refresh token.'],
  mailed_token_rejected: ({ purpose, expired }) => {
    if (purpose !== 'password-reset') {
      return [422, '423', 'This email confirmation code is invalid or has been already used.'];
    }
    return expired ? [400, '407', 'Failed to change password.'] : [422, '415', 'Restore password key is not valid.'];
  },
  provider_missing: notFoundBody,
  provider_rejected: [401, '003', 'Failed to authenticate user.'],
  provider_unavailable: [401, '003', 'Failed to authenticate user.'],
  subject_token_rejected: [401, '003', 'Failed to authenticate user.'],
  identity_unproven: [401, '003', 'Failed to authenticate user.'],
  identity_unknown: [401, '003', 'Failed to authenticate user.'],
  identity_unlinked: [401, '003', 'Failed to authenticate user.'],
  identity_taken: forbidden,
  identity_not_found: notFoundBody,
  last_login_way: forbidden,
  password_common: [400, '422', 'The password is listed as common.'],
  password_wrong: [400, '408', 'Invalid password'],
  second_factor_required: [403, '5900', 'X-MFA-Code header is missing.'],
  second_factor_invalid: [403, '5901', 'X-MFA-Code is invalid.'],
  second_factor_active: [400, '5904', 'Multi-factor authentication type already activated.'],
  second_factor_not_found: [400, '5906', 'Multi-factor authentication type is not found.'],
  second_factor_unsent: [
    400,
    '5910',
    'Something went wrong while sending your code. Please try again later or contact the system administrator.',
  ],
  login_email_differs: [422, '901', 'email => This value is not valid.'],
  contact_email_required: [422, '901', 'email => This value should not be blank.'],
  email_taken: [
    422,
    '400',
    'If this email address is already in use, you will receive a password reset link. Otherwise you must first validate ' +
      'your e-mail address to finish registration. Please check your e-mail.',
  ],
  stale_version: [409, undefined, 'The resource was changed meanwhile.'],
  customer_not_found: [404, '402', 'Customer not found.'],
  address_not_found: [404, '404', 'Address was not found.'],
  number_taken: forbidden,
  address_id_taken: forbidden,
  address_book_full: ({ most }) => [422, '901', `A customer has at most ${most} addresses.`],
  address_too_large: ({ limit }) => [422, '901', `An address must not be larger than ${limit}.`],
  collection_full: ({ owner, maximum, items }) => [422, '901', `A ${owner} has at most ${maximum} ${items}.`],
  session_not_found: notFoundBody,
  session_context_not_found: notFoundBody,
  retention_not_set: notFoundBody,
  retention_in_use: forbidden,
  employee_not_found: notFoundBody,
  employee_email_taken: forbidden,
  employee_required: forbidden,
  mail_text_not_found: notFoundBody,
  client_not_found: notFoundBody,
  client_id_taken: forbidden,
  secret_not_found: notFoundBody,
  last_admin: forbidden,
  legal_entity_not_found: notFoundBody,
  legal_entity_taken: forbidden,
  legal_entity_in_use: forbidden,
  location_not_found: notFoundBody,
  location_taken: forbidden,
  assignment_not_found: notFoundBody,
  assignment_taken: forbidden,
  company_users_denied: [403, '1405', 'Forbidden'],
  membership_request_not_found: notFoundBody,
  mail_not_found: notFoundBody,
  mail_not_given_up: forbidden,
  note_not_found: notFoundBody,
  mail_expired: forbidden,
  mail_not_applicable: forbidden,
  decision_not_applicable: forbidden,
  mail_limit_reached: forbidden,
};

function lockText(minutes: number, locale: string): string {
  return locale.startsWith('de_')
    ? `Warten Sie bitte ${minutes} Minuten, bevor Sie es erneut versuchen.`
    : `Too many log in attempts from your address. Please wait ${minutes} minutes before trying again.`;
}

/** On routes for agents, these failures are returned as `agentsOnly`. */
const rejectedAsNonAgent: FailureCode[] = ['token_missing', 'access_denied'];

/** Converts every error of a handler or the framework to a JSON:API error response. */
@Catch()
export class GlueFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(private readonly stores: Store[]) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [reply, request] = [http.getResponse<FastifyReply>(), http.getRequest<FastifyRequest>()];
    const errors = this.toErrors(error, request);
    const [status] = errors.at(-1) ?? [500];
    const wait = retryAfter(error, status);
    if (wait) void reply.header('Retry-After', wait);
    // RFC 9110 15.5.21; Node still has the older name.
    if (status === 422) reply.raw.statusMessage = 'Unprocessable Content';
    void reply.status(status).send({ errors: errors.map(([, code, detail]) => ({ code, status, detail })) });
  }

  private toErrors(error: unknown, request: FastifyRequest): ErrorEntry[] {
    if (error instanceof GlueError) return [[error.status, error.code, error.message]];
    if (error instanceof Failure) {
      const { code, facts, findings } = error;
      if (findings.length > 0) return findings.map(errorOf);
      if (isForAgents(request) && rejectedAsNonAgent.includes(code)) return [agentsOnly];
      const entry = responses[code];
      return [typeof entry === 'function' ? entry(facts, localeOf(request, this.stores)) : entry];
    }
    if (isUnavailable(error)) {
      this.logger.warn(`The database is unavailable: ${unavailability(error)}`);
      return [[503, undefined, 'The service is unavailable. Try again later.']];
    }
    const status = statusOf(error);
    if (status === undefined || status >= 500) {
      this.logger.error(error);
      return [[500, undefined, 'Internal server error']];
    }
    // The framework's own message may repeat the URL or the body, which may contain secrets.
    return [[status, undefined, frameworkErrors[status] ?? 'The request is malformed.']];
  }
}

/** A finding without a field concerns the whole body. */
function errorOf({ field, message }: Finding): ErrorEntry {
  return field ? [422, '901', `${field} => ${message}`] : [400, undefined, `Post data is invalid: ${message}.`];
}

const frameworkErrors: Record<number, string> = {
  400: 'Post data is invalid.',
  404: 'Not Found',
  408: 'The request was not complete within the time limit.',
  413: 'The body is larger than 1 MB.',
  415: 'Unsupported media type.',
};
