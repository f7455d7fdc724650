import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { networkOf } from '../common/network-address.js';
import { updateCustomer } from '../customers/customers.sql.js';
import { transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import type { Caller } from '../sessions/access/caller.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { AccountTables } from './account.entity.js';
import { AccountsService } from './accounts.service.js';
import { EmailOwnership } from './email-ownership.js';
import { Lockout } from './lockout.js';
import { NewPasswords } from './new-passwords.js';
import { OneTimeTokens, pending, unlessDeleted } from './one-time-tokens.js';
import { hashPassword } from './password-hash.js';

/** The intent of a token to set a password. */
type Intent = {
  /** Whether the token was mailed to a customer that an employee or a company's administrator created. */
  invited?: boolean;
};

/** Resets and changes passwords. */
@Injectable()
export class PasswordsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly newPasswords: NewPasswords,
    private readonly tokens: OneTimeTokens,
    private readonly ownership: EmailOwnership,
    private readonly lockout: Lockout,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Mails a link to set a new password. Neither the response nor its time reveals whether the address has an account.
   */
  async requestReset(email: string): Promise<void> {
    await inEqualTime(() => this.mailReset(email));
  }

  private async mailReset(email: string): Promise<void> {
    const account = await this.accounts.find(email);
    if (account?.customer.$.type !== 'CUSTOMER') return;
    const { links, lifetimes } = this.tenants.settings;
    const mailed = transaction(this.em, async () => {
      const { id, firstName, confirmedAt } = account.customer.$;
      const to = { email: account.email, customerId: id, confirmed: Boolean(confirmedAt) };
      const facts = async () => {
        const token = await this.tokens.issue(id, 'password-reset', lifetimes.passwordReset);
        return { token, link: links.passwordReset + token };
      };
      await this.outbox.add('password-reset', to, facts, { firstName });
    });
    await mailed.catch(unlessDeleted);
    this.securityLog.record('password_reset_requested', { customer: account.customer.id });
  }

  /**
   * Mails a link to set the first password to a customer that an employee created. Joins the caller's transaction.
   *
   * @param confirmed whether the customer has confirmed the address
   */
  async mailInitial(customerId: string, email: string, confirmed: boolean, firstName: string | null): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const facts = async () => {
      const intent: Intent = { invited: true };
      const token = await this.tokens.issue(customerId, 'password-reset', lifetimes.initialPassword, intent);
      return { token, link: links.passwordReset + token };
    };
    await this.outbox.add('initial-password', { email, customerId, confirmed }, facts, { firstName });
  }

  /**
   * Sets a new password with a mailed token. Every session of the customer ends, other mailed tokens are revoked, and
   * every identity that the owner of the address has not confirmed is removed. Failed logins are cleared. So are the
   * networks of earlier logins, because they may be an attacker's. The account is neither activated nor taken off hold.
   *
   * @throws Failure `mailed_token_refused`; `password_common`, after which the token stays valid
   */
  async reset(token: string, password: string, { address }: Origin): Promise<void> {
    this.newPasswords.check('password', password, await this.tokens.accountOf(token, 'password-reset'));
    const passwordHash = await hashPassword(password);
    const customer = await transaction(this.em, async () => {
      const { customerId, intent } = await this.tokens.use<Intent>(token, 'password-reset');
      const email = await this.store(customerId, passwordHash, null, networkOf(address));
      // Failed logins before the reset, the owner's among them, must not delay the login after it.
      await this.lockout.clear(this.lockout.keyOf('customer', email));
      await this.ownership.confirm(customerId, intent.invited);
      await this.tokens.revoke(customerId, pending);
      await this.sessions.endAllOf(customerId);
      return customerId;
    });
    this.securityLog.record('password_reset', { customer });
  }

  /**
   * Changes the password of a customer who provides the current one. The customer's other sessions end; this session
   * stays valid. Mailed tokens that an intruder may have requested are revoked.
   *
   * @throws Failure `password_common`, `password_wrong`, `login_locked` after too many wrong ones
   */
  async change(
    { id: customerId, sessionId }: Pick<Caller, 'id' | 'sessionId'>,
    current: string,
    password: string,
    origin: Origin,
  ): Promise<void> {
    const account = await this.accounts.of(customerId);
    this.newPasswords.check('newPassword', password, account.email);
    await this.accounts.proveAgain(account, current, origin);
    const passwordHash = await hashPassword(password);
    await transaction(this.em, async () => {
      await this.store(customerId, passwordHash, account.passwordHash);
      await this.tokens.revoke(customerId, ['password-reset', ...pending]);
      await this.sessions.endAllOf(customerId, sessionId);
    });
    this.securityLog.record('password_changed', { customer: customerId });
  }

  /**
   * Ends every session of a customer, except the given one. Revokes mailed tokens that an intruder may have requested.
   */
  async logOutEverywhere(customerId: string, but?: string): Promise<void> {
    await transaction(this.em, async () => {
      await this.tokens.revoke(customerId, pending);
      await this.sessions.endAllOf(customerId, but);
    });
    this.securityLog.record('logged_out_everywhere', { customer: customerId });
  }

  /**
   * @param expected the hash that was compared with, so that a password that was reset meanwhile is not overwritten;
   * null for any hash
   * @param network replaces the networks to which the account-wide lock does not apply; null keeps them
   * @returns the login e-mail
   */
  private async store(
    customerId: string,
    passwordHash: string,
    expected: string | null = null,
    network: string | null = null,
  ): Promise<string> {
    const tenant = this.tenants.current;
    const db = this.em.getKysely<AccountTables>();
    const account = db
      .updateTable('accounts')
      .set({ password_hash: passwordHash, initial_password: false, legacy_auth: null })
      .where('tenant', '=', tenant)
      .where('customer_id', '=', customerId)
      .$if(expected !== null, (update) => update.where('password_hash', '=', expected))
      .returning('email');
    const known = updateCustomer(this.em, tenant, customerId)
      .set({ known_networks: sql<string[]>`array[${network}::text]` })
      .where(sql<boolean>`${network}::text is not null and exists (select from stored)`);
    const stored = await db
      .with('stored', () => account)
      .with('known', () => known)
      .selectFrom('stored')
      .select('email')
      .executeTakeFirst();
    if (!stored) throw new Failure('password_wrong');
    return stored.email;
  }
}
