import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isUnavailable } from '../database/database.js';
import type { ErrorMessageDto, FaultDto, SessionErrorDto } from './errors.dto.js';
import { Failure, FailureCode, Finding } from './failure.js';

interface Answer {
  status: number;
  body: ErrorMessageDto | FaultDto | SessionErrorDto;
}

type Teller = (failure: Failure) => Answer;

/** How the first dialect tells each failure. A code without a line does not compile. */
const answers: Record<FailureCode, Teller> = {
  invalid_input: ({ findings }) => invalidInput(findings),
  tenant_unknown: told(400, 'bad_request', () => 'The tenant information provided with the request is not valid.'),
  client_unknown: told(400, 'bad_request', () => 'The client_id is not known to this tenant.'),
  client_refused: told(401, 'invalid_client', () => 'Client id or secret is not valid.'),
  scope_refused: told(400, 'invalid_scope', ({ scope }) => `The client does not have the scope '${scope}'.`),
  token_missing: fault('Invalid access token', 'oauth.v2.InvalidAccessToken'),
  token_invalid: fault('Invalid access token', 'oauth.v2.InvalidAccessToken'),
  token_expired: fault('Access Token expired', 'keymanagement.service.access_token_expired'),
  access_refused: told(403, 'Forbidden', () => 'User not authorized.'),
  login_refused: told(
    400,
    'bad_request',
    () => 'The e-mail or the password is not valid, or the account is not active.',
  ),
  customer_shut_out: told(400, 'bad_request', () => 'The customer is not active, or is on hold.'),
  login_locked: told(
    429,
    'too_many_requests',
    ({ seconds }) => `Too many refused logins. Please try again in ${seconds} seconds.`,
  ),
  too_many_requests: told(
    429,
    'too_many_requests',
    ({ seconds }) => `Too many requests. Please try again in ${seconds} seconds.`,
  ),
  overloaded: told(503, 'service_unavailable', () => 'Too much at once. Please try again.'),
  refresh_refused: fault('Invalid refresh token', 'keymanagement.service.invalid_refresh_token'),
  mailed_token_refused: told(400, 'bad_request', () => 'The token is not valid, or it was used before, or it expired.'),
  provider_missing: told(400, 'bad_request', () => 'The tenant has no identity provider.'),
  provider_refused: fault('Invalid authorization code', 'keymanagement.service.invalid_authorization_code'),
  provider_unavailable: told(
    400,
    'provider_unavailable',
    () => 'The identity provider cannot be reached, or its answer cannot be used. Please try again.',
  ),
  subject_token_refused: fault('Invalid subject access token', 'keymanagement.service.invalid_subject_token'),
  identity_unproven: told(
    400,
    'email_not_verified',
    () => 'The identity provider did not prove an e-mail address, without which no account is made.',
  ),
  identity_unknown: told(404, 'resource_not_found', () => 'No customer logs in with this identity.'),
  identity_unlinked: told(
    400,
    'confirmation_required',
    () =>
      'An account with this e-mail address exists. Its owner got a mail to confirm that this login is theirs, or can ' +
      'link it with the password.',
  ),
  identity_taken: told(409, 'conflict_resource', () => 'This login belongs to an account already.'),
  identity_not_found: told(404, 'resource_not_found', ({ identity }) => `Identity ${identity} not found.`),
  last_login_way: told(400, 'validation_failure', () => 'The customer has no other way to log in.'),
  awaits_activation: told(
    400,
    'bad_request',
    () => 'The e-mail address is confirmed; the account now waits for its activation.',
  ),
  password_common: ({ facts: { field = '' } }) =>
    invalidInput([
      { field, message: `${field} is too easy to guess: it is common, or a name of the shop or its owner` },
    ]),
  password_wrong: told(400, 'bad_request', () => 'The password is not valid.'),
  login_email_differs: told(400, 'bad_request', () => 'The e-mail is not the login e-mail of the account.'),
  contact_email_needed: told(400, 'validation_failure', () => 'contactEmail cannot be removed.'),
  email_taken: told(
    409,
    'conflict_resource',
    ({ email, tenant }) => `Duplicate account '${email}' for tenant '${tenant}'.`,
  ),
  stale_version: told(
    409,
    'conflict_resource',
    ({ version }) => `metadata.version is stale: the current version is ${version}.`,
  ),
  customer_not_found: ({ facts: { customer } }) => ({
    status: 404,
    body: {
      status: 404,
      type: 'application/json',
      message: 'Customer not Found',
      details: [{ message: `Couldn't find a customer with customerNumber '${customer}'` }],
    },
  }),
  number_taken: told(409, 'conflict_resource', ({ customer, reference }) =>
    reference ? `The customer reference '${reference}' is taken.` : `The customer number '${customer}' is taken.`,
  ),
  address_id_taken: told(409, 'conflict_resource', ({ address }) => `The address id '${address}' is taken.`),
  address_book_full: told(400, 'validation_failure', ({ most }) => `A customer has at most ${most} addresses.`),
  session_not_found: told(404, 'resource_not_found', ({ session }) => `Session ${session} not found.`),
  session_context_not_found: ({ facts: { session = '' } }) => ({
    status: 404,
    body: { sessionId: session, code: 404, message: 'Session not found' },
  }),
  retention_not_set: told(404, 'resource_not_found', () => 'No password migration retention is configured.'),
  retention_in_use: told(
    400,
    'validation_failure',
    () => 'Configuration removal is not possible until password migration is concluded.',
  ),
  employee_not_found: told(404, 'resource_not_found', ({ employee }) => `Employee ${employee} not found.`),
  employee_email_taken: told(409, 'conflict_resource', ({ email }) => `An employee with the e-mail '${email}' exists.`),
  client_not_found: told(404, 'resource_not_found', ({ client }) => `Client ${client} not found.`),
  client_id_taken: told(409, 'conflict_resource', ({ client }) => `A client with the id '${client}' exists.`),
  secret_not_found: told(404, 'resource_not_found', ({ secret }) => `The client has no secret ${secret}.`),
  last_admin: told(400, 'validation_failure', () => 'The last active admin must stay one.'),
  legal_entity_not_found: told(
    404,
    'resource_not_found',
    ({ legalEntity }) => `Legal entity ${legalEntity} not found.`,
  ),
  legal_entity_taken: told(409, 'conflict_resource', ({ what }) => `A legal entity with this ${what} exists.`),
  legal_entity_in_use: told(400, 'validation_failure', () => 'A legal entity with subsidiaries cannot be removed.'),
  assignment_not_found: told(
    404,
    'resource_not_found',
    ({ assignment }) => `Contact assignment ${assignment} not found.`,
  ),
  assignment_taken: told(409, 'conflict_resource', ({ what }) => `A contact assignment with this ${what} exists.`),
  address_not_found: told(
    404,
    'resource_not_found',
    ({ address, customer }) => `Address ${address} of customer ${customer} not found.`,
  ),
};

