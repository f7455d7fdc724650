import type { ErrorMessageDto, ErrorType, FaultCode, FaultDto, SessionErrorDto, TokenErrorDto } from './errors.dto.js';
import type { Failure, FailureCode, Finding } from '../common/failure.js';

export interface ErrorResponse {
  status: number;
  body: ErrorMessageDto | TokenErrorDto | FaultDto | SessionErrorDto;
}

type ToResponse = (failure: Failure) => ErrorResponse;

/** The Emporix API response for each failure code. A missing code is a compile error. */
const responses: Record<FailureCode, ToResponse> = {
  invalid_input: ({ findings }) => invalidInput(findings),
  body_compressed: http(
    415,
    'unsupported_media_type',
    () => 'The body must not be compressed: send it without the header Content-Encoding.',
  ),
  tenant_unknown: http(400, 'bad_request', () => 'The tenant information provided with the request is not valid.'),
  client_unknown: http(400, 'bad_request', () => 'The client_id does not exist in this tenant.'),
  client_rejected: http(401, 'invalid_client', () => 'The client id or the secret is invalid.'),
  scope_rejected: http(400, 'invalid_scope', ({ scope }) => `The client does not have the scope '${scope}'.`),
  scope_malformed: http(
    400,
    'invalid_scope',
    () => 'scope must be a list of scopes, separated by single spaces (RFC 6749, section 3.3).',
  ),
  token_missing: fault('Invalid access token', 'oauth.v2.InvalidAccessToken'),
  token_invalid: fault('Invalid access token', 'oauth.v2.InvalidAccessToken'),
  token_expired: fault('Access Token expired', 'keymanagement.service.access_token_expired'),
  access_denied: http(403, 'Forbidden', () => 'User not authorized.'),
  login_rejected: http(
    400,
    'bad_request',
    () => 'The e-mail or the password is not valid, or the account is not active.',
  ),
  customer_blocked: http(400, 'bad_request', () => 'The customer is not active, or is on hold.'),
  login_locked: http(
    429,
    'too_many_requests',
    ({ seconds }) => `Too many failed logins. Try again in ${seconds} seconds.`,
  ),
  too_many_requests: http(
    429,
    'too_many_requests',
    ({ seconds }) => `Too many requests. Try again in ${seconds} seconds.`,
  ),
  overloaded: http(503, 'service_unavailable', () => 'The server is busy. Try again later.'),
  refresh_rejected: fault('Invalid refresh token', 'keymanagement.service.invalid_refresh_token'),
  mailed_token_rejected: http(400, 'bad_request', () => 'The token is invalid, expired or already used.'),
  provider_missing: http(400, 'bad_request', () => 'The tenant has no identity provider.'),
  provider_rejected: fault('Invalid authorization code', 'keymanagement.service.invalid_authorization_code'),
  provider_unavailable: http(
    400,
    'provider_unavailable',
    () => 'The identity provider is unavailable or returned an invalid response. Try again later.',
  ),
  subject_token_rejected: fault('Invalid subject access token', 'keymanagement.service.invalid_subject_token'),
  identity_unproven: http(
    400,
    'email_not_verified',
    () => 'The identity provider did not confirm an e-mail address, which a new account requires.',
  ),
  identity_unknown: http(404, 'resource_not_found', () => 'No account is linked to this identity.'),
  identity_unlinked: http(
    400,
    'confirmation_required',
    () =>
      'An account with this e-mail address exists. To link this identity, its owner must open the link in the mail that ' +
      'was sent, or log in and link it with the password.',
  ),
  identity_taken: http(409, 'conflict_resource', () => 'This identity is already linked to an account.'),
  identity_not_found: http(404, 'resource_not_found', ({ identity }) => `Identity ${identity} not found.`),
  last_login_way: http(
    400,
    'validation_failure',
    () => 'The identity cannot be deleted: the customer has no other way to log in.',
  ),
  password_common: ({ facts: { field = '' } }) =>
    invalidInput([
      {
        field,
        message: `${field} is too easy to guess: it must not be a common password or contain the name of the shop or of the customer`,
      },
    ]),
  password_wrong: http(400, 'bad_request', () => 'The password is incorrect.'),
  second_factor_required: http(
    403,
    'Forbidden',
    () => 'The header X-MFA-Code is required: the customer has an active second factor.',
  ),
  second_factor_invalid: http(403, 'Forbidden', () => 'The code in the header X-MFA-Code is invalid or expired.'),
  second_factor_active: http(409, 'conflict_resource', () => 'The second factor is already active.'),
  second_factor_not_found: http(404, 'resource_not_found', ({ type }) => `Second factor ${type} not found.`),
  second_factor_unsent: http(400, 'bad_request', () => 'The code was not sent. Try again later.'),
  login_email_differs: http(400, 'bad_request', () => 'The e-mail must be the login e-mail of the account.'),
  contact_email_required: http(400, 'validation_failure', () => 'contactEmail must not be removed.'),
  email_taken: http(
    409,
    'conflict_resource',
    ({ email, tenant }) => `Duplicate account '${email}' for tenant '${tenant}'.`,
  ),
  stale_version: http(
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
  number_taken: http(409, 'conflict_resource', ({ customer, reference }) =>
    reference ? `The customer reference '${reference}' is taken.` : `The customer number '${customer}' is taken.`,
  ),
  address_id_taken: http(409, 'conflict_resource', ({ address }) => `The address id '${address}' is taken.`),
  address_book_full: http(400, 'validation_failure', ({ most }) => `A customer has at most ${most} addresses.`),
  address_too_large: http(400, 'validation_failure', ({ limit }) => `An address must not be larger than ${limit}.`),
  collection_full: http(
    400,
    'validation_failure',
    ({ owner, maximum, items }) => `A ${owner} has at most ${maximum} ${items}.`,
  ),
  session_not_found: http(404, 'resource_not_found', ({ session }) => `Session ${session} not found.`),
  session_context_not_found: ({ facts: { session = '' } }) => ({
    status: 404,
    body: { sessionId: session, code: 404, message: 'Session not found' },
  }),
  retention_not_set: http(404, 'resource_not_found', () => 'No password migration retention is configured.'),
  retention_in_use: http(
    400,
    'validation_failure',
    () => 'Configuration removal is not possible until password migration is concluded.',
  ),
  employee_not_found: http(404, 'resource_not_found', ({ employee }) => `Employee ${employee} not found.`),
  employee_email_taken: http(409, 'conflict_resource', ({ email }) => `An employee with the e-mail '${email}' exists.`),
  employee_required: http(
    403,
    'Forbidden',
    () =>
      'A test mail is sent to the employee who calls. A service has no e-mail address: use the token of an employee.',
  ),
  mail_text_not_found: http(
    404,
    'resource_not_found',
    ({ kind, language }) => `There is no text for mails of the kind '${kind}' in the language '${language}'.`,
  ),
  client_not_found: http(404, 'resource_not_found', ({ client }) => `Client ${client} not found.`),
  client_id_taken: http(409, 'conflict_resource', ({ client }) => `A client with the id '${client}' exists.`),
  secret_not_found: http(404, 'resource_not_found', ({ secret }) => `The client has no secret ${secret}.`),
  last_admin: http(400, 'validation_failure', () => 'The last active admin cannot be deactivated or lose the role.'),
  legal_entity_not_found: http(
    404,
    'resource_not_found',
    ({ legalEntity }) => `Legal entity ${legalEntity} not found.`,
  ),
  legal_entity_taken: http(409, 'conflict_resource', ({ what }) => `A legal entity with this ${what} exists.`),
  legal_entity_in_use: http(400, 'validation_failure', () => 'A legal entity with subsidiaries cannot be deleted.'),
  location_not_found: http(404, 'resource_not_found', ({ location }) => `Location ${location} not found.`),
  location_taken: http(409, 'conflict_resource', ({ location }) => `A location with the id '${location}' exists.`),
  assignment_not_found: http(
    404,
    'resource_not_found',
    ({ assignment }) => `Contact assignment ${assignment} not found.`,
  ),
  membership_request_not_found: http(
    404,
    'resource_not_found',
    ({ request }) => `Membership request ${request} not found.`,
  ),
  mail_not_found: http(404, 'resource_not_found', ({ mail }) => `Mail ${mail} not found.`),
  note_not_found: http(404, 'resource_not_found', ({ note }) => `Note ${note} not found.`),
  mail_not_given_up: http(409, 'conflict_resource', () => 'Only a mail with the status given_up can be retried.'),
  mail_expired: http(
    409,
    'conflict_resource',
    () => 'The link or code in the mail has expired. Send a new mail to the customer.',
  ),
  mail_not_applicable: http(409, 'conflict_resource', ({ obstacle = '' }) => mailObstacles[obstacle] ?? ''),
  decision_not_applicable: http(409, 'conflict_resource', ({ obstacle = '' }) => decisionObstacles[obstacle] ?? ''),
  mail_limit_reached: http(
    429,
    'too_many_requests',
    () => 'The recipient has received the maximum number of mails of this kind. Try again later.',
  ),
  company_users_denied: http(403, 'Forbidden', () => 'User not authorized.'),
  assignment_taken: http(409, 'conflict_resource', ({ what }) => `A contact assignment with this ${what} exists.`),
  address_not_found: http(
    404,
    'resource_not_found',
    ({ address, customer }) => `Address ${address} of customer ${customer} not found.`,
  ),
};

/** Why a decision about a customer is not possible. */
const decisionObstacles: Record<string, string> = {
  contact: 'A contact cannot log in, and is neither activated nor declined.',
  active: 'The customer is active. Deactivate the customer instead.',
  deactivated: 'The customer was active before, and is already deactivated.',
};

/** Why a mail does not apply to a customer. */
const mailObstacles: Record<string, string> = {
  no_login: 'The customer has no login e-mail.',
  contact: 'A customer of the type CONTACT cannot log in.',
  on_hold: 'The customer is on hold.',
  inactive: 'The customer is not active. Activate the customer first.',
  confirmed: 'The customer has already confirmed the e-mail.',
  confirmation_not_required: 'The customer does not have to confirm the e-mail.',
  confirmation_required: 'The customer must confirm the e-mail first: send an opt-in mail.',
  has_password: 'The customer already has a password: send a password-reset mail.',
};

/** The text of a failure for output without HTTP, one line per finding. */
export function textOf(failure: Failure): string {
  const { body } = responses[failure.code](failure);
  if ('fault' in body) return body.fault.faultstring;
  const details = 'details' in body ? body.details : undefined;
  return details?.map(({ message }) => message).join('\n') ?? body.message;
}

/** The response for a failure; also used for one item of a list. */
export function errorResponse(failure: Failure): ErrorResponse {
  return responses[failure.code](failure);
}

function http(status: number, type: ErrorType, text: (facts: Record<string, string>) => string): ToResponse {
  return ({ facts }) => messageResponse(status, type, text(facts));
}

function invalidInput(findings: Finding[]): ErrorResponse {
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

export function messageResponse(status: number, type: ErrorType, text: string): ErrorResponse {
  return { status, body: { status, type, message: text } };
}

/** The gateway's form of a 401. */
function fault(faultstring: string, errorcode: FaultCode): ToResponse {
  return () => ({ status: 401, body: { fault: { faultstring, detail: { errorcode } } } });
}
