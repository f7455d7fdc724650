import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { AccountsService } from '../../credentials/accounts.service.js';
import { IdentitiesService } from '../../credentials/identities.service.js';
import { IdentityConfirmationService } from '../../credentials/identity-confirmation.service.js';
import { awaitsEmployee } from '../../customers/customer.entity.js';
import { CustomersService } from '../../customers/customers.service.js';
import { requestRow, transaction } from '../../database/database.js';
import { ownReach } from '../../tenants/reach.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { SignupMails } from '../signup-mails.js';
import { type VisitorPreferences, preferencesOf } from '../../session-context/visitor-preferences.sql.js';
import type { ExternalProfile } from './external-profile.js';

/** The first login with an identity that belongs to no customer yet. */
@Injectable()
export class FirstLoginService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly identities: IdentitiesService,
    private readonly confirmations: IdentityConfirmationService,
    private readonly accounts: AccountsService,
    private readonly customers: CustomersService,
    private readonly mails: SignupMails,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a customer for an identity that no customer logs in with. If the e-mail address has an account, its owner
   * gets a mail to confirm the identity instead. If the tenant trusts the provider's addresses, an account without an
   * owner is linked immediately. Also returns if a concurrent login has just created the customer.
   *
   * @param visitor the session whose currency and site the customer takes over
   * @throws Failure `identity_unlinked` when the e-mail address has an account; `identity_unknown` when the tenant
   * creates no customers, `identity_unproven` when it requires a verified e-mail address
   */
  async findOrCreate(profile: ExternalProfile, visitor: string): Promise<void> {
    const { ssoCustomerAutoprovisioningDisabled: closed, ssoCustomerIdentifierField: field } = this.tenants.settings;
    const account = profile.email && (await this.accounts.find(profile.email));
    if (account) {
      if (profile.trustEmail && (await this.confirmations.linkUnowned(account, profile.identity))) return;
      // A concurrent first login has just created the account, or linked the identity.
      if (await this.identities.isKnown(profile.identity)) return;
      await this.confirmations.mailOwner(account, profile.identity);
      throw new Failure('identity_unlinked');
    }
    if (closed) throw new Failure('identity_unknown');
    if (field === 'EMAIL' && profile.email === undefined) throw new Failure('identity_unproven');
    try {
      await this.provision(profile, visitor);
    } catch (error) {
      // A concurrent first login has created the customer.
      if (!(error instanceof Failure) || !['email_taken', 'identity_taken'].includes(error.code)) throw error;
    }
  }

  /**
   * Creates a customer without a password, who may log in at once, with the visitor's currency and site. Only a
   * verified e-mail address is stored.
   */
  private async provision({ identity, email, firstName, lastName }: ExternalProfile, visitor: string): Promise<void> {
    const request = requestRow({ tenant: ['text', this.tenants.current], session: ['uuid', visitor] });
    const preferencesSql = `(${preferencesOf('request.tenant', 'request.session')})`;
    const preferences = await this.em
      .getKysely<Record<never, never>>()
      .selectFrom(request.as('request'))
      .innerJoinLateral(sql.raw<VisitorPreferences>(preferencesSql).as('visitor'), (on) => on.onTrue())
      .select(['visitor.currency', 'visitor.site'])
      .executeTakeFirst();
    const preferred = { preferredCurrency: preferences?.currency, preferredSite: preferences?.site };
    const profile = { firstName, lastName, contactEmail: email, ...preferred };
    const store = async (id: string): Promise<void> => {
      const customer = this.customers.draft(id, { active: true, mustConfirm: false }, profile, ownReach);
      await this.customers.insert([{ ...customer, confirmedAt: email === undefined ? null : this.clock.now() }]);
      if (email !== undefined) {
        await this.accounts.open(id, { email, passwordHash: null, initialPassword: false });
        const owner = { email, customerId: id, confirmed: true };
        await this.mails.addWelcome(owner, { firstName });
        if (awaitsEmployee(customer) && !this.mails.welcomes) await this.mails.addAwaiting(owner, { firstName });
      }
      await this.identities.addAtSignUp(id, identity, { ownerConfirmed: email !== undefined });
    };
    await this.customers.withFreeNumber({}, (id) => transaction(this.em, () => store(id)));
  }
}
