import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { transaction, violates } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import { AccountRecovery } from './account-recovery.js';
import { AccountsService } from './accounts.service.js';
import { AddressRelease } from './address-release.js';
import { EmailUndos, undoRejected } from './email-undos.js';
import { PasswordLinks } from './password-links.js';

/** Undoes a change of the login e-mail, for the owner of the old address. */
@Injectable()
export class EmailUndoService {
  constructor(
    private readonly em: EntityManager,
    private readonly undos: EmailUndos,
    private readonly accounts: AccountsService,
    private readonly addresses: AddressRelease,
    private readonly recovery: AccountRecovery,
    private readonly passwordLinks: PasswordLinks,
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
        const { customerId, email } = undo;
        await this.addresses.release(undo);
        const replaced = await this.accounts.emailOf(customerId);
        await this.recovery.recover(undo);
        await this.mail(customerId, email, replaced);
        return customerId;
      });
      this.securityLog.record('email_change_undone', { customer });
    } catch (error) {
      if (!violates(error, 'accounts_pkey')) throw error;
      throw undoRejected(error);
    }
  }

  private async mail(customerId: string, email: string, replaced: string | undefined): Promise<void> {
    const account = await this.accounts.findByCustomer(customerId);
    if (account) await this.passwordLinks.mailReset(account, { unlimited: true });
    if (replaced !== undefined && replaced !== email) {
      await this.outbox.add('email-changed', { email: replaced, customerId, confirmed: false }, {});
    }
  }
}
