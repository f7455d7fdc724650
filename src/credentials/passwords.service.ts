import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { AccountsService } from './accounts.service.js';
import { NewPasswords } from './new-passwords.js';
import { OneTimeTokens, pending, unlessDeleted } from './one-time-tokens.js';
import { Ownership } from './ownership.js';
import { hashPassword } from './password-hash.js';

/** What a token to set a password may tell. */
type Intent = {
  /** It was mailed to whom staff or a company's administrator made. */
  invited?: boolean;
};

/** Passwords: forgotten, reset, changed. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly newPasswords: NewPasswords,
    private readonly tokens: OneTimeTokens,
    private readonly ownership: Ownership,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
  ) {}

  /** Mails a link to set a new password. Tells nobody, neither by its answer nor by its time, who has an account. */
  async requestReset(email: string): Promise<void> {
    await inEqualTime(() => this.mailReset(email));
  }

  private async mailReset(email: string): Promise<void> {
    const account = await this.accounts.find(email);
    if (account?.customer.$.type !== 'CUSTOMER') return;
    const { links, lifetimes } = this.tenants.settings;
    const mailed = transaction(this.em, async () => {
      const { id, firstName } = account.customer.$;
      const token = await this.tokens.issue(id, 'password-reset', lifetimes.passwordReset);
      const facts = { firstName: firstName ?? undefined, token, link: links.passwordReset + token };
      await this.outbox.add('password-reset', { email: account.email, customerId: id }, facts);
    });
    await mailed.catch(unlessDeleted);
    this.securityLog.tell('password_reset_requested', { customer: account.customer.id });
  }

  /** Mails a link with which a customer whom staff made sets the first password. Joins the caller's transaction. */
  async mailInitial(customerId: string, email: string, firstName: string | undefined): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const intent: Intent = { invited: true };
    const token = await this.tokens.issue(customerId, 'password-reset', lifetimes.initialPassword, intent);
    const facts = { firstName, token, link: links.passwordReset + token };
    await this.outbox.add('initial-password', { email, customerId }, facts);
  }

  /**
   * Sets a new password with a mailed token; every session of the customer ends, and so does what is pending by other
   * mails. The token proves the address, which `Ownership` has the rest of. It neither activates the account nor takes
   * it off hold.
   *
   * @throws Failure `mailed_token_refused`; `password_common`, which leaves the token good
   */
  async reset(token: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    const customer = await transaction(this.em, async () => {
      const { customerId, intent } = await this.tokens.use<Intent>(token, 'password-reset');
      this.newPasswords.check('password', password, await this.store(customerId, passwordHash));
      await this.ownership.prove(customerId, intent.invited);
      await this.tokens.revoke(customerId, pending);
      await this.sessions.endAllOf(customerId);
      return customerId;
    });
    this.securityLog.tell('password_reset', { customer });
  }

  /**
   * Changes the password of somebody who knows the present one; the other sessions end, this one lives on. Mailed
   * tokens that an intruder may have asked for are dead.
   *
   * @throws Failure `password_common`, `password_wrong`, `login_locked` after too many wrong ones
   */
  async change(customerId: string, sessionId: string, current: string, password: string): Promise<void> {
    const account = await this.accounts.of(customerId);
    this.newPasswords.check('newPassword', password, account.email);
    await this.accounts.proveAgain(account, current);
    const passwordHash = await hashPassword(password);
    await transaction(this.em, async () => {
      await this.store(customerId, passwordHash, account.passwordHash);
      await this.tokens.revoke(customerId, ['password-reset', ...pending]);
      await this.sessions.endAllOf(customerId, sessionId);
    });
    this.securityLog.tell('password_changed', { customer: customerId });
  }

  /**
   * Ends every session of a customer, but for the one named, and what is pending by mail, which an intruder may have
   * asked for.
   */
  async logOutEverywhere(customerId: string, but?: string): Promise<void> {
    await transaction(this.em, async () => {
      await this.tokens.revoke(customerId, pending);
      await this.sessions.endAllOf(customerId, but);
    });
    this.securityLog.tell('logged_out_everywhere', { customer: customerId });
  }

  /**
   * @param expected the hash that was compared with: a password that was reset meanwhile is not overwritten. Null for
   * whatever is there
   * @returns the login e-mail
   */
  private async store(customerId: string, passwordHash: string, expected: string | null = null): Promise<string> {
    const [stored] = await this.em.execute<{ email: string }[]>(
      `update accounts set password_hash = ?, initial_password = false, legacy_auth = null
        where tenant = ? and customer_id = ? and (?::text is null or password_hash = ?) returning email`,
      [passwordHash, this.tenants.current, customerId, expected, expected],
    );
    if (!stored) throw new Failure('password_wrong');
    return stored.email;
  }
}
