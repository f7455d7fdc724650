import { Injectable } from '@nestjs/common';
import { EmailChangeService } from '../credentials/email-change.service.js';
import { History } from '../history/history.service.js';
import { SessionsService } from '../sessions/sessions.service.js';

/** A new login e-mail that an employee or a service enters. */
export interface LoginEmailChange {
  email: string;
  /** For the history. */
  reason: string | undefined;
  /** Whether the caller may change the e-mail without a confirmation by its owner. */
  mayOverride: boolean;
}

/** Corrects the login e-mails of customers. */
@Injectable()
export class LoginEmailService {
  constructor(
    private readonly emailChanges: EmailChangeService,
    private readonly history: History,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Starts an e-mail change, which the owner of the new address confirms. If the caller may skip the confirmation and
   * gives a reason, the e-mail changes immediately, and all sessions end. Nothing changes if the address is the current
   * one, or if the customer has no account. Joins the caller's transaction.
   *
   * @throws Failure `email_taken`, `invalid_input`
   */
  async change(customerId: string, { email, reason, mayOverride }: LoginEmailChange): Promise<void> {
    const immediate = mayOverride && reason !== undefined;
    if (!(await this.emailChanges.requestByEmployee(customerId, email, immediate))) return;
    if (immediate) await this.sessions.endAllOf(customerId);
    const action = immediate ? 'email_changed' : 'email_change_requested';
    await this.history.add(customerId, action, { fields: ['email'], ...(reason !== undefined && { reason }) });
  }
}
