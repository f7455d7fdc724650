import { type KeyObject, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { FailureCode } from '../common/failure.js';
import { Config } from '../config/config.js';
import { RequestScope } from '../tenants/request-scope.js';

/** Failures that may indicate an attack. A missing or expired token is normal, so it is not among them. */
const rejections = [
  'login_rejected',
  'login_locked',
  'password_wrong',
  'second_factor_invalid',
  'client_rejected',
  'scope_rejected',
  'scope_malformed',
  'token_invalid',
  'access_denied',
  'refresh_rejected',
  'mailed_token_rejected',
  'provider_rejected',
  'subject_token_rejected',
  'too_many_requests',
] as const satisfies FailureCode[];

type RejectionEvent = (typeof rejections)[number];

/** Actions that are relevant to the security of an account or of the tenant. */
type ActionEvent =
  | 'logged_in'
  | 'session_ended'
  | 'logged_out_everywhere'
  | 'refresh_replayed'
  | 'refresh_retried'
  | 'password_reset_requested'
  | 'password_reset'
  | 'password_changed'
  | 'email_change_requested'
  | 'email_changed'
  | 'email_change_undone'
  | 'login_removed'
  | 'erasure_requested'
  | 'second_factor_activated'
  | 'second_factor_deactivated'
  | 'second_factor_removed'
  | 'recovery_codes_created'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'acting_started'
  | 'customer_exported'
  | 'customer_deleted'
  | 'customer_unlocked'
  | 'employee_created'
  | 'employee_changed'
  | 'employee_removed'
  | 'client_created'
  | 'client_changed'
  | 'client_secret_added'
  | 'client_secret_revoked'
  | 'client_removed'
  | 'settings_changed'
  | 'mail_text_changed'
  | 'mail_text_removed';

export type SecurityEvent = RejectionEvent | ActionEvent;

/** Details of an event that the request does not contain: ids and field names, never text that a user entered. */
export interface SecurityFacts {
  customer?: string;
  employee?: string;
  client?: string;
  session?: string;
  /** The kind of mail and the language of a text. */
  kind?: string;
  language?: string;
  /** The names of the changed fields. */
  fields?: string[];
  /** The purpose of a mailed token. */
  purpose?: string;
  /** The tenant of the token, if it is another one. */
  tokenTenant?: string;
  /** The method and the path pattern. */
  route?: string;
}

/** Whether the code of a failure is also the name of a security event. */
export function isRejection(code: string): code is RejectionEvent {
  return (rejections as readonly string[]).includes(code);
}

/**
 * Logs security events, one line each in the service's log. They are not stored in a table, because rejected requests
 * could then fill the database. Staff actions on customers are also in the history.
 */
@Injectable()
export class SecurityLog {
  private readonly logger = new Logger('security');
  private readonly key: KeyObject;

  constructor({ secret }: Config) {
    this.key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'security-log', 32)));
  }

  /** Logs an event. Actor, customer, account, origin and request id come from the `RequestScope`. */
  record(event: SecurityEvent, facts: SecurityFacts = {}): void {
    const { tenant, actor, customer, account, origin } = RequestScope.current ?? {};
    const who = { tenant, actor, customer, account: account && this.pseudonymOf(account) };
    const requestOrigin = { address: origin?.address, requestId: origin?.requestId };
    const result = isRejection(event) ? 'rejected' : 'done';
    this.logger.log({ event, result, ...who, ...requestOrigin, ...facts }, 'security');
  }

  /** Returns a pseudonym: the same for the same account and tenant, and of no use to a reader of the log alone. */
  private pseudonymOf(account: string): string {
    return createHmac('sha256', this.key).update(account).digest('base64url').slice(0, 16);
  }
}
