import { type KeyObject, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { FailureCode } from '../common/failure.js';
import { Config } from '../config/config.js';
import { RequestScope } from '../tenants/request-scope.js';

/** Failures that an attack leaves behind. A token that is missing or has expired is everyday life. */
const refusals = [
  'login_refused',
  'login_locked',
  'password_wrong',
  'client_refused',
  'scope_refused',
  'token_invalid',
  'access_refused',
  'refresh_refused',
  'mailed_token_refused',
  'provider_refused',
  'subject_token_refused',
  'too_many_requests',
] as const satisfies FailureCode[];

type Refusal = (typeof refusals)[number];

/** What was done, and is of weight for somebody's account or the tenant's safety. */
type Deed =
  | 'logged_in'
  | 'session_ended'
  | 'logged_out_everywhere'
  | 'refresh_replayed'
  | 'password_reset_requested'
  | 'password_reset'
  | 'password_changed'
  | 'email_change_requested'
  | 'email_changed'
  | 'erasure_requested'
  | 'identity_linked'
  | 'identity_unlinked'
  | 'acting_started'
  | 'customer_exported'
  | 'customer_deleted'
  | 'employee_created'
  | 'employee_changed'
  | 'employee_removed'
  | 'client_created'
  | 'client_changed'
  | 'client_secret_added'
  | 'client_secret_revoked'
  | 'client_removed'
  | 'settings_changed';

export type SecurityEvent = Refusal | Deed;

/** What an event is about, where the request does not tell: ids and names of fields, nothing that anybody typed. */
export interface SecurityFacts {
  customer?: string;
  employee?: string;
  client?: string;
  session?: string;
  /** The names of what was changed. */
  fields?: string[];
  /** Of a mailed token. */
  purpose?: string;
  /** Whose token it is, if not this tenant's. */
  tokenTenant?: string;
  /** Method and pattern of the path. */
  route?: string;
}

/** Whether a failure is an event of its own. */
export function isRefusal(code: string): code is Refusal {
  return (refusals as readonly string[]).includes(code);
}

/**
 * Security events, one line each in the service's log; a table would let whoever is refused fill the database. What
 * staff does to customers stands in the history besides.
 */
@Injectable()
export class SecurityLog {
  private readonly logger = new Logger('security');
  private readonly key: KeyObject;

  constructor({ secret }: Config) {
    this.key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'security-log', 32)));
  }

  /** Who acts, for whom, from where and in which request is known from the request's scope. */
  tell(event: SecurityEvent, facts: SecurityFacts = {}): void {
    const { tenant, actor, customer, account, origin } = RequestScope.current ?? {};
    const who = { tenant, actor, customer, account: account && this.hidden(account) };
    const whence = { address: origin?.address, requestId: origin?.requestId };
    const result = isRefusal(event) ? 'refused' : 'done';
    this.logger.log({ event, result, ...who, ...whence, ...facts }, 'security');
  }

  /** The same for the same account and tenant, and of no use to who has the log alone. */
  private hidden(account: string): string {
    return createHmac('sha256', this.key).update(account).digest('base64url').slice(0, 16);
  }
}
