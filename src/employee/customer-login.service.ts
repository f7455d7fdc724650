import { Injectable } from '@nestjs/common';
import { normalEmail } from '../common/email.js';
import { OwnerNotices } from '../credentials/owner-notices.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { PasswordLinks } from '../credentials/password-links.js';
import { type Customer, mayLogIn } from '../customers/customer.entity.js';
import type { ChangedCustomer, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { Outbox } from '../mailer/outbox.service.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { Invitation } from './customer-creation.service.js';

/** Enables the login of customers whom an employee, a service or a company Admin updates, and notifies them by mail. */
@Injectable()
export class CustomerLoginService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly passwordLinks: PasswordLinks,
    private readonly notices: OwnerNotices,
    private readonly tenants: TenantsService,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Creates the account of a changed customer who has none and may have one. A contact who becomes a customer gets a
   * link to set a password, and so does an invited customer whose account is created. If an employee allows a customer
   * to log in, the customer gets a mail, and the failed logins are cleared, because the customer may have tried too
   * early. Releasing a hold is no activation: it causes no mail, unless the customer has never logged in. Joins the
   * caller's transaction.
   *
   * @throws Failure `email_taken`
   */
  async open(
    { customer, before }: ChangedCustomer,
    changes: ProfileChanges & StandingChanges,
    reach: Reach,
    { invite }: Invitation,
  ): Promise<void> {
    const becomesCustomer = before.type === 'CONTACT' && customer.type === 'CUSTOMER';
    const { email, isNew } = await this.openAccount(customer, changes, becomesCustomer, reach);
    const { id, contactEmail, firstName = null } = customer;
    const isConfirmed = Boolean(customer.confirmedAt);
    const isInvited = becomesCustomer || (invite && isNew && customer.type === 'CUSTOMER');
    if (isInvited && email) {
      await this.passwordLinks.mailInitial({ email, customerId: id, confirmed: isConfirmed && !isNew }, firstName);
    }
    const isReleased = before.active && before.onHold && Boolean(customer.lastLogin);
    // Anyone can become a company Admin by signing up, enter any address as that of a colleague, and guess passwords.
    if (before.mayLogIn || !mayLogIn(customer) || reach.company) return;
    const login = email ? normalEmail(email) : await this.accounts.emailOf(id);
    if (login) await this.accounts.clearFailures(login);
    if (isReleased) return;
    const entersContact = changes.contactEmail !== undefined;
    // A contact e-mail that the employee has just entered may be that of another person.
    const to = entersContact && normalEmail(contactEmail ?? '') !== login ? login : contactEmail;
    const confirmed = isConfirmed && login === normalEmail(to ?? '');
    if (to) await this.outbox.add('activated', { email: to, customerId: id, confirmed }, {}, { firstName });
  }

  /** Notifies a customer who is put on hold, if the tenant setting is on. Joins the caller's transaction. */
  async notifyOfHold({ customer: { id, onHold }, before }: ChangedCustomer): Promise<void> {
    const { onHoldNotice } = this.tenants.settings;
    if (onHoldNotice && onHold && !before.onHold) await this.notices.addFor('account-on-hold', id, {});
  }

  /**
   * Creates the account of a customer who was created without an e-mail, once the customer has one. A company Admin
   * cannot create it: the customer may log in with an identity provider and belong to other companies as well, and the
   * Admin could then log in as that customer.
   *
   * @returns the login e-mail, and whether its account is new
   */
  private async openAccount(
    { id, contactEmail }: Customer,
    changes: ProfileChanges & StandingChanges,
    becomesCustomer: boolean,
    { company }: Reach,
  ): Promise<{ email?: string; isNew: boolean }> {
    // A contact e-mail that this request does not change may have been entered by the customer.
    if (changes.contactEmail === undefined && !becomesCustomer) return { isNew: false };
    const email = await this.accounts.emailOf(id);
    if (email || !contactEmail || company) return { email, isNew: false };
    await this.accounts.open(id, { email: contactEmail, passwordHash: null, initialPassword: false });
    return { email: contactEmail, isNew: true };
  }
}
