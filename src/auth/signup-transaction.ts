import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { AddressChanges, AddressesService } from '../addresses/addresses.service.js';
import { Failure } from '../common/failure.js';
import { ConsentsService } from '../consents/consents.service.js';
import type { NewCustomer, ProfileChanges } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { QueryBatcher } from '../database/query-batcher.js';
import type { PreparedMail } from '../mailer/mailer.fragments.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { SignupCompany } from './signup-company.js';
import { SignupMails } from './signup-mails.js';
import { type SignUpAccount, type SignUpVisitor, insertSignUp, signUpValues } from './signup.sql.js';

/** The parts of a sign-up that are stored beside the credentials. */
export interface SignUpParts {
  profile: ProfileChanges;
  address?: AddressChanges;
  /** Whether the address must be confirmed by mail, regardless of the tenant's settings. */
  confirm?: boolean;
  /** Whether the customer accepts the current terms. */
  acceptsTerms?: boolean;
  /** The origin of the request, which is stored with the consent and in the history. */
  origin?: Origin;
}

/** Stores a sign-up with all its parts, or nothing. */
@Injectable()
export class SignupTransaction {
  constructor(
    private readonly em: EntityManager,
    private readonly batcher: QueryBatcher,
    private readonly tenants: TenantsService,
    private readonly addresses: AddressesService,
    private readonly company: SignupCompany,
    private readonly consents: ConsentsService,
    private readonly mails: SignupMails,
  ) {}

  /**
   * Stores a customer with the account, and everything else that the sign-up contains. Sets the customer's reference to
   * the stored one. A transaction is used only if there is more to store than the customer and the account.
   *
   * @param sessionId the visitor's session, which the same statement validates
   * @throws Failure `token_invalid`
   * @throws Error that `violates` `accounts_pkey` when the e-mail address has an account
   */
  async store(
    customer: NewCustomer,
    account: SignUpAccount,
    { profile, address, confirm = false, acceptsTerms, origin = {} }: SignUpParts,
    sessionId: string | undefined,
  ): Promise<void> {
    const { activation, termsVersion } = this.tenants.settings;
    const byMail = confirm || activation === 'email' || activation === 'both';
    const mail = this.mails.prepareAwaiting(customer, account.email, byMail);
    const insert = () => this.insert(customer, account, this.visitor(profile, sessionId), mail);
    const joins = this.company.joinsAtSignup(customer);
    if (!address && !joins && !byMail && !this.mails.welcomes && !acceptsTerms) return insert();
    await transaction(this.em, async () => {
      await insert();
      if (address) await this.addresses.add(customer.id, address);
      await this.company.joinAtSignup(customer);
      if (acceptsTerms) {
        const consent = { id: 'terms', version: termsVersion, accepted: true };
        await this.consents.record(customer.id, [consent], origin);
      }
      if (byMail) await this.mails.addOptIn(customer.id, account.email);
      // The Glue API mails only the registration key.
      if (!confirm) await this.mails.addWelcome({ email: account.email, customerId: customer.id, confirmed: false });
    });
  }

  private async insert(
    customer: NewCustomer,
    account: SignUpAccount,
    visitor: SignUpVisitor,
    mail: PreparedMail | undefined,
  ): Promise<void> {
    const values = signUpValues(customer, account, visitor, mail);
    const inserted = await this.batcher.load<{ reference: string }>(insertSignUp, values, account.email);
    if (!inserted) throw new Failure('token_invalid');
    customer.reference = inserted.reference;
  }

  /** The preferences that the customer omits are taken from the visitor's session. */
  private visitor(profile: ProfileChanges, sessionId: string | undefined): SignUpVisitor {
    const { restrictions, enableSyncBetweenRestrictionsAndSiteCodes: sync } = this.tenants.settings;
    const site = (profile.preferredSite ?? null) === null;
    const currency = (profile.preferredCurrency ?? null) === null;
    return { sessionId, currency, site, restrictions: site && sync ? restrictions : null };
  }
}
