import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { Customer } from '../customers/customer.entity.js';
import { anyOf, transaction, violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { type AccountOfCustomer, AccountsService } from './accounts.service.js';
import { Identity, type IdentityTables } from './identity.entity.js';
import { OwnerNotices } from './owner-notices.js';

/** An identity, as its identity provider has confirmed it. */
export type ProvenIdentity = {
  issuer: string;
  /** At most 255 characters. */
  subject: string;
  /** The provider's name in the settings. */
  provider: string;
};

export interface OwnerConfirmation {
  /** Whether the owner of the login e-mail has confirmed the identity; otherwise a reset removes it. */
  ownerConfirmed: boolean;
}

/** An identity of a customer in an import. */
export type ImportedIdentity = ProvenIdentity & OwnerConfirmation & { customerId: string };

/** Links, lists and unlinks the identities with which customers log in at identity providers. */
@Injectable()
export class IdentitiesService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly notices: OwnerNotices,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Finds the customer who logs in with an identity. Joins the caller's transaction, in which the identity cannot be
   * unlinked.
   *
   * @returns the customer number, or undefined
   */
  async logIn({ issuer, subject }: ProvenIdentity): Promise<string | undefined> {
    const known = await this.em
      .getKysely<IdentityTables>()
      .updateTable('identities')
      .set({ last_login: this.clock.now() })
      .where('tenant', '=', this.tenants.current)
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .returning('customer_id')
      .executeTakeFirst();
    return known?.customer_id;
  }

  /** Whether a customer logs in with an identity. */
  async isKnown({ issuer, subject }: ProvenIdentity): Promise<boolean> {
    return (await this.em.count(Identity, { issuer, subject })) > 0;
  }

  /** Returns the customers who log in with these identities, by `identityKey`. */
  async owners(identities: ProvenIdentity[]): Promise<Map<string, string>> {
    if (identities.length === 0) return new Map();
    const found = await this.em
      .getKysely<IdentityTables>()
      .selectFrom('identities')
      .select(['issuer', 'subject', 'customer_id'])
      .where('tenant', '=', this.tenants.current)
      .where('issuer', '=', anyOf(identities.map(({ issuer }) => issuer)))
      .where('subject', '=', anyOf(identities.map(({ subject }) => subject)))
      .execute();
    return new Map(found.map((identity) => [identityKey(identity), identity.customer_id]));
  }

  /** Links identities that are not linked yet. Joins the caller's transaction. */
  async insert(identities: ImportedIdentity[]): Promise<void> {
    if (identities.length === 0) return;
    const tenant = this.tenants.current;
    const createdAt = this.clock.now();
    await this.em.insertMany(
      Identity,
      identities.map(({ customerId, ...identity }) => ({
        tenant,
        ...identity,
        id: randomUUID(),
        createdAt,
        customer: [tenant, customerId] as const,
      })),
    );
  }

  /** Lists the identities of a customer, oldest first. */
  async list(customerId: string): Promise<Identity[]> {
    return this.em.find(Identity, { customer: this.key(customerId) }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  }

  /**
   * Links an identity to a customer. Joins the caller's transaction.
   *
   * @returns the id of the identity for the customer
   * @throws Failure `identity_taken`, also by the same customer; `collection_full`
   */
  async add(customerId: string, identity: ProvenIdentity, { ownerConfirmed }: OwnerConfirmation): Promise<string> {
    const { issuer, subject, provider } = identity;
    const tenant = this.tenants.current;
    const id = randomUUID();
    try {
      await this.em.insert(Identity, {
        tenant,
        issuer,
        subject,
        id,
        customer: [tenant, customerId],
        provider,
        ownerConfirmed,
        createdAt: this.clock.now(),
      });
      return id;
    } catch (error) {
      if (!violates(error, 'identities_pkey')) throw collectionFull(error) ?? error;
      throw new Failure('identity_taken', { cause: error });
    }
  }

  /** Links the identity that a customer signs up with, as `add` does. Joins the caller's transaction. */
  async addAtSignUp(
    customerId: string,
    identity: ProvenIdentity,
    { ownerConfirmed }: OwnerConfirmation,
  ): Promise<void> {
    await this.add(customerId, identity, { ownerConfirmed });
    await this.history.record(customerId, 'signed_up', { fields: [identity.provider] });
  }

  /** Links an identity as `add` does, and notifies the owner of the account. Joins the caller's transaction. */
  async addWithNotice(
    customerId: string,
    identity: ProvenIdentity,
    { ownerConfirmed }: OwnerConfirmation,
  ): Promise<string> {
    const id = await this.add(customerId, identity, { ownerConfirmed });
    await this.history.record(customerId, 'identity_linked', { fields: [identity.provider] });
    await this.notices.addFor('identity-linked', customerId, { provider: identity.provider });
    return id;
  }

  /**
   * Links an identity to an account whose password the caller has confirmed. The owner gets a notice.
   *
   * @returns the id of the identity for the customer
   * @throws Failure `password_wrong` when it was changed meanwhile, `identity_taken`
   */
  async link(account: AccountOfCustomer, identity: ProvenIdentity): Promise<string> {
    const customer = account.customer.id;
    const id = await transaction(this.em, async () => {
      const ownerConfirmed = await this.accounts.lock(account);
      const added = await this.add(customer, identity, { ownerConfirmed });
      await this.history.record(customer, 'identity_linked', { fields: [identity.provider] });
      await this.notices.add('identity-linked', account, { provider: identity.provider });
      return added;
    });
    this.securityLog.record('identity_linked', { customer });
    return id;
  }

  /**
   * Returns the account of a customer after a check of its password.
   *
   * @throws Failure `password_wrong`, `login_locked` after too many wrong ones
   */
  async authenticatedAccount(customerId: string, password: string, origin: Origin): Promise<AccountOfCustomer> {
    const account = await this.accounts.get(customerId);
    await this.accounts.assertPassword(account, password, origin);
    return account;
  }

  /**
   * Unlinks an identity if the customer has another way to log in. All sessions of the customer end, except `but`, and
   * the owner gets a notice.
   *
   * @throws Failure `identity_not_found`, `last_login_way`
   */
  async unlink(customerId: string, id: string, but?: string): Promise<void> {
    if (!isUuid(id)) throw notFound(id);
    await transaction(this.em, async (em) => {
      // The row lock serialises concurrent requests. Otherwise each could remove the way to log in that the other
      // keeps.
      await em.findOne(Customer, { id: customerId }, { fields: ['id'], lockMode: LockMode.PESSIMISTIC_WRITE });
      const removed = await this.remove(customerId, id);
      if (!removed) throw notFound(id);
      const byPassword = {
        customer: this.key(customerId),
        $or: [{ passwordHash: { $ne: null } }, { legacyAuth: { $ne: null } }],
      };
      const left =
        (await em.count(Identity, { customer: this.key(customerId) })) + (await em.count(Account, byPassword));
      if (left === 0) throw new Failure('last_login_way');
      await this.sessions.endAllOf(customerId, but);
      await this.history.record(customerId, 'identity_unlinked', { fields: [removed.provider] });
      await this.notices.addFor('identity-unlinked', customerId, removed);
    });
    this.securityLog.record('identity_unlinked', { customer: customerId });
  }

  private async remove(customerId: string, id: string): Promise<{ provider: string } | undefined> {
    return this.em
      .getKysely<IdentityTables>()
      .deleteFrom('identities')
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .where('id', '=', id)
      .returning('provider')
      .executeTakeFirst();
  }

  private key(customerId: string): { tenant: string; id: string } {
    return { tenant: this.tenants.current, id: customerId };
  }
}

/** A text that is unique to an identity within a tenant. */
export function identityKey({ issuer, subject }: Pick<ProvenIdentity, 'issuer' | 'subject'>): string {
  return JSON.stringify([issuer, subject]);
}

function notFound(id: string): Failure {
  return new Failure('identity_not_found', { facts: { identity: id } });
}
