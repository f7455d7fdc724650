import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { networkOf } from '../common/network-address.js';
import { transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import type { Caller } from '../sessions/access/caller.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { AccountsService } from './accounts.service.js';
import { EmailOwnership } from './email-ownership.js';
import { NewPasswords } from './new-passwords.js';
import { OneTimeTokens, intruderPurposes } from './one-time-tokens.js';
import { OwnerNotices } from './owner-notices.js';
import { hashPassword } from './password-hash.js';
import type { PasswordLinkIntent } from './password-links.js';

/** Sets new passwords: with a mailed token, or with the current password. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly em: EntityManager,
    private readonly accounts: AccountsService,
    private readonly newPasswords: NewPasswords,
    private readonly tokens: OneTimeTokens,
    private readonly ownership: EmailOwnership,
    private readonly sessions: SessionsService,
    private readonly notices: OwnerNotices,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Sets a new password with a mailed token. Every session of the customer ends, other mailed tokens are revoked, and
   * every identity that the owner of the address has not confirmed is removed. Failed logins are cleared. So are the
   * networks of earlier logins, because they may be an attacker's. The account is neither activated nor taken off hold.
   * The owner gets a notice, unless it is the first password.
   *
   * @throws Failure `mailed_token_rejected`, with the fact `expired` if the token was valid before; `password_common`,
   * after which the token stays valid
   */
  async reset(token: string, password: string, { address }: Origin): Promise<void> {
    this.newPasswords.check('password', password, await this.tokens.accountOf(token, 'password-reset'));
    const passwordHash = await hashPassword(password);
    const customer = await transaction(this.em, async () => {
      const { customerId, intent } = await this.tokens.use<PasswordLinkIntent>(token, 'password-reset');
      const stored = await this.accounts.setPassword(customerId, passwordHash, null, networkOf(address));
      const { email, firstName, isFirst } = stored;
      // Failed logins before the reset, the owner's among them, must not delay the login after it.
      await this.accounts.clearFailures(email);
      await this.ownership.confirm(customerId, intent.invited);
      await this.sessions.endAllOf(customerId);
      const owner = { email, customerId, firstName };
      if (!isFirst) await this.notices.addToConfirmed('password-reset-completed', owner, {});
      return customerId;
    });
    this.securityLog.record('password_reset', { customer });
  }

  /**
   * Changes the password of a customer who provides the current one. The customer's other sessions end; this session
   * stays valid. Mailed tokens that an intruder may have requested are revoked. The owner gets a notice.
   *
   * @throws Failure `password_wrong`, `login_locked` after too many wrong ones; then `password_common`
   */
  async change(
    { id: customerId, sessionId }: Pick<Caller, 'id' | 'sessionId'>,
    current: string,
    password: string,
    origin: Origin,
  ): Promise<void> {
    const account = await this.accounts.get(customerId);
    await this.accounts.assertPassword(account, current, origin);
    this.newPasswords.check('newPassword', password, account.email);
    const passwordHash = await hashPassword(password);
    await transaction(this.em, async () => {
      await this.accounts.setPassword(customerId, passwordHash, account.passwordHash);
      await this.tokens.revoke(customerId, ['password-reset', ...intruderPurposes]);
      await this.sessions.endAllOf(customerId, sessionId);
      await this.notices.add('password-changed', account, {});
    });
    this.securityLog.record('password_changed', { customer: customerId });
  }
}
