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
import { EmailOwnership } from '../credentials/email-ownership.js';
import { NewPasswords } from '../credentials/new-passwords.js';
import { OneTimeTokens, unlessDeleted } from '../credentials/one-time-tokens.js';
import { hashPassword } from '../credentials/password-hash.js';
import { Customer, mayLogIn } from '../customers/customer.entity.js';
import { CustomersService, NewCustomer, ProfileChanges } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { QueryBatcher } from '../database/query-batcher.js';
import { Outbox } from '../mailer/outbox.service.js';
import { ownReach } from '../tenants/reach.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type SignUpVisitor, insertSignUp, signUpValues } from './signup.sql.js';

export interface SignUp {
  /** The contact e-mail. It is also the login e-mail, unless `login` contains another. */
  email: string;
  password: string;
  login?: { email: string; password: string };
  profile: ProfileChanges;
  address?: AddressChanges;
  /** Whether the address must be confirmed by mail, regardless of the tenant's settings. */
  confirm?: boolean;
  /** The origin of the request in which the customer accepts the current terms, which is stored with the consent. */
  acceptsTermsFrom?: Origin;
}

/** The customer who signed up, with the stored time and reference. */
export type SignedUp = NewCustomer & { loginEmail: string };

interface Credentials {
  email: string;
  passwordHash: string;
}