/** The same words where there is no HTTP, one line a finding. */
export function textOf(failure: Failure): string {
  const { body } = answers[failure.code](failure);
  if ('fault' in body) return body.fault.faultstring;
  const details = 'details' in body ? body.details : undefined;
  return details?.map(({ message }) => message).join('\n') ?? body.message;
}

/** Answers in the error form of the first dialect whatever a handler or the framework throws. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body } = this.tell(error);
    const wait = retryAfter(error, status);
    if (wait) void reply.header('Retry-After', wait);
    void reply.status(status).send(body);
  }

  private tell(error: unknown): Answer {
    if (error instanceof Failure) return answerTo(error);
    if (isUnavailable(error)) {
      this.logger.warn(`The database cannot be reached: ${(error as Error).message}`);
      return message(503, 'service_unavailable', 'The service is not available just now. Please try again.');
    }
    const status = statusOf(error);
    if (status === undefined || status >= 500) {
      this.logger.error(error);
      return message(500, 'internal_error', 'Something went wrong on our side.');
    }
    // The framework's own text may repeat the URL or the body, in which secrets travel.
    const { type, text } = ofTheFramework[status] ?? { type: 'bad_request', text: 'The request cannot be read.' };
    return message(status, type, text);
  }
}

/** Seconds until the same request may succeed. */
export function retryAfter(error: unknown, status: number): string | undefined {
  if (error instanceof Failure && error.facts.seconds) return error.facts.seconds;
  return status === 503 ? '1' : undefined;
}

const ofTheFramework: Record<number, { type: string; text: string }> = {
  400: { type: 'bad_request', text: 'The request cannot be read: its body is not valid JSON, or its headers are not.' },
  404: { type: 'resource_not_found', text: 'There is no such route.' },
  408: { type: 'request_timeout', text: 'The request took too long to arrive.' },
  413: { type: 'payload_too_large', text: 'The body is larger than 1 MB, or for an import than 10 MB.' },
  415: { type: 'unsupported_media_type', text: 'The body must be application/json.' },
};

/** How a failure is told; also of one item of many. */
export function answerTo(failure: Failure): Answer {
  return answers[failure.code](failure);
}

/** The status that the framework gave to its own error. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error) return Number(error.statusCode);
  return undefined;
}

function told(status: number, type: string, text: (facts: Record<string, string>) => string): Teller {
  return ({ facts }) => message(status, type, text(facts));
}

function invalidInput(findings: Finding[]): Answer {
  return {
    status: 400,
    body: {
      status: 400,
      type: 'validation_failure',
      message: findings[0]?.message ?? 'The request is not valid.',
      details: findings.map(({ field, message }) => ({ field, type: 'validation_failure', message })),
    },
  };
}

function message(status: number, type: string, text: string): Answer {
  return { status, body: { status, type, message: text } };
}

/** The gateway's shape of a 401. */
function fault(faultstring: string, errorcode: string): Teller {
  return () => ({ status: 401, body: { fault: { faultstring, detail: { errorcode } } } });
}
