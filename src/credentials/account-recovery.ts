import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Customer } from '../customers/customer.entity.js';
import { CustomersService } from '../customers/customers.service.js';
import { History } from '../history/history.service.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { ownReach } from '../tenants/reach.js';
import { EmailOwnership } from './email-ownership.js';
import type { EmailUndo } from './email-undo.entity.js';
import { EmailUndos, undoRejected } from './email-undos.js';
import { OneTimeTokens, allPurposes } from './one-time-tokens.js';

/** Returns an account to its owner after an attacker has changed the login e-mail. */
@Injectable()
export class AccountRecovery {
  constructor(
    private readonly em: EntityManager,
    private readonly undos: EmailUndos,
    private readonly ownership: EmailOwnership,
    private readonly tokens: OneTimeTokens,
    private readonly secondFactors: SecondFactorService,
    private readonly customers: CustomersService,
    private readonly sessions: SessionsService,
    private readonly history: History,
  ) {}

  /**
   * Restores the e-mails, and removes everything with which an attacker can use the account. Joins the caller's
   * transaction.
   *
   * @throws Failure `mailed_token_rejected` if the change can no longer be undone
   */
  async recover(undo: EmailUndo): Promise<void> {
    const { customerId, email, changedAt } = undo;
    await this.tokens.revoke(customerId, allPurposes);
    if (!(await this.ownership.restore(customerId, email))) throw undoRejected();
    await this.undos.use(undo);
    // Repeated: before this transaction had the lock, a request of the attacker may have issued another token.
    await this.tokens.revoke(customerId, allPurposes);
    await this.secondFactors.removeSince(customerId, changedAt);
    await this.restoreContact(undo);
    await this.sessions.endAllOf(customerId);
    await this.history.record(customerId, 'email_change_undone');
  }

  /** A customer who had no contact e-mail gets the restored one, because it cannot be removed. */
  private async restoreContact({ customerId, email, contactEmail }: EmailUndo): Promise<void> {
    const present = (await this.em.findOneOrFail(Customer, { id: customerId }, { refresh: true })).contactEmail ?? null;
    const before = contactEmail ?? (present === null ? null : email);
    if (before !== present) await this.customers.change(customerId, { contactEmail: before }, ownReach);
  }
}
