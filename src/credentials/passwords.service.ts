import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { transaction } from '../database/database.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { AccountsService } from './accounts.service.js';
import { OneTimeTokens, unlessDeleted } from './one-time-tokens.js';
import { hashPassword } from './password-hash.js';

/** Passwords: forgotten, reset, changed. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly tokens: OneTimeTokens,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
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
      await this.outbox.add('password-reset', account.email, {
        firstName: firstName ?? undefined,
        token,
        link: links.passwordReset + token,
      });
    });
    await mailed.catch(unlessDeleted);
  }

  /** Mails a link with which a customer whom staff made sets the first password. Joins the caller's transaction. */
  async mailInitial(customerId: string, email: string, firstName: string | undefined): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const token = await this.tokens.issue(customerId, 'password-reset', lifetimes.initialPassword);
    await this.outbox.add('initial-password', email, { firstName, token, link: links.passwordReset + token });
  }

  /**
   * Sets a new password with a mailed token; every session of the customer ends, and so does a pending change of the
   * e-mail address. It neither activates the account nor takes it off hold.
   *
   * @throws Failure `mailed_token_refused`
   */
  async reset(token: string, password: string): Promise<void> {
    const passwordHash = await hashPassword(password);
    await transaction(this.em, async () => {
      const { customerId } = await this.tokens.use(token, 'password-reset');
      await this.store(customerId, passwordHash);
      await this.tokens.revoke(customerId, ['email-change']);
      await this.sessions.endAllOf(customerId);
    });
  }

  /**
   * Changes the password of somebody who knows the present one; the other sessions end, this one lives on. Mailed
   * tokens that an intruder may have asked for are dead.
   *
   * @throws Failure `password_wrong`, `login_locked` after too many wrong ones
   */
  async change(customerId: string, sessionId: string, current: string, password: string): Promise<void> {
    const account = await this.accounts.of(customerId);
    await this.accounts.proveAgain(account, current);
    const passwordHash = await hashPassword(password);
    await transaction(this.em, async () => {
      await this.store(customerId, passwordHash, account.passwordHash);
      await this.tokens.revoke(customerId, ['password-reset', 'email-change']);
      await this.sessions.endAllOf(customerId, sessionId);
    });
  }

  /** Ends every session of a customer, and a pending change of the e-mail, which an intruder may have asked for. */
  async logOutEverywhere(customerId: string): Promise<void> {
    await transaction(this.em, async () => {
      await this.tokens.revoke(customerId, ['email-change']);
      await this.sessions.endAllOf(customerId);
    });
  }

  /** @param expected the hash that was compared with: a password that was reset meanwhile is not overwritten */
  private async store(customerId: string, passwordHash: string, expected?: string | null): Promise<void> {
    const stored = await this.em.nativeUpdate(
      Account,
      {
        customer: { tenant: this.tenants.current, id: customerId },
        ...(expected !== undefined && { passwordHash: expected }),
      },
      { passwordHash, initialPassword: false, legacyAuth: null },
    );
    if (stored === 0) throw new Failure('password_wrong');
  }
}
