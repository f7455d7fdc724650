import { Injectable } from '@nestjs/common';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { AccountsService } from './accounts.service.js';
import type { EmailUndo } from './email-undo.entity.js';
import { undoRejected } from './email-undos.js';
import { OneTimeTokens, allPurposes } from './one-time-tokens.js';

/** Frees the old address of an e-mail change, so that the change can be undone. */
@Injectable()
export class AddressRelease {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tokens: OneTimeTokens,
    private readonly sessions: SessionsService,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Removes the account of another customer who has the address, if its owner has not confirmed it. Otherwise an attacker
   * could block the undo by a sign-up with the old address. The other customer can no longer log in. Joins the caller's
   * transaction.
   *
   * @throws Failure `mailed_token_rejected` if the owner of the address has confirmed it
   */
  async release({ customerId, email }: EmailUndo): Promise<void> {
    const other = (await this.accounts.owners([email])).get(email);
    if (other === undefined || other === customerId) return;
    await this.tokens.revoke(other, allPurposes);
    if (!(await this.accounts.closeUnconfirmed(other, email))) throw undoRejected();
    await this.sessions.endAllOf(other);
    await this.history.recordSystem(other, 'login_removed');
    this.securityLog.record('login_removed', { customer: other });
  }
}
