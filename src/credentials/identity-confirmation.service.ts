import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { loginStates } from '../customers/customers.fragments.js';
import { customersOf } from '../customers/customers.sql.js';
import { transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { AccountTables } from './account.entity.js';
import type { AccountOfCustomer } from './accounts.service.js';
import { EmailOwnership } from './email-ownership.js';
import { IdentitiesService, type ProvenIdentity } from './identities.service.js';
import { Identity, type IdentityTables } from './identity.entity.js';
import { OneTimeTokens, unlessDeleted } from './one-time-tokens.js';

/** Links identities that the owner of an account confirms by mail. */
@Injectable()
export class IdentityConfirmationService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly identities: IdentitiesService,
    private readonly tokens: OneTimeTokens,
    private readonly ownership: EmailOwnership,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Asks the owner of an account by mail whether an identity is theirs. A customer who must not log in gets no mail.
   * Neither does an owner who has another identity of the issuer, because the address has then passed to another
   * person.
   */
  async mailOwner({ email, customer }: AccountOfCustomer, identity: ProvenIdentity): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const { id, firstName, onHold, type, confirmedAt } = customer.$;
    if (onHold || type === 'CONTACT') return;
    const { issuer } = identity;
    // Before the address is confirmed, the other identity may belong to a third party.
    if (confirmedAt && (await this.em.count(Identity, { customer: { tenant: this.tenants.current, id }, issuer })) > 0)
      return;
    await transaction(this.em, async () => {
      const facts = async () => {
        const token = await this.tokens.issue(id, 'link-identity', lifetimes.linkIdentity, identity);
        return { token, link: links.linkIdentity + token, provider: identity.provider };
      };
      const to = { email, customerId: id, confirmed: Boolean(confirmedAt) };
      await this.outbox.add('link-identity', to, facts, { firstName });
    }).catch(unlessDeleted);
  }

  /**
   * Links an identity with the token that was mailed to its owner. If the address had never been confirmed, another
   * person may have used the account. The password, the sessions and the identities that the owner has not confirmed
   * are then removed.
   *
   * @throws Failure `mailed_token_rejected`, `identity_taken`
   */
  async confirm(token: string): Promise<void> {
    const customer = await transaction(this.em, async () => {
      const { customerId, intent } = await this.tokens.use<ProvenIdentity>(token, 'link-identity');
      if (await this.forgetUnprovenPassword(customerId)) {
        await this.ownership.confirm(customerId);
        await this.sessions.endAllOf(customerId);
      }
      await this.identities.addWithNotice(customerId, intent, { ownerConfirmed: true });
      return customerId;
    });
    this.securityLog.record('identity_linked', { customer });
  }

  /**
   * Links an identity to an account that never had an owner, for a provider whose e-mail addresses the tenant trusts.
   * This confirms the address, as a mail would. An account has an owner if it has a password or another identity, or if
   * its address was confirmed. Its owner must then confirm the identity by mail. The identity is not linked either if the
   * customer may not log in: an employee must decide.
   *
   * @returns whether the identity was linked
   * @throws Failure `identity_taken`
   */
  async linkUnowned(account: AccountOfCustomer, identity: ProvenIdentity): Promise<boolean> {
    const { id } = account.customer;
    const linked = await transaction(this.em, async () => {
      if (!(await this.lockUnowned(account))) return false;
      await this.ownership.confirm(id);
      await this.sessions.endAllOf(id);
      // A password that is set by mail removes the identity, because nobody has confirmed it by mail.
      await this.identities.addWithNotice(id, identity, { ownerConfirmed: false });
      return true;
    });
    if (linked) this.securityLog.record('identity_linked', { customer: id });
    return linked;
  }

  /**
   * Locks an account if it has no owner. Of two concurrent logins, the second one finds the owner that
   * the first one has confirmed in the same row.
   */
  private async lockUnowned({ email, customer }: AccountOfCustomer): Promise<boolean> {
    const held = await this.em
      .getKysely<AccountTables & IdentityTables>()
      .selectFrom('accounts as a')
      .select('a.email')
      .where('a.tenant', '=', this.tenants.current)
      .where('a.email', '=', email)
      .where('a.customer_id', '=', customer.id)
      .where('a.password_hash', 'is', null)
      .where('a.legacy_auth', 'is', null)
      .where('a.owner_confirmed', '=', false)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('identities as i')
              .select('i.id')
              .whereRef('i.tenant', '=', 'a.tenant')
              .whereRef('i.customer_id', '=', 'a.customer_id'),
          ),
        ),
      )
      .where(
        sql<boolean>`exists (select from ${sql.raw(loginStates)} c
          where c.tenant = a.tenant and c.id = a.customer_id and c.may_log_in)`,
      )
      .forUpdate('a')
      .execute();
    return held.length > 0;
  }

  /** @returns whether the address was never confirmed; the account's row is then locked until the transaction ends */
  private async forgetUnprovenPassword(customerId: string): Promise<boolean> {
    const tenant = this.tenants.current;
    const unconfirmed = customersOf(this.em, tenant).where('id', '=', customerId).where('confirmed_at', 'is', null);
    const forgotten = await this.em
      .getKysely<AccountTables>()
      .updateTable('accounts as a')
      .from(unconfirmed.select('id').as('c'))
      .set({ password_hash: null, legacy_auth: null, initial_password: false })
      .where('a.tenant', '=', tenant)
      .whereRef('a.customer_id', '=', 'c.id')
      .returning('a.email')
      .execute();
    return forgotten.length > 0;
  }
}
