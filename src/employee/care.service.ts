import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { OneTimeTokens } from '../credentials/one-time-tokens.js';
import { hashPassword } from '../credentials/password-hash.js';
import { PasswordsService } from '../credentials/passwords.service.js';
import { Customer, mayLogIn } from '../customers/customer.entity.js';
import { newCustomerNumber } from '../customers/customer-number.js';
import { CustomersService, NewCustomer, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { History } from '../history/history.service.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
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
    private readonly accounts: AccountsService,
    private readonly passwords: PasswordsService,
    private readonly sessions: SessionsService,
    private readonly tokens: OneTimeTokens,
    private readonly history: History,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Makes a customer, and with a contact e-mail the account to log in with. Where customers need an employee's
   * activation, this one does too; the link in an e-mail is not asked for, as staff vouches for the address.
   *
   * @param invite mails a link to set a password; never to a contact
   * @returns the customer number
   * @throws Failure `number_taken`, `email_taken`, `invalid_input`, `access_refused`
   */
  async create({ id, password, ...input }: CareInput, invite: boolean): Promise<string> {
    const passwordHash = password === undefined ? null : await hashPassword(password);
    const { activation } = this.tenants.settings;
    const standing = { active: activation === 'none' || activation === 'email', mustConfirm: false };
    for (;;) {
      const { active = standing.active, onHold, type, restriction, ...profile } = input;
      const customer = this.customers.draft(
        id ?? newCustomerNumber(),
        { ...standing, active, onHold, type, restriction },
        profile,
      );
      try {
        await this.store(customer, passwordHash, invite);
        return customer.id;
      } catch (error) {
        const numberTaken = violates(error, 'customers_pkey');
        if (!numberTaken && !violates(error, 'customers_reference')) throw error;
        if (numberTaken && id !== undefined)
          throw new Failure('number_taken', { cause: error, facts: { customer: id } });
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
      await this.create({ ...input, id }, invite);
      return true;
    } catch (error) {
      // Another one made it meanwhile, unless the number is a deleted customer's.
      const taken = error instanceof Failure && error.code === 'number_taken';
      if (taken && (await this.changed(id, input, expectedVersion))) return false;
      throw error;
    }
  }

  /**
   * Changes a customer. Who may no longer log in loses every token, those in mails among them; who may from now on gets
   * a mail. A contact who becomes a customer is activated, and gets a link to set a password.
   *
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_needed`, `email_taken`, `invalid_input`,
   * `access_refused`
   */
  async change(id: string, changes: ProfileChanges & StandingChanges, expectedVersion?: number): Promise<void> {
    await transaction(this.em, async () => {
      const shut = changes.active === false || changes.onHold === true || changes.type === 'CONTACT';
      // Tokens before the customer, in the order of those who come with a token.
      if (shut) await this.tokens.revoke(id, ['opt-in', 'password-reset', 'email-change']);
      const { customer, before } = await this.customers.change(id, changes, expectedVersion);
      if (shut) await this.sessions.endAllOf(id);
      const becomesCustomer = before.type === 'CONTACT' && customer.type === 'CUSTOMER';
      const email = await this.account(customer, changes);
      if (becomesCustomer && email) await this.passwords.mailInitial(id, email, customer.firstName ?? undefined);
      if (!before.mayLogIn && mayLogIn(customer) && customer.contactEmail) {
        await this.outbox.add('activated', customer.contactEmail, { firstName: customer.firstName ?? undefined });
      }
    });
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

  /** A customer whom staff made without an e-mail gets the account with the first one. @returns the login e-mail */
  private async account(
    { id, contactEmail }: Customer,
    changes: ProfileChanges & StandingChanges,
  ): Promise<string | undefined> {
    if (changes.contactEmail === undefined && changes.type !== 'CUSTOMER') return undefined;
    const present = await this.accounts.emailOf(id);
    if (present || !contactEmail) return present;
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
      await this.history.add(id, 'customer_created', {});
    });
  }
}
