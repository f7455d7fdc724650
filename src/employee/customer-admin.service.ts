import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { normalEmail } from '../common/email.js';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { Members } from '../companies/members.service.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { NewPasswords } from '../credentials/new-passwords.js';
import { OneTimeTokens, pending } from '../credentials/one-time-tokens.js';
import { hashPassword } from '../credentials/password-hash.js';
import { PasswordLinks } from '../credentials/password-links.js';
import { Customer, mayLogIn } from '../customers/customer.entity.js';
import { newCustomerNumber } from '../customers/customer-number.js';
import { CustomersService, NewCustomer, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** The input of staff for a new customer. */
export interface CustomerAdminInput extends ProfileChanges, StandingChanges {
  /** The customer number; generated if omitted. */
  id?: string;
  password?: string;
}

/** Creates and updates customers for staff and company Admins. */
@Injectable()
export class CustomerAdminService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly members: Members,
    private readonly accounts: AccountsService,
    private readonly passwordLinks: PasswordLinks,
    private readonly newPasswords: NewPasswords,
    private readonly sessions: SessionsService,
    private readonly tokens: OneTimeTokens,
    private readonly history: History,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Creates a customer. With a contact e-mail, also creates the account to log in with.
   *
   * If the tenant requires activation by an employee, this customer requires it too. The link in an e-mail is not
   * required, because staff vouches for the address, unless the input says that it is not confirmed. A registration id
   * assigns the customer to the company that has it; if no company has it, one is created. A customer whom a company
   * Admin creates belongs to the Admin's company.
   *
   * @param invite mails a link to set a password; never to a contact
   * @param reach of the caller: an employee, a service, the operator or a company Admin
   * @returns the customer number
   * @throws Failure `number_taken` (its fact is either the number or the reference), `email_taken`,
   * `invalid_input`, `access_refused`, `password_common`
   */
  async create(input: CustomerAdminInput, invite: boolean, reach: Reach): Promise<string> {
    const allowed = permitted(input, reach);
    const { contactEmail } = allowed;
    const hidden = this.tenants.settings.strict && reach.company;
    if (hidden && contactEmail?.trim()) return this.inviteColleague({ ...allowed, contactEmail }, reach);
    return this.make(allowed, invite, reach);
  }

  private async make({ id, password, ...input }: CustomerAdminInput, invite: boolean, reach: Reach): Promise<string> {
    if (password !== undefined) this.newPasswords.check('password', password, input.contactEmail);
    const { activation } = this.tenants.settings;
    const standing = { active: activation === 'none' || activation === 'email' };
    let passwordHash: string | null = null;
    return this.customers.withFreeNumber({ id, reference: input.reference }, async (number) => {
      const { active = standing.active, onHold, type, restriction, reference, confirmed = true, ...profile } = input;
      const customer = this.customers.draft(
        number,
        { active, mustConfirm: !confirmed, onHold, type, restriction, reference },
        profile,
        reach,
      );
      // Input that is not valid is rejected before the password is hashed.
      passwordHash ??= password === undefined ? null : await hashPassword(password);
      await this.store(customer, passwordHash, invite, reach);
      return customer.id;
    });
  }

  /**
   * Invites a person into the company of the Admin who calls, at a strict tenant. A taken address must look like a free
   * one: in both cases the response is a new number, and the owner of the address gets a mail. A new customer becomes a
   * visible member when the customer sets the first password. For a taken address, no customer is created.
   *
   * @returns a customer number
   * @throws Failure `invalid_input`
   */
  private async inviteColleague(input: CustomerAdminInput & { contactEmail: string }, reach: Reach): Promise<string> {
    return inEqualTime(async () => {
      try {
        return await this.make(input, true, reach);
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'email_taken') throw error;
        await this.accounts.mailAttempt(input.contactEmail);
        return newCustomerNumber();
      }
    });
  }

  /**
   * Updates the customer of that number, or creates it. A company Admin cannot choose numbers, and so can only update.
   *
   * @returns whether it was created
   * @throws Failure as `create` and `change`
   */
  async put(
    id: string,
    input: Omit<CustomerAdminInput, 'id' | 'password'>,
    invite: boolean,
    reach: Reach,
    expectedVersion?: number,
  ): Promise<boolean> {
    if (reach.company) {
      await this.change(id, input, reach, expectedVersion);
      return false;
    }
    if (await this.changed(id, input, reach, expectedVersion)) return false;
    try {
      await this.make({ ...input, id }, invite, reach);
      return true;
    } catch (error) {
      // A concurrent request created the customer, unless the number is that of a deleted customer.
      const taken = error instanceof Failure && error.code === 'number_taken';
      if (taken && (await this.changed(id, input, reach, expectedVersion))) return false;
      throw error;
    }
  }

  /**
   * Updates a customer. If the customer may no longer log in, every token is revoked, including those in mails. If
   * staff allows the login, the customer gets a mail. A contact who becomes a customer is activated, and gets a link to
   * set a password.
   *
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_required`, `email_taken`, `number_taken`,
   * `invalid_input`, `access_refused`
   */
  async change(
    id: string,
    wishes: ProfileChanges & StandingChanges,
    reach: Reach,
    expectedVersion?: number,
  ): Promise<void> {
    const changes = permitted(wishes, reach);
    await transaction(this.em, async () => {
      const { active, onHold, type, confirmed } = changes;
      const shut = active === false || onHold === true || type === 'CONTACT' || confirmed === false;
      // Revoke tokens before the customer is updated: requests that use a token access the rows in the same order.
      if (shut) await this.tokens.revoke(id, ['opt-in', 'password-reset', ...pending]);
      const { customer, before } = await this.customers.change(id, changes, reach, expectedVersion);
      if (shut) await this.sessions.endAllOf(id);
      if (customer.companyRegistrationId !== before.companyRegistrationId)
        await this.joinByRegistrationId(customer, true, reach);
      // The customer named this company at the sign-up. Joining it waits until the address is confirmed.
      else if (this.tenants.settings.strict && confirmed && !before.confirmed) {
        await this.joinByRegistrationId(customer, false, reach);
      }
      const becomesCustomer = before.type === 'CONTACT' && customer.type === 'CUSTOMER';
      const email = await this.account(customer, changes, becomesCustomer, reach);
      const { contactEmail: to, firstName = null } = customer;
      const isConfirmed = Boolean(customer.confirmedAt);
      if (becomesCustomer && email) await this.passwordLinks.mailInitial(id, email, isConfirmed, firstName);
      // Anyone can become a company Admin by signing up, and enter any address as that of a colleague.
      if (!before.mayLogIn && mayLogIn(customer) && to && !reach.company) {
        // Customers confirm the login e-mail; the contact e-mail may be another one.
        const isLogin = isConfirmed && (await this.accounts.emailOf(id)) === normalEmail(to);
        await this.outbox.add('activated', { email: to, customerId: id, confirmed: isLogin }, {}, { firstName });
      }
    });
  }

  /** Adds the customer to the company of the Admin who creates it; at a strict tenant, once the customer accepts. */
  private async joinCompanyOfAdmin(customer: NewCustomer, { company, actor }: Reach): Promise<void> {
    if (!company) return;
    if (this.tenants.settings.strict && customer.contactEmail) await this.members.invite(customer.id, company);
    else await this.members.add(customer, company, actor);
  }

  /** @param approved whether an employee assigns the customer to the company */
  private async joinByRegistrationId(
    customer: NewCustomer | Customer,
    approved: boolean,
    { actor }: Reach,
  ): Promise<void> {
    const registrationId = customer.companyRegistrationId?.trim();
    const name = customer.company?.trim() || registrationId;
    if (registrationId && name) await this.members.join(customer, registrationId, name, approved, actor);
  }

  /** @returns false when there is no such customer */
  private async changed(
    id: string,
    changes: ProfileChanges & StandingChanges,
    reach: Reach,
    expectedVersion?: number,
  ): Promise<boolean> {
    try {
      await this.change(id, changes, reach, expectedVersion);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'customer_not_found') return false;
      throw error;
    }
  }

  /**
   * Opens the account of a customer whom staff created without an e-mail, once the customer has one. A company Admin
   * cannot open it: the customer may log in with an identity provider and belong to other companies as well, and the
   * Admin could then log in as that customer.
   *
   * @returns the login e-mail
   */
  private async account(
    { id, contactEmail }: Customer,
    changes: ProfileChanges & StandingChanges,
    becomesCustomer: boolean,
    { company }: Reach,
  ): Promise<string | undefined> {
    // A contact e-mail that this request does not change may have been entered by the customer.
    if (changes.contactEmail === undefined && !becomesCustomer) return undefined;
    const present = await this.accounts.emailOf(id);
    if (present || !contactEmail || company) return present;
    await this.accounts.open(id, { email: contactEmail, passwordHash: null, initialPassword: false });
    return contactEmail;
  }

  private async store(
    customer: NewCustomer,
    passwordHash: string | null,
    invite: boolean,
    reach: Reach,
  ): Promise<void> {
    const { id, contactEmail } = customer;
    await transaction(this.em, async () => {
      await this.customers.insert([customer]);
      if (contactEmail) {
        await this.accounts.open(id, { email: contactEmail, passwordHash, initialPassword: passwordHash !== null });
        if (invite && customer.type === 'CUSTOMER') {
          await this.passwordLinks.mailInitial(id, contactEmail, false, null);
        }
      }
      await this.joinCompanyOfAdmin(customer, reach);
      await this.joinByRegistrationId(customer, true, reach);
      await this.history.add(id, 'customer_created', {});
    });
  }
}

/**
 * Removes the fields that a company Admin may not set. Staff decides on holds, restrictions and other companies. The
 * customer sets the password, with the mailed link.
 */
function permitted(input: CustomerAdminInput, { company: administered }: Reach): CustomerAdminInput {
  if (!administered) return input;
  const { id, password, onHold, type, restriction, reference, confirmed, companyRegistrationId, ...rest } = input;
  return rest;
}
