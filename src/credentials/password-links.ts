import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { inEqualTime } from '../common/equal-time.js';
import { transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { type Addressee, Outbox } from '../mailer/outbox.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type AccountOfCustomer, AccountsService } from './accounts.service.js';
import { OneTimeTokens, unlessDeleted } from './one-time-tokens.js';
import { ownerOf } from './owner-notices.js';

/** The intent of a token to set a password. */
export type PasswordLinkIntent = {
  /** Whether the token was mailed to a customer that an employee or a company's administrator created. */
  invited?: boolean;
};

/** The limit of a mail, if it differs from that of its kind. */
type Limit = Pick<Addressee, 'pause' | 'unlimited'>;

/** Mails links to set a password. `PasswordsService` accepts the tokens in them. */
@Injectable()
export class PasswordLinks {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Mails a link to set a new password. Neither the response nor its time reveals whether the address has an account.
   */
  async requestReset(email: string): Promise<void> {
    await inEqualTime(async () => {
      const account = await this.accounts.find(email);
      if (account) await this.mailReset(account);
    });
  }

  /**
   * Mails a link to set the first password to a customer that an employee created. Joins the caller's transaction.
   *
   * @returns whether the mail was stored
   */
  async mailInitial(to: Addressee & { customerId: string }, firstName: string | null): Promise<boolean> {
    const { links, lifetimes } = this.tenants.settings;
    const facts = async () => {
      const intent: PasswordLinkIntent = { invited: true };
      const token = await this.tokens.issue(to.customerId, 'password-reset', lifetimes.initialPassword, intent);
      return { token, link: links.passwordReset + token };
    };
    return this.outbox.add('initial-password', to, facts, { firstName });
  }

  /**
   * Mails a link to set a new password. A contact gets none.
   *
   * @param limit `pause` is the minimum time since the last link, in seconds
   */
  async mailReset(account: AccountOfCustomer, limit: Limit = {}): Promise<void> {
    if (account.customer.$.type !== 'CUSTOMER') return;
    await transaction(this.em, () => this.addReset(account, limit)).catch(unlessDeleted);
    this.securityLog.record('password_reset_requested', { customer: account.customer.id });
  }

  /**
   * Mails a link to set a new password. Joins the caller's transaction.
   *
   * @param limit as for `mailReset`
   * @returns whether the mail was stored
   * @throws Failure `customer_not_found` when the customer was deleted meanwhile
   */
  async addReset(account: AccountOfCustomer, limit: Limit = {}): Promise<boolean> {
    const { links, lifetimes } = this.tenants.settings;
    const { id, firstName } = account.customer.$;
    const to = { ...ownerOf(account), ...limit };
    const facts = async () => {
      const token = await this.tokens.issue(id, 'password-reset', lifetimes.passwordReset);
      return { token, link: links.passwordReset + token };
    };
    return this.outbox.add('password-reset', to, facts, { firstName });
  }
}
