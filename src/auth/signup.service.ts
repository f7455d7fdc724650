import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AddressChanges, AddressesService } from '../addresses/addresses.service.js';
import { Clock } from '../common/clock.js';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { Members } from '../companies/members.service.js';
import { ConsentsService } from '../consents/consents.service.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { normalEmail } from '../common/email.js';
import { OneTimeTokens, unlessDeleted } from '../credentials/one-time-tokens.js';
import { hashPassword } from '../credentials/password-hash.js';
import { Customer, mayLogIn } from '../customers/customer.entity.js';
import { newCustomerNumber } from '../customers/customer-number.js';
import { CustomersService, NewCustomer, ProfileChanges } from '../customers/customers.service.js';
import { Database, transaction, violates } from '../database/database.js';
import { Outbox } from '../mailer/outbox.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { insertSignUp, signUpValues } from './signup.sql.js';

export interface SignUp {
  /** The contact e-mail; the login e-mail too, unless `login` names another. */
  email: string;
  password: string;
  login?: { email: string; password: string };
  profile: ProfileChanges;
  address?: AddressChanges;
  /** The address must be confirmed by mail, whatever the tenant asks for. */
  confirm?: boolean;
  /** The terms in force are accepted. */
  acceptsTerms?: boolean;
}

interface NewAccount {
  email: string;
  passwordHash: string;
}

/** New customers, up to the moment when they may log in. */
@Injectable()
export class SignupService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly addresses: AddressesService,
    private readonly members: Members,
    private readonly accounts: AccountsService,
    private readonly consents: ConsentsService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a customer, with an account and perhaps an address and a company; all or nothing.
   *
   * @param sessionId the visitor's, asked in the same statement whether it still lives
   * @returns the customer number
   * @throws Failure `email_taken`, `invalid_input`, `token_invalid`
   */
  async signUp(input: SignUp, sessionId?: string): Promise<string> {
    const { email, password } = input.login ?? input;
    const account = { email: normalEmail(email), passwordHash: await hashPassword(password) };
    for (;;) {
      try {
        return await this.store(input, account, sessionId);
      } catch (error) {
        if (violates(error, 'accounts_pkey')) {
          throw new Failure('email_taken', { cause: error, facts: { email, tenant: this.tenants.current } });
        }
        if (!violates(error, 'customers_pkey') && !violates(error, 'customers_reference')) throw error;
        // The number or the reference is another customer's: the next one hardly is.
      }
    }
  }

  /**
   * Takes the token of the opt-in mail: the address is confirmed, and where nothing else is asked for, the customer
   * is active.
   *
   * @returns the customer, and whether the login is open now
   * @throws Failure `mailed_token_refused`
   */
  async confirm(token: string): Promise<{ customerId: string; mayLogIn: boolean }> {
    return transaction(this.em, async (em) => {
      const { customerId } = await this.tokens.use(token, 'opt-in');
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
      const customer = await em.findOneOrFail(Customer, { id: customerId }, lock);
      customer.confirmedAt = this.clock.now();
      // Who has to confirm besides waits for an employee too, whatever the tenant asks of others by now.
      if (this.tenants.settings.activation === 'email' && !customer.mustConfirm) customer.active = true;
      return { customerId, mayLogIn: mayLogIn(customer) };
    });
  }

  /** Mails the opt-in link again to who still needs it. Tells nobody, neither by its answer nor by its time, who that is. */
  async mailOptInAgain(email: string): Promise<void> {
    await inEqualTime(async () => {
      const account = await this.accounts.find(email);
      if (!account || !(await this.needsOptIn(account.customer.$))) return;
      await transaction(this.em, () => this.mailOptIn(account.customer.$, account.email)).catch(unlessDeleted);
    });
  }

  /** The link may let a customer in, so one who was shut out, and whose token was revoked with it, gets no other. */
  private async needsOptIn({ id, confirmedAt, mustConfirm, active, onHold }: Customer): Promise<boolean> {
    if (confirmedAt || onHold) return false;
    return (mustConfirm && active) || this.tokens.pending(id, 'opt-in');
  }

  private async store(input: SignUp, account: NewAccount, sessionId: string | undefined): Promise<string> {
    const { activation, enableAccountCreationEmailConfirmation: welcomed, termsVersion } = this.tenants.settings;
    const { address, confirm = false, acceptsTerms = false } = input;
    const customer = this.customers.draft(
      newCustomerNumber(),
      { active: activation === 'none', mustConfirm: activation === 'both' || (confirm && activation !== 'email') },
      { ...input.profile, contactEmail: input.email },
    );
    const insert = async (): Promise<void> => {
      const inserted = await this.database.rows(insertSignUp, signUpValues(customer, account, sessionId));
      if (inserted.length === 0) throw new Failure('token_invalid');
    };
    const byMail = confirm || activation === 'email' || activation === 'both';
    const registrationId = customer.companyRegistrationId?.trim();
    if (!address && !registrationId && !byMail && !welcomed && !acceptsTerms) await insert();
    else {
      await transaction(this.em, async () => {
        await insert();
        if (address) await this.addresses.add(customer.id, address);
        if (registrationId) await this.members.join(customer.id, registrationId, customer.company ?? registrationId);
        if (acceptsTerms) {
          await this.consents.record(customer.id, [{ id: 'terms', version: termsVersion, accepted: true }]);
        }
        if (byMail) await this.mailOptIn(customer, account.email);
        if (welcomed) await this.mailWelcome(customer, account.email);
      });
    }
    return customer.id;
  }

  private async mailWelcome({ firstName }: Pick<NewCustomer, 'firstName'>, email: string): Promise<void> {
    const { links } = this.tenants.settings;
    await this.outbox.add('welcome', email, { firstName: firstName ?? undefined, link: links.storefront });
  }

  private async mailOptIn({ id, firstName }: Pick<NewCustomer, 'id' | 'firstName'>, email: string): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const token = await this.tokens.issue(id, 'opt-in', lifetimes.optIn);
    await this.outbox.add('opt-in', email, { firstName: firstName ?? undefined, token, link: links.optIn + token });
  }
}
