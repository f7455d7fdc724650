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
import { NewPasswords } from '../credentials/new-passwords.js';
import { OneTimeTokens, unlessDeleted } from '../credentials/one-time-tokens.js';
import { hashPassword } from '../credentials/password-hash.js';
import { Customer, mayLogIn } from '../customers/customer.entity.js';
import { newCustomerNumber } from '../customers/customer-number.js';
import { CustomersService, NewCustomer, ProfileChanges } from '../customers/customers.service.js';
import { Database, transaction, violates } from '../database/database.js';
import { Outbox } from '../mailer/outbox.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type SignUpVisitor, insertSignUp, nextReference, signUpValues } from './signup.sql.js';

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

/** Who signed up; the time and the reference are those of the customer that was made. */
export type SignedUp = NewCustomer & { loginEmail: string };

/** In seconds. */
const HOUR = 3600;

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
    private readonly newPasswords: NewPasswords,
    private readonly consents: ConsentsService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a customer, with an account and perhaps an address and a company; all or nothing. A strict tenant's visitors
   * are not told whether the address has an account: who has it gets a mail, and the answer is a customer that nobody
   * is.
   *
   * @param sessionId the visitor's, asked in the same statement whether it still lives
   * @throws Failure `email_taken`, `invalid_input`, `token_invalid`, `password_common`
   */
  async signUp(input: SignUp, sessionId?: string): Promise<SignedUp> {
    const { email, password } = input.login ?? input;
    this.newPasswords.check(input.login ? 'signup.password' : 'password', password, email);
    const account = { email: normalEmail(email), passwordHash: await hashPassword(password) };
    if (!this.tenants.settings.strict) return this.make(input, account, sessionId);
    return inEqualTime(() => this.make(input, account, sessionId));
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

  /**
   * Mails the opt-in link again to who still needs it. Tells nobody, neither by its answer nor by its time, who that
   * is.
   */
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

  private async make(input: SignUp, account: NewAccount, sessionId: string | undefined): Promise<SignedUp> {
    for (;;) {
      const customer = await this.draft(input);
      try {
        await this.store(customer, input, account, sessionId);
      } catch (error) {
        // The number or the reference is another customer's: the next one hardly is.
        if (violates(error, 'customers_pkey') || violates(error, 'customers_reference')) continue;
        if (!violates(error, 'accounts_pkey')) throw error;
        await this.refuse((input.login ?? input).email, error);
      }
      return { ...customer, loginEmail: account.email };
    }
  }

  private async draft({ confirm = false, profile, email }: SignUp): Promise<NewCustomer> {
    const { activation, strict } = this.tenants.settings;
    const mustConfirm = activation === 'both' || (confirm && activation !== 'email');
    const standing = {
      active: activation === 'none',
      mustConfirm,
      reference: strict ? await this.nextReference() : undefined,
    };
    return this.customers.draft(newCustomerNumber(), standing, { ...profile, contactEmail: email });
  }

  /**
   * For an answer that is alike whether or not the customer is stored, so that the next number tells nothing either.
   */
  private async nextReference(): Promise<string | undefined> {
    const values = [this.tenants.store, this.tenants.current];
    const [next] = await this.database.rows<{ reference: string }>(nextReference, values);
    return next?.reference;
  }

  private async store(
    customer: NewCustomer,
    input: SignUp,
    account: NewAccount,
    sessionId: string | undefined,
  ): Promise<void> {
    const { activation, enableAccountCreationEmailConfirmation: welcomed, termsVersion } = this.tenants.settings;
    const { address, confirm = false, acceptsTerms = false } = input;
    const insert = async (): Promise<void> => {
      const values = signUpValues(customer, account, this.visitor(input, sessionId));
      const [inserted] = await this.database.rows<{ reference: string }>(insertSignUp, values);
      if (!inserted) throw new Failure('token_invalid');
      customer.reference = inserted.reference;
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
  }

  /**
   * Tells that the address has an account: the visitor, or where the tenant is strict, its owner, who has not just
   * signed up. Not more than once an hour, for anybody may try.
   *
   * @throws Failure `email_taken`
   */
  private async refuse(email: string, cause: unknown): Promise<void> {
    const { strict, links } = this.tenants.settings;
    const { current: tenant } = this.tenants;
    if (!strict) throw new Failure('email_taken', { cause, facts: { email, tenant } });
    await transaction(this.em, async (em) => {
      // Of many at once, one tells.
      const lock = 'select customer_id from accounts where tenant = ? and email = ? for no key update';
      const [owner] = await em.execute<{ customer_id: string }[]>(lock, [tenant, normalEmail(email)]);
      if (await this.outbox.holds(['signup-attempt', 'opt-in'], email, this.clock.in(-HOUR))) return;
      await this.outbox.add('signup-attempt', { email, customerId: owner?.customer_id }, { link: links.storefront });
    });
  }

  /** What the customer says nothing of is left to the visitor. */
  private visitor({ profile }: SignUp, sessionId: string | undefined): SignUpVisitor {
    const { restrictions, enableSyncBetweenRestrictionsAndSiteCodes: sync } = this.tenants.settings;
    const site = (profile.preferredSite ?? null) === null;
    const currency = (profile.preferredCurrency ?? null) === null;
    return { sessionId, currency, site, restrictions: site && sync ? restrictions : null };
  }

  private async mailWelcome({ id, firstName }: Pick<NewCustomer, 'id' | 'firstName'>, email: string): Promise<void> {
    const { links } = this.tenants.settings;
    const facts = { firstName: firstName ?? undefined, link: links.storefront };
    await this.outbox.add('welcome', { email, customerId: id }, facts);
  }

  private async mailOptIn({ id, firstName }: Pick<NewCustomer, 'id' | 'firstName'>, email: string): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const token = await this.tokens.issue(id, 'opt-in', lifetimes.optIn);
    const facts = { firstName: firstName ?? undefined, token, link: links.optIn + token };
    await this.outbox.add('opt-in', { email, customerId: id }, facts);
  }
}
