import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { Members } from '../companies/members.service.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { NewPasswords } from '../credentials/new-passwords.js';
import { OneTimeTokens, pending } from '../credentials/one-time-tokens.js';
import { hashPassword } from '../credentials/password-hash.js';
import { PasswordsService } from '../credentials/passwords.service.js';
import { Customer, mayLogIn } from '../customers/customer.entity.js';
import { newCustomerNumber } from '../customers/customer-number.js';
import { CustomersService, NewCustomer, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { History } from '../history/history.service.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** A customer as staff makes one. */
export interface CareInput extends ProfileChanges, StandingChanges {
  /** The customer number; without it, one is made up. */
  id?: string;
  password?: string;
}

/** What staff does with customers, and what follows from it. */
@Injectable()
export class CareService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly members: Members,
    private readonly accounts: AccountsService,
    private readonly passwords: PasswordsService,
    private readonly newPasswords: NewPasswords,
    private readonly sessions: SessionsService,
    private readonly tokens: OneTimeTokens,
    private readonly history: History,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Makes a customer, and with a contact e-mail the account to log in with. Where customers need an employee's
   * activation, this one does too; the link in an e-mail is not asked for, as staff vouches for the address unless it
   * says that it is not confirmed. A registration id assigns the customer to the company that has it, or makes one;
   * whom a company's administrator makes belongs to that company.
   *
   * @param invite mails a link to set a password; never to a contact
   * @returns the customer number
   * @throws Failure `number_taken` (its fact tells whether it is the number or the reference), `email_taken`,
   * `invalid_input`, `access_refused`, `password_common`
   */
  async create(input: CareInput, invite: boolean): Promise<string> {
    return this.make(permitted(input), invite);
  }

  private async make({ id, password, ...input }: CareInput, invite: boolean): Promise<string> {
    if (password !== undefined) this.newPasswords.check('password', password, input.contactEmail);
    const passwordHash = password === undefined ? null : await hashPassword(password);
    const { activation } = this.tenants.settings;
    const standing = { active: activation === 'none' || activation === 'email' };
    for (;;) {
      const { active = standing.active, onHold, type, restriction, reference, confirmed = true, ...profile } = input;
      const customer = this.customers.draft(
        id ?? newCustomerNumber(),
        { active, mustConfirm: !confirmed, onHold, type, restriction, reference },
        profile,
      );
      try {
        await this.store(customer, passwordHash, invite);
        return customer.id;
      } catch (error) {
        const [ofNumber, ofReference] = ['customers_pkey', 'customers_reference'].map((key) => violates(error, key));
        if (!ofNumber && !ofReference) throw error;
        if (ofNumber && id) throw new Failure('number_taken', { cause: error, facts: { customer: id } });
        if (ofReference && reference) throw new Failure('number_taken', { cause: error, facts: { reference } });
        // The number or the reference that was made up is another customer's: the next one hardly is.
      }
    }
  }

  /**
   * Changes the customer of that number, or makes it.
   *
   * @returns whether it was made
   * @throws Failure as `create` and `change`
   */
  async put(
    id: string,
    input: Omit<CareInput, 'id' | 'password'>,
    invite: boolean,
    expectedVersion?: number,
  ): Promise<boolean> {
    if (await this.changed(id, input, expectedVersion)) return false;
    try {
      await this.make({ ...permitted(input), id }, invite);
      return true;
    } catch (error) {
      // Another one made it meanwhile, unless the number is a deleted customer's.
      const taken = error instanceof Failure && error.code === 'number_taken';
      if (taken && (await this.changed(id, input, expectedVersion))) return false;
      throw error;
    }
  }

  /**
   * Changes a customer. Who may no longer log in loses every token, those in mails among them; whom staff lets in gets
   * a mail. A contact who becomes a customer is activated, and gets a link to set a password.
   *
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_needed`, `email_taken`, `number_taken`,
   * `invalid_input`, `access_refused`
   */
  async change(id: string, wishes: ProfileChanges & StandingChanges, expectedVersion?: number): Promise<void> {
    const changes = permitted(wishes);
    await transaction(this.em, async () => {
      const { active, onHold, type, confirmed } = changes;
      const shut = active === false || onHold === true || type === 'CONTACT' || confirmed === false;
      // Tokens before the customer, in the order of those who come with a token.
      if (shut) await this.tokens.revoke(id, ['opt-in', 'password-reset', ...pending]);
      const { customer, before } = await this.customers.change(id, changes, expectedVersion);
      if (shut) await this.sessions.endAllOf(id);
      if (customer.companyRegistrationId !== before.companyRegistrationId) await this.joinCompanies(customer);
      const becomesCustomer = before.type === 'CONTACT' && customer.type === 'CUSTOMER';
      const email = await this.account(customer, changes, becomesCustomer);
      if (becomesCustomer && email) await this.passwords.mailInitial(id, email, customer.firstName ?? undefined);
      const { contactEmail: to, firstName } = customer;
      // Any stranger may be a company's administrator, and any address the colleague's.
      if (!before.mayLogIn && mayLogIn(customer) && to && !RequestScope.current?.company) {
        await this.outbox.add('activated', { email: to, customerId: id }, { firstName: firstName ?? undefined });
      }
    });
  }

  /** The company of the administrator who makes the customer, and the one with the customer's registration id. */
  private async joinCompanies(customer: Pick<NewCustomer, 'id' | 'company' | 'companyRegistrationId'>): Promise<void> {
    const { id, company: name, companyRegistrationId } = customer;
    const administered = RequestScope.current?.company;
    if (administered) await this.members.add(id, administered, 'Requester');
    const registrationId = companyRegistrationId?.trim();
    if (registrationId) await this.members.join(id, registrationId, name?.trim() || registrationId);
  }

  /** @returns false when there is no such customer */
  private async changed(
    id: string,
    changes: ProfileChanges & StandingChanges,
    expectedVersion?: number,
  ): Promise<boolean> {
    try {
      await this.change(id, changes, expectedVersion);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'customer_not_found') return false;
      throw error;
    }
  }

  /**
   * A customer whom staff made without an e-mail gets the account with the first one. Not from a company's
   * administrator, who would log in with it as somebody who logs in elsewhere, and belongs elsewhere too.
   *
   * @returns the login e-mail
   */
  private async account(
    { id, contactEmail }: Customer,
    changes: ProfileChanges & StandingChanges,
    becomesCustomer: boolean,
  ): Promise<string | undefined> {
    // An address that is merely there may be what the customer says of itself.
    if (changes.contactEmail === undefined && !becomesCustomer) return undefined;
    const present = await this.accounts.emailOf(id);
    if (present || !contactEmail || RequestScope.current?.company) return present;
    await this.accounts.open(id, { email: contactEmail, passwordHash: null, initialPassword: false });
    return contactEmail;
  }

  private async store(customer: NewCustomer, passwordHash: string | null, invite: boolean): Promise<void> {
    const { id, contactEmail, firstName } = customer;
    await transaction(this.em, async (em) => {
      await this.customers.release(id);
      await em.insert(Customer, customer);
      if (contactEmail) {
        await this.accounts.open(id, { email: contactEmail, passwordHash, initialPassword: passwordHash !== null });
        if (invite && customer.type === 'CUSTOMER') {
          await this.passwords.mailInitial(id, contactEmail, firstName ?? undefined);
        }
      }
      await this.joinCompanies(customer);
      await this.history.add(id, 'customer_created', {});
    });
  }
}

/**
 * What a company's administrator may not say of its customers is left out: holds, restrictions and other companies are
 * the staff's to decide, and a password is the customer's own, by the mailed link.
 */
function permitted(input: CareInput): CareInput {
  if (!RequestScope.current?.company) return input;
  const { id, password, onHold, type, restriction, reference, confirmed, companyRegistrationId, ...rest } = input;
  return rest;
}
