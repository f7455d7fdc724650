import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { NewPasswords } from '../credentials/new-passwords.js';
import { hashPassword } from '../credentials/password-hash.js';
import { PasswordLinks } from '../credentials/password-links.js';
import { newCustomerNumber } from '../customers/customer-number.js';
import { CustomersService, NewCustomer } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type CustomerAdminInput, permitted } from './customer-admin-input.js';
import { CustomerCompanyService } from './customer-company.service.js';

export interface Invitation {
  /** Whether the owner of a new account gets a mail with a link to set a password. A contact gets none. */
  invite: boolean;
}

/** Creates customers for employees, services and company Admins. */
@Injectable()
export class CustomerCreationService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly companies: CustomerCompanyService,
    private readonly accounts: AccountsService,
    private readonly passwordLinks: PasswordLinks,
    private readonly newPasswords: NewPasswords,
    private readonly history: History,
  ) {}

  /**
   * Creates a customer. With a contact e-mail, also creates the account to log in with.
   *
   * If the tenant requires activation by an employee, this customer requires it too. The link in an e-mail is not
   * required, because the caller vouches for the address, unless the input says that it is not confirmed. A registration id
   * assigns the customer to the company that has it; if no company has it, one is created. A customer whom a company
   * Admin creates belongs to the Admin's company.
   *
   * @param reach of the caller: an employee, a service, the operator or a company Admin
   * @returns the customer number
   * @throws Failure `number_taken` (its fact is either the number or the reference), `email_taken`,
   * `invalid_input`, `access_denied`, `password_common`
   */
  async create(input: CustomerAdminInput, { invite }: Invitation, reach: Reach): Promise<string> {
    const allowed = permitted(input, reach);
    const { contactEmail } = allowed;
    const hidden = this.tenants.settings.strict && reach.company;
    if (hidden && contactEmail?.trim()) return this.inviteColleague({ ...allowed, contactEmail }, reach);
    return this.createNow(allowed, invite, reach);
  }

  private async createNow(
    { id, password, reason, ...input }: CustomerAdminInput,
    invite: boolean,
    reach: Reach,
  ): Promise<string> {
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
      await this.store(customer, passwordHash, { invite, reason }, reach);
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
        return await this.createNow(input, true, reach);
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'email_taken') throw error;
        await this.accounts.mailSignupAttempt(input.contactEmail);
        return newCustomerNumber();
      }
    });
  }

  private async store(
    customer: NewCustomer,
    passwordHash: string | null,
    { invite, reason }: Invitation & Pick<CustomerAdminInput, 'reason'>,
    reach: Reach,
  ): Promise<void> {
    const { id, contactEmail } = customer;
    await transaction(this.em, async () => {
      await this.customers.insert([customer]);
      if (contactEmail) {
        await this.accounts.open(id, { email: contactEmail, passwordHash, initialPassword: passwordHash !== null });
        if (invite && customer.type === 'CUSTOMER') {
          await this.passwordLinks.mailInitial({ email: contactEmail, customerId: id, confirmed: false }, null);
        }
      }
      await this.companies.joinNew(customer, reach);
      await this.history.add(id, 'customer_created', reason === undefined ? {} : { reason });
    });
  }
}
