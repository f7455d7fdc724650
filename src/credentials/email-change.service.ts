import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { fitsAnEnvelope, isPlainEmail, normalEmail } from '../common/email.js';
import { inEqualTime } from '../common/equal-time.js';
import { Failure, invalid } from '../common/failure.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { type Reach, ownReach } from '../tenants/reach.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { type AccountOfCustomer, AccountsService } from './accounts.service.js';
import { EmailOwnership } from './email-ownership.js';
import { type EmailChangeIntent, EmailChangeMails } from './email-change-mails.js';
import { OneTimeTokens, intruderPurposes } from './one-time-tokens.js';

/** The maximum lifetime of a link that was requested without the password, in seconds: that of the vendor. */
const LIFETIME_WITHOUT_PASSWORD = 1800;

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
    private readonly mails: EmailChangeMails,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Mails a token to the new address and a notice to the old one. The login e-mail changes only when the token is
   * confirmed. If another account uses the new address, that address gets no mail. The response is the same, so that
   * the caller cannot find out whether the address is taken.
   *
   * @param change.email the current login e-mail, which is compared if the caller gives it
   * @throws Failure `login_email_differs`, `password_wrong`, `login_locked`, `invalid_input`
   */
  async request(
    customerId: string,
    change: { email?: string; password: string; newEmail: string; syncContactEmail: boolean },
    origin: Origin,
  ): Promise<void> {
    const account = await this.accounts.get(customerId);
    const isOther = change.email !== undefined && normalEmail(change.email) !== account.email;
    if (isOther) throw new Failure('login_email_differs');
    const email = normalEmail(change.newEmail);
    if (email === account.email) throw invalid('newEmail', 'newEmail must differ from the current login e-mail');
    await this.accounts.assertPassword(account, change.password, origin);
    const intent = { email, syncContactEmail: change.syncContactEmail };
    await inEqualTime(() => this.mail(account, intent, this.tenants.settings.lifetimes.emailChange));
  }

  /**
   * Changes the e-mail of a customer who is logged in, without the password. The tenant setting `emailChange` decides
   * whether a link in a mail to the new address must confirm the change first. A request with the current address has
   * no effect. The contact e-mail changes with the login e-mail. A customer without an account has only a contact
   * e-mail, which changes at once.
   *
   * @throws Failure `email_taken`, not at a strict tenant: there the owner of a taken address gets no mail;
   * `access_denied` for an employee who acts for the customer
   */
  async requestInSession(customerId: string, newEmail: string, reach: Reach): Promise<void> {
    const { strict, emailChange, lifetimes } = this.tenants.settings;
    const email = normalEmail(newEmail);
    const account = await this.accounts.findByCustomer(customerId);
    if (email === (account?.email ?? (await this.contactEmailOf(customerId, reach)))) return;
    if (account && reach.inCustomersPlace) throw new Failure('access_denied');
    if (!strict && (await this.accounts.find(email))) throw emailTaken(email, this.tenants.current);
    if (!account) await this.customers.change(customerId, { contactEmail: newEmail }, reach);
    else if (emailChange === 'immediate') await this.changeNow(account, { email, syncContactEmail: true });
    else {
      const lifetime = Math.min(lifetimes.emailChange, LIFETIME_WITHOUT_PASSWORD);
      await inEqualTime(() => this.mail(account, { email, syncContactEmail: true }, lifetime));
    }
  }

  /**
   * Changes the login e-mail for an employee or a service: immediately, or after a link in a mail to the new address has
   * confirmed the change. A contact e-mail that is the same changes with it.
   *
   * @returns false if nothing changes, because the address is the current one or the customer has no account
   * @throws Failure `email_taken`, `invalid_input`
   */
  async requestByEmployee(customerId: string, newEmail: string, immediate: boolean): Promise<boolean> {
    const account = await this.accounts.findByCustomer(customerId);
    const email = normalEmail(newEmail);
    if (!account || email === account.email) return false;
    if (!isPlainEmail(newEmail) || !fitsAnEnvelope(newEmail)) throw invalid('email', 'email must be an e-mail address');
    if (await this.accounts.find(email)) throw emailTaken(email, this.tenants.current);
    const { contactEmail } = account.customer.$;
    const intent = {
      email,
      syncContactEmail: Boolean(contactEmail) && normalEmail(contactEmail ?? '') === account.email,
    };
    if (immediate) await this.changeNow(account, intent);
    else await this.mail(account, intent, this.tenants.settings.lifetimes.emailChange);
    return true;
  }

  /**
   * Makes the confirmed address the login e-mail, and the contact e-mail if that was requested. Tokens that were mailed
   * to the old address are revoked, and both addresses get a notice.
   *
   * @throws Failure `mailed_token_rejected`, also when another account has taken the address meanwhile
   */
  async confirm(token: string): Promise<void> {
    try {
      const customer = await transaction(this.em, async () => {
        const { customerId, intent } = await this.tokens.use<EmailChangeIntent>(token, 'email-change');
        const account = await this.accounts.findByCustomer(customerId);
        if (!account || !(await this.replace(account, intent, { confirmed: true }))) {
          throw new Failure('mailed_token_rejected', { facts: { purpose: 'email-change' } });
        }
        return customerId;
      });
      this.securityLog.record('email_changed', { customer });
    } catch (error) {
      if (violates(error, 'accounts_pkey')) {
        throw new Failure('mailed_token_rejected', { cause: error, facts: { purpose: 'email-change' } });
      }
      throw error;
    }
  }

  /** In its normalised form. */
  private async contactEmailOf(customerId: string, reach: Reach): Promise<string | undefined> {
    const { contact_email: email } = await this.customers.profile(
      customerId,
      { addresses: false, mixins: false },
      reach,
    );
    return email === null ? undefined : normalEmail(email);
  }

  private async changeNow(account: AccountOfCustomer, intent: EmailChangeIntent): Promise<void> {
    try {
      const changed = await transaction(this.em, () => this.replace(account, intent, { confirmed: false }));
      // Another request has changed the e-mail meanwhile, or undone a change and ended all sessions.
      if (!changed) throw new Failure('access_denied');
    } catch (error) {
      if (!violates(error, 'accounts_pkey')) throw error;
      throw emailTaken(intent.email, this.tenants.current, error);
    }
    this.securityLog.record('email_changed', { customer: account.customer.id });
  }

  /**
   * Locks the mailed tokens, the account and the customer in this order, as all other requests do.
   *
   * @param confirmed whether the owner of the new address has confirmed it
   * @returns false if another request has changed the e-mail meanwhile
   */
  private async replace(
    account: AccountOfCustomer,
    { email, syncContactEmail }: EmailChangeIntent,
    { confirmed }: { confirmed: boolean },
  ): Promise<boolean> {
    const { id, contactEmail } = account.customer.$;
    await this.tokens.revoke(id, ['password-reset', 'opt-in', ...intruderPurposes]);
    const key = { customer: { tenant: this.tenants.current, id }, email: account.email };
    if ((await this.em.nativeUpdate(Account, key, { email, emailConfirmed: confirmed })) === 0) return false;
    await this.ownership.withdraw(id);
    if (syncContactEmail) await this.customers.change(id, { contactEmail: email }, ownReach);
    await this.mails.addChanged(account, contactEmail, email, confirmed);
    return true;
  }

  private async mail(account: AccountOfCustomer, intent: EmailChangeIntent, lifetime: number): Promise<void> {
    const isTaken = (await this.accounts.find(intent.email)) !== null;
    await transaction(this.em, async () => {
      await this.accounts.lock(account);
      await this.mails.addRequest(account, intent, isTaken, lifetime);
    });
    this.securityLog.record('email_change_requested', { customer: account.customer.id });
  }
}

function emailTaken(email: string, tenant: string, cause?: unknown): Failure {
  return new Failure('email_taken', { cause, facts: { email, tenant } });
}
