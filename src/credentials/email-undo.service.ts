import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Customer } from '../customers/customer.entity.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { ownReach } from '../tenants/reach.js';
import { AccountsService } from './accounts.service.js';
import { EmailOwnership } from './email-ownership.js';
import type { EmailUndo } from './email-undo.entity.js';
import { EmailUndos, undoRejected } from './email-undos.js';
import type { TokenPurpose } from './one-time-token.entity.js';
import { OneTimeTokens, pending } from './one-time-tokens.js';
import { PasswordLinks } from './password-links.js';

const revoked: TokenPurpose[] = ['password-reset', 'opt-in', ...pending];

/** Undoes a change of the login e-mail, for the owner of the old address. */
@Injectable()
export class EmailUndoService {
  constructor(
    private readonly em: EntityManager,
    private readonly undos: EmailUndos,
    private readonly accounts: AccountsService,
    private readonly ownership: EmailOwnership,
    private readonly tokens: OneTimeTokens,
    private readonly passwordLinks: PasswordLinks,
    private readonly secondFactors: SecondFactorService,
    private readonly customers: CustomersService,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Restores the login e-mail and the contact e-mail as they were before a change. The account is regarded as taken over:
   * all sessions end, the password becomes invalid, all identities and the second factors that were added since the
   * change are removed, and all mailed tokens are revoked, among them those that undo later changes. A link to set a new
   * password is mailed to the restored address. The replaced address gets a notice, without a link.
   *
   * @throws Failure `mailed_token_rejected`, also if another customer has the old address meanwhile and has confirmed it
   */
  async undo(token: string): Promise<void> {
    try {
      const customer = await transaction(this.em, async () => {
        const undo = await this.undos.find(token);
        const { customerId, email, changedAt } = undo;
        await this.tokens.revoke(customerId, revoked);
        await this.releaseAddress(undo);
        const replaced = await this.accounts.emailOf(customerId);
        if (!(await this.ownership.restore(customerId, email))) throw undoRejected();
        await this.undos.use(undo);
        // A request of the other person, which held the lock of the account, may have issued another token.
        await this.tokens.revoke(customerId, revoked);
        await this.secondFactors.removeSince(customerId, changedAt);
        await this.restoreContact(undo);
        await this.sessions.endAllOf(customerId);
        await this.mail(customerId, email, replaced);
        return customerId;
      });
      this.securityLog.record('email_change_undone', { customer });
    } catch (error) {
      if (!violates(error, 'accounts_pkey')) throw error;
      throw undoRejected(error);
    }
  }

  /**
   * Removes the account of another customer who has the address, if its owner has not confirmed it. Otherwise an attacker
   * could block the undo by a sign-up with the old address. The other customer can no longer log in.
   *
   * @throws Failure `mailed_token_rejected` if the owner of the address has confirmed it
   */
  private async releaseAddress({ customerId, email }: EmailUndo): Promise<void> {
    const other = (await this.accounts.owners([email])).get(email);
    if (other === undefined || other === customerId) return;
    await this.tokens.revoke(other, revoked);
    if (!(await this.accounts.closeUnconfirmed(other, email))) throw undoRejected();
    await this.sessions.endAllOf(other);
    this.securityLog.record('login_removed', { customer: other });
  }

  /** A customer who had no contact e-mail gets the restored one, because it cannot be removed. */
  private async restoreContact({ customerId, email, contactEmail }: EmailUndo): Promise<void> {
    const present = (await this.em.findOneOrFail(Customer, { id: customerId }, { refresh: true })).contactEmail ?? null;
    const before = contactEmail ?? (present === null ? null : email);
    if (before !== present) await this.customers.change(customerId, { contactEmail: before }, ownReach);
  }

  private async mail(customerId: string, email: string, replaced: string | undefined): Promise<void> {
    const account = await this.accounts.ofCustomer(customerId);
    if (account) await this.passwordLinks.mailReset(account, { unlimited: true });
    if (replaced !== undefined && replaced !== email) {
      await this.outbox.add('email-changed', { email: replaced, customerId, confirmed: false }, {});
    }
  }
}