/** The sign-up of customers, until they may log in. */
@Injectable()
export class SignupService {
  constructor(
    private readonly em: EntityManager,
    private readonly batcher: QueryBatcher,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly addresses: AddressesService,
    private readonly members: Members,
    private readonly accounts: AccountsService,
    private readonly ownership: EmailOwnership,
    private readonly newPasswords: NewPasswords,
    private readonly consents: ConsentsService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a customer with an account, and optionally an address and a company, atomically. At a strict tenant the
   * response does not show whether the address has an account: its owner gets a mail, and the response contains a
   * customer that does not exist. Such a sign-up has no effect on companies before the address is confirmed.
   *
   * @param sessionId the visitor's session, which the same statement validates
   * @throws Failure `email_taken`, `invalid_input`, `address_too_large`, `token_invalid`, `password_common`
   */
  async signUp(input: SignUp, sessionId?: string): Promise<SignedUp> {
    const { email, password } = input.login ?? input;
    this.newPasswords.check(input.login ? 'signup.password' : 'password', password, email);
    // Checked before the account: an error after it would show that the e-mail address is free.
    if (input.address) this.addresses.assertFits(input.address);
    const account = { email: normalEmail(email), passwordHash: await hashPassword(password) };
    if (!this.tenants.settings.strict) return this.make(input, account, sessionId);
    return inEqualTime(() => this.make(input, account, sessionId));
  }

  /**
   * Accepts the token of the opt-in mail. The address is then confirmed. If nothing else is required, the customer
   * becomes active.
   *
   * @returns the customer, and whether the customer may log in now
   * @throws Failure `mailed_token_refused`
   */
  async confirm(token: string): Promise<{ customerId: string; mayLogIn: boolean }> {
    return transaction(this.em, async (em) => {
      const { customerId } = await this.tokens.use(token, 'opt-in');
      await this.ownership.confirmAsIs(customerId);
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
      const customer = await em.findOneOrFail(Customer, { id: customerId }, lock);
      customer.confirmedAt = this.clock.now();
      // A customer with `mustConfirm` also requires activation by an employee, even if the tenant setting has changed
      // since.
      if (this.tenants.settings.activation === 'email' && !customer.mustConfirm) customer.active = true;
      if (this.tenants.settings.strict) await this.joinCompany(customer);
      return { customerId, mayLogIn: mayLogIn(customer) };
    });
  }

  /**
   * Mails the opt-in link again to a customer who has not confirmed the address. Neither the response nor its time
   * reveals whether such a customer exists.
   */
  async mailOptInAgain(email: string): Promise<void> {
    await inEqualTime(async () => {
      const account = await this.accounts.find(email);
      if (!account || !(await this.needsOptIn(account.customer.$))) return;
      await transaction(this.em, () => this.mailOptIn(account.customer.$, account.email)).catch(unlessDeleted);
    });
  }

  /**
   * The link may activate a customer. An employee who deactivates a customer revokes the token, so no new one is
   * created.
   */
  private async needsOptIn({ id, confirmedAt, mustConfirm, active, onHold }: Customer): Promise<boolean> {
    if (confirmedAt || onHold) return false;
    return (mustConfirm && active) || this.tokens.pending(id, 'opt-in');
  }

  private async make(input: SignUp, account: Credentials, sessionId: string | undefined): Promise<SignedUp> {
    return this.customers.withFreeNumber({}, async (id) => {
      const customer = await this.draft(id, input);
      try {
        await this.store(customer, input, account, sessionId);
      } catch (error) {
        if (!violates(error, 'accounts_pkey')) throw error;
        await this.refuse((input.login ?? input).email, error);
      }
      return { ...customer, loginEmail: account.email };
    });
  }

  private async draft(id: string, { confirm = false, profile, email }: SignUp): Promise<NewCustomer> {
    const { activation, strict } = this.tenants.settings;
    const mustConfirm = activation === 'both' || (confirm && activation !== 'email');
    const standing = {
      active: activation === 'none',
      mustConfirm,
      // For a response that does not reveal whether the customer is stored: the next number must not reveal it either.
      reference: strict ? await this.customers.nextReference() : undefined,
    };
    return this.customers.draft(id, standing, { ...profile, contactEmail: email }, ownReach);
  }

  private async store(
    customer: NewCustomer,
    input: SignUp,
    account: Credentials,
    sessionId: string | undefined,
  ): Promise<void> {
    const {
      activation,
      enableAccountCreationEmailConfirmation: welcomed,
      termsVersion,
      strict,
    } = this.tenants.settings;
    const { address, confirm = false, acceptsTermsFrom } = input;
    const insert = async (): Promise<void> => {
      const values = signUpValues(customer, account, this.visitor(input, sessionId));
      const inserted = await this.batcher.load<{ reference: string }>(insertSignUp, values, account.email);
      if (!inserted) throw new Failure('token_invalid');
      customer.reference = inserted.reference;
    };
    const byMail = confirm || activation === 'email' || activation === 'both';
    const joins = Boolean(customer.companyRegistrationId?.trim()) && !strict;
    if (!address && !joins && !byMail && !welcomed && !acceptsTermsFrom) await insert();
    else {
      await transaction(this.em, async () => {
        await insert();
        if (address) await this.addresses.add(customer.id, address);
        if (joins) await this.joinCompany(customer);
        if (acceptsTermsFrom) {
          const consent = { id: 'terms', version: termsVersion, accepted: true };
          await this.consents.record(customer.id, [consent], acceptsTermsFrom);
        }
        if (byMail) await this.mailOptIn(customer, account.email);
        if (welcomed) await this.mailWelcome(customer, account.email);
      });
    }
  }

  private async joinCompany(customer: NewCustomer | Customer): Promise<void> {
    const registrationId = customer.companyRegistrationId?.trim();
    if (registrationId)
      await this.members.join(customer, registrationId, customer.company ?? registrationId, false, undefined);
  }

  /** @throws Failure `email_taken`; at a strict tenant the owner of the address gets a mail instead */
  private async refuse(email: string, cause: unknown): Promise<void> {
    const { current: tenant, settings } = this.tenants;
    if (!settings.strict) throw new Failure('email_taken', { cause, facts: { email, tenant } });
    await this.accounts.mailAttempt(email);
  }

  /** The preferences that the customer omits are taken from the visitor's session. */
  private visitor({ profile }: SignUp, sessionId: string | undefined): SignUpVisitor {
    const { restrictions, enableSyncBetweenRestrictionsAndSiteCodes: sync } = this.tenants.settings;
    const site = (profile.preferredSite ?? null) === null;
    const currency = (profile.preferredCurrency ?? null) === null;
    return { sessionId, currency, site, restrictions: site && sync ? restrictions : null };
  }

  private async mailWelcome({ id }: Pick<NewCustomer, 'id'>, email: string): Promise<void> {
    const { links } = this.tenants.settings;
    await this.outbox.add('welcome', { email, customerId: id, confirmed: false }, { link: links.storefront });
  }

  private async mailOptIn({ id }: Pick<NewCustomer, 'id'>, email: string): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    await this.outbox.add('opt-in', { email, customerId: id, confirmed: false }, async () => {
      const token = await this.tokens.issue(id, 'opt-in', lifetimes.optIn);
      return { token, link: links.optIn + token };
    });
  }
}
