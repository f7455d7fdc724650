import { Injectable } from '@nestjs/common';
import { AddressesService } from '../addresses/addresses.service.js';
import { normalEmail } from '../common/email.js';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { NewPasswords } from '../credentials/new-passwords.js';
import { hashPassword } from '../credentials/password-hash.js';
import { CustomersService, NewCustomer } from '../customers/customers.service.js';
import { violates } from '../database/database.js';
import { ownReach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { LoginHelpService } from './login-help.service.js';
import type { SignUpAccount } from './signup.sql.js';
import { type SignUpParts, SignupTransaction } from './signup-transaction.js';

export interface SignUp extends SignUpParts {
  /** The contact e-mail. It is also the login e-mail, unless `login` contains another. */
  email: string;
  password: string;
  login?: { email: string; password: string };
}

/** The customer who signed up, with the stored time and reference. */
export type SignedUp = NewCustomer & { loginEmail: string };

/** The sign-up of customers. */
@Injectable()
export class SignupService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly newPasswords: NewPasswords,
    private readonly addresses: AddressesService,
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly signups: SignupTransaction,
    private readonly help: LoginHelpService,
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
    const passwordHash = await hashPassword(password);
    const account = { email: normalEmail(email), passwordHash, address: input.origin?.address };
    if (!this.tenants.settings.strict) return this.create(input, account, sessionId);
    return inEqualTime(() => this.create(input, account, sessionId));
  }

  private async create(input: SignUp, account: SignUpAccount, sessionId: string | undefined): Promise<SignedUp> {
    return this.customers.withFreeNumber({}, async (id) => {
      const customer = await this.draft(id, input);
      try {
        await this.signups.store(customer, account, input, sessionId);
      } catch (error) {
        if (!violates(error, 'accounts_pkey')) throw error;
        await this.reject((input.login ?? input).email, input.confirm === true, error);
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

  /**
   * @param helps whether the owner of the address gets a mail that helps to log in
   * @throws Failure `email_taken`, not at a strict tenant: there the owner gets a mail in any case
   */
  private async reject(email: string, helps: boolean, cause: unknown): Promise<void> {
    const { current: tenant, settings } = this.tenants;
    if (helps) await this.help.mailAfterSignUp(email);
    else if (settings.strict) await this.accounts.mailSignupAttempt(email);
    if (!settings.strict) throw new Failure('email_taken', { cause, facts: { email, tenant } });
  }
}
