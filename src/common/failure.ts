/**
 * Why a request is rejected, in domain terms. Each API maps a code to its own status and text.
 */
export type FailureCode =
  | 'invalid_input'
  | 'body_compressed'
  | 'tenant_unknown'
  | 'client_unknown'
  | 'client_rejected'
  | 'scope_rejected'
  | 'scope_malformed'
  | 'token_missing'
  | 'token_invalid'
  | 'token_expired'
  | 'access_denied'
  | 'login_rejected'
  | 'login_locked'
  | 'customer_blocked'
  | 'overloaded'
  | 'too_many_requests'
  | 'refresh_rejected'
  | 'mailed_token_rejected'
  | 'provider_missing'
  | 'provider_rejected'
  | 'provider_unavailable'
  | 'subject_token_rejected'
  | 'identity_unproven'
  | 'identity_unknown'
  | 'identity_unlinked'
  | 'identity_taken'
  | 'identity_not_found'
  | 'last_login_way'
  | 'password_wrong'
  | 'second_factor_required'
  | 'second_factor_invalid'
  | 'second_factor_active'
  | 'second_factor_not_found'
  | 'second_factor_unsent'
  | 'password_common'
  | 'login_email_differs'
  | 'contact_email_required'
  | 'email_taken'
  | 'stale_version'
  | 'customer_not_found'
  | 'number_taken'
  | 'address_not_found'
  | 'address_id_taken'
  | 'address_book_full'
  | 'address_too_large'
  | 'collection_full'
  | 'session_not_found'
  | 'session_context_not_found'
  | 'retention_not_set'
  | 'retention_in_use'
  | 'employee_not_found'
  | 'employee_email_taken'
  | 'employee_required'
  | 'mail_text_not_found'
  | 'client_not_found'
  | 'client_id_taken'
  | 'secret_not_found'
  | 'last_admin'
  | 'legal_entity_not_found'
  | 'legal_entity_taken'
  | 'legal_entity_in_use'
  | 'location_not_found'
  | 'location_taken'
  | 'assignment_not_found'
  | 'assignment_taken'
  | 'company_users_denied'
  | 'membership_request_not_found'
  | 'mail_not_found'
  | 'note_not_found'
  | 'mail_not_given_up'
  | 'mail_expired'
  | 'mail_not_applicable'
  | 'decision_not_applicable'
  | 'mail_limit_reached';

/** An error in the input. `field` is a dotted path, empty if the error concerns no single field. */
export interface Finding {
  field: string;
  message: string;
}

export interface FailureFacts {
  /** Values that an API may include in its text, such as the id of the address that was not found. */
  facts?: Record<string, string>;
  findings?: Finding[];
  cause?: unknown;
}

/** Thrown by a service when the request is at fault. It is independent of HTTP. */
export class Failure extends Error {
  readonly facts: Record<string, string>;
  readonly findings: Finding[];

  constructor(
    readonly code: FailureCode,
    { facts = {}, findings = [], cause }: FailureFacts = {},
  ) {
    super(code, { cause });
    this.facts = facts;
    this.findings = findings;
  }
}

/** Creates the failure for one field. */
export function invalid(field: string, message: string): Failure {
  return new Failure('invalid_input', { findings: [{ field, message }] });
}
