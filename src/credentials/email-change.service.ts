import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { inEqualTime } from '../common/equal-time.js';
import { Failure, invalid } from '../common/failure.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import { ownReach } from '../tenants/reach.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { type AccountOfCustomer, AccountsService } from './accounts.service.js';
import { normalEmail } from '../common/email.js';
import { EmailOwnership } from './email-ownership.js';
import { OneTimeTokens, pending } from './one-time-tokens.js';

/** The intent of a token that is mailed to a new address. */
type Intent = { email: string; syncContactEmail: boolean };

/** Changes the login e-mail of a customer, who confirms it from the new address. */
@Injectable()
export class EmailChangeService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly customers: CustomersService,
    private readonly ownership: EmailOwnership,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Mails a token to the new address and a notice to the old one. The login e-mail changes only when the token is
   * confirmed. If another account uses the new address, that address gets no mail. All else is the same, so that the
   * caller cannot find out.
   *
   * @throws Failure `login_email_differs`, `password_wrong`, `login_locked`, `invalid_input`
   */
  async request(
    customerId: string,
    change: { email: string; password: string; newEmail: string; syncContactEmail: boolean },
    origin: Origin,
  ): Promise<void> {
    const account = await this.accounts.of(customerId);
    if (normalEmail(change.email) !== account.email) throw new Failure('login_email_differs');
    const email = normalEmail(change.newEmail);
    if (email === account.email) throw invalid('newEmail', 'newEmail must differ from the present login e-mail');
    await this.accounts.proveAgain(account, change.password, origin);
    await inEqualTime(() => this.mail(account, { email, syncContactEmail: change.syncContactEmail }));
  }

  /**
   * Makes the confirmed address the login e-mail, and the contact e-mail if that was requested. Tokens that were mailed
   * to the old address are revoked.
   *
   * @throws Failure `mailed_token_refused`, also when another account has taken the address meanwhile
   */
  async confirm(token: string): Promise<void> {
    try {
      const customer = await transaction(this.em, async () => {
        const { customerId, intent } = await this.tokens.use<Intent>(token, 'email-change');
        await this.em.nativeUpdate(
          Account,
          { customer: { tenant: this.tenants.current, id: customerId } },
          { email: intent.email },
        );
        await this.ownership.withdraw(customerId);
        await this.tokens.revoke(customerId, ['password-reset', 'opt-in', ...pending]);
        if (intent.syncContactEmail) await this.customers.change(customerId, { contactEmail: intent.email }, ownReach);
        return customerId;
      });
      this.securityLog.record('email_changed', { customer });
    } catch (error) {
      if (violates(error, 'accounts_pkey')) {
        throw new Failure('mailed_token_refused', { cause: error });
      }
      throw error;
    }
  }

  private async mail(account: AccountOfCustomer, intent: Intent): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const { id, firstName, confirmedAt } = account.customer.$;
    const taken = (await this.accounts.find(intent.email)) !== null;
    await transaction(this.em, async () => {
      await this.accounts.hold(account);
      const facts = async () => {
        const token = await this.tokens.issue(id, 'email-change', lifetimes.emailChange, intent);
        return { token, link: links.emailChange + token };
      };
      const next = { email: intent.email, customerId: id, confirmed: false };
      if (taken) await this.outbox.withhold('email-change', next, facts);
      else await this.outbox.add('email-change', next, facts);
      const present = { email: account.email, customerId: id, confirmed: Boolean(confirmedAt) };
      await this.outbox.add('email-change-notice', present, {}, { firstName, newEmail: intent.email });
    });
    this.securityLog.record('email_change_requested', { customer: id });
  }
}
