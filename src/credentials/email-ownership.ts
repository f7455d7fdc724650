import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { acceptInvitations, endMembershipRequests, leaveCompanies } from '../companies/companies.fragments.js';
import { updateCustomer } from '../customers/customers.sql.js';
import { History } from '../history/history.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { AccountTables } from './account.entity.js';
import type { IdentityTables } from './identity.entity.js';
import type { OneTimeTokenTables } from './one-time-token.entity.js';
import { intruderPurposes } from './one-time-tokens.js';

type OwnTables = AccountTables & IdentityTables & OneTimeTokenTables;

/**
 * The owner of an account is the person who reads the mails to its login e-mail. Anyone can sign up with any address,
 * and an address can pass to another person.
 *
 * `owner_confirmed` of an account means that this person has confirmed it, by the opt-in mail or by a password that was
 * set with a mailed token. Identities that are linked with the password from then on are the owner's too. All methods
 * join the caller's transaction.
 */
@Injectable()
export class EmailOwnership {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly history: History,
    private readonly clock: Clock,
  ) {}

  /**
   * Confirms the owner, who takes the account over with a mailed token. Identities that the owner has not confirmed are
   * removed, and mailed tokens that an intruder may have requested are revoked. If the address had never been confirmed,
   * the customer also leaves the companies that it joined without an employee, because another person may be their
   * administrator. The caller replaces the password, ends the sessions, and holds the lock of the account's row, so that
   * no identity is linked meanwhile.
   *
   * @param invited whether the token came with an invitation to the company. The customer then stays in it, or becomes
   * a member if the company's Admin invited at a strict tenant. Other membership requests end
   */
  async confirm(customerId: string, invited = false): Promise<void> {
    await this.em
      .getKysely<OwnTables>()
      .with('owned', () => this.setOwnerConfirmed(customerId, true))
      .with('unlinked', () => this.deleteIdentities(customerId).where('owner_confirmed', '=', false))
      .with('revoked', () => this.deleteIntruderTokens(customerId))
      .with('unconfirmed', () => this.confirmAddress(customerId))
      .with('left_companies', () => leaveCompanies(this.em).where(sql<boolean>`not ${invited}::boolean`))
      .with('ended_requests', () => endMembershipRequests(this.em, this.tenants.current, customerId, invited))
      .with('accepted', () => acceptInvitations(this.em, invited, this.clock.now()))
      .selectNoFrom(sql.lit(1).as('done'))
      .execute();
  }

  /**
   * Confirms the account as it is. The opt-in mail names the person who signed up.
   *
   * @returns the login e-mail in its normal form
   */
  async confirmAsIs(customerId: string): Promise<string | undefined> {
    const account = await this.setOwnerConfirmed(customerId, true).returning('email').executeTakeFirst();
    await this.history.record(customerId, 'email_confirmed');
    return account?.email;
  }

  /**
   * Returns the account to the owner of an earlier login e-mail, who undoes its change. The account has no password and
   * no identities afterwards.
   *
   * @returns whether the customer has an account
   */
  async restore(customerId: string, email: string): Promise<boolean> {
    const restored = await this.em
      .getKysely<OwnTables>()
      .with('unlinked', () => this.deleteIdentities(customerId))
      .updateTable('accounts')
      .set({ email, password_hash: null, legacy_auth: null, initial_password: false })
      .set({ owner_confirmed: true, email_confirmed: true })
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .returning('email')
      .execute();
    return restored.length > 0;
  }

  /**
   * Resets the confirmation after a change of the login e-mail. Its owner may be another person, who has confirmed
   * nothing yet.
   */
  async withdraw(customerId: string): Promise<void> {
    await this.em
      .getKysely<OwnTables>()
      .with('account', () => this.setOwnerConfirmed(customerId, false))
      .updateTable('identities')
      .set({ owner_confirmed: false })
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .execute();
  }

  private setOwnerConfirmed(customerId: string, owner_confirmed: boolean) {
    return this.em
      .getKysely<OwnTables>()
      .updateTable('accounts')
      .set({ owner_confirmed, ...(owner_confirmed && { email_confirmed: true }) })
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId);
  }

  private deleteIdentities(customerId: string) {
    return this.em
      .getKysely<OwnTables>()
      .deleteFrom('identities')
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId);
  }

  private deleteIntruderTokens(customerId: string) {
    return this.em
      .getKysely<OwnTables>()
      .deleteFrom('one_time_tokens')
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .where('purpose', 'in', intruderPurposes);
  }

  /**
   * Confirms the address of a customer, unless the opt-in is outstanding: the opt-in token is then still required,
   * because it may activate the customer. Returns a row if the address had never been confirmed.
   */
  private confirmAddress(customerId: string) {
    const tenant = this.tenants.current;
    const optIn = this.em
      .getKysely<OwnTables>()
      .selectFrom('one_time_tokens')
      .select('tenant')
      .where('tenant', '=', tenant)
      .where('customer_id', '=', customerId)
      .where('purpose', '=', 'opt-in');
    const now = this.clock.now();
    const confirmedAt = sql<Date | null>`case when not must_confirm and not exists ${optIn} then ${now}::timestamptz end`;
    return updateCustomer(this.em, tenant, customerId)
      .set({ confirmed_at: confirmedAt })
      .where('confirmed_at', 'is', null)
      .returning(['tenant', 'id']);
  }
}
