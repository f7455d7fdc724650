import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { transaction, violates } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { limits } from '../limits/limits.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { type AccountOfCustomer, AccountsService } from './accounts.service.js';
import { Identity } from './identity.entity.js';
import { OneTimeTokens, pending } from './one-time-tokens.js';
import { Ownership } from './ownership.js';

/** In seconds. */
const HOUR = 3600;

/** Who somebody is at an identity provider, as the provider has proven it. */
export type ProvenIdentity = {
  issuer: string;
  /** Of at most 255 characters. */
  subject: string;
  /** The provider's name in the settings. */
  provider: string;
};

/** The identities with which customers log in elsewhere: linked, listed, unlinked. */
@Injectable()
export class IdentitiesService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly tokens: OneTimeTokens,
    private readonly ownership: Ownership,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /**
   * The customer who logs in with an identity. Joins the caller's transaction, in which the identity cannot be
   * unlinked.
   *
   * @returns the customer number, or undefined
   */
  async logIn({ issuer, subject }: ProvenIdentity): Promise<string | undefined> {
    const [known] = await this.em.execute<{ customer_id: string }[]>(
      'update identities set last_login = ? where tenant = ? and issuer = ? and subject = ? returning customer_id',
      [this.clock.now(), this.tenants.current, issuer, subject],
    );
    return known?.customer_id;
  }

  /** Whether a customer logs in with an identity. */
  async isKnown({ issuer, subject }: ProvenIdentity): Promise<boolean> {
    return (await this.em.count(Identity, { issuer, subject })) > 0;
  }

  /** Those of a customer, oldest first. */
  async list(customerId: string): Promise<Identity[]> {
    return this.em.find(Identity, { customer: this.key(customerId) }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  }

  /**
   * Links an identity to a customer. Joins the caller's transaction.
   *
   * @returns the id that the customer names it by
   * @throws Failure `identity_taken`, also by the same customer
   */
  async add(customerId: string, { issuer, subject, provider }: ProvenIdentity): Promise<string> {
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
        createdAt: this.clock.now(),
      });
      return id;
    } catch (error) {
      if (!violates(error, 'identities_pkey')) throw error;
      throw new Failure('identity_taken', { cause: error });
    }
  }

  /**
   * Links an identity to the account of somebody who has proven to know its password.
   *
   * @returns the id that the customer names it by
   * @throws Failure `password_wrong` when it was changed meanwhile, `identity_taken`
   */
  async link(account: AccountOfCustomer, identity: ProvenIdentity): Promise<string> {
    const customer = account.customer.id;
    const id = await transaction(this.em, async () => {
      await this.accounts.hold(account);
      return this.add(customer, identity);
    });
    this.securityLog.tell('identity_linked', { customer });
    return id;
  }

  /**
   * The account of somebody who knows its password.
   *
   * @throws Failure `password_wrong`, `login_locked` after too many wrong ones
   */
  async provenOwner(customerId: string, password: string): Promise<AccountOfCustomer> {
    const account = await this.accounts.of(customerId);
    await this.accounts.proveAgain(account, password);
    return account;
  }

  /**
   * Asks the owner of an account by mail whether an identity is theirs; not too often, and not for who may have no
   * login. Nor where the owner has another identity of the issuer: it says that somebody else has the address now.
   */
  async askOwner({ email, customer }: AccountOfCustomer, identity: ProvenIdentity): Promise<void> {
    const { links, lifetimes } = this.tenants.settings;
    const { id, firstName, onHold, type, confirmedAt } = customer.$;
    if (onHold || type === 'CONTACT') return;
    const { issuer } = identity;
    // Before the address is confirmed, the other one may be a stranger's.
    if (confirmedAt && (await this.em.count(Identity, { customer: this.key(id), issuer })) > 0) return;
    if (await this.outbox.holds(['link-identity'], email, this.clock.in(-HOUR), limits.mail.perEmail)) return;
    await transaction(this.em, async () => {
      const token = await this.tokens.issue(id, 'link-identity', lifetimes.linkIdentity, identity);
      const facts = { firstName: firstName ?? undefined, token, link: links.linkIdentity + token };
      await this.outbox.add('link-identity', { email, customerId: id }, { ...facts, provider: identity.provider });
    });
  }

  /**
   * Links an identity with the token that its owner was mailed. Who used an account whose address was never confirmed
   * may be a stranger who waited for its owner: password, sessions and what `Ownership` tells of are gone.
   *
   * @throws Failure `mailed_token_refused`, `identity_taken`
   */
  async confirm(token: string): Promise<void> {
    const customer = await transaction(this.em, async () => {
      const { customerId, intent } = await this.tokens.use<ProvenIdentity>(token, 'link-identity');
      if (await this.forgetUnprovenPassword(customerId)) {
        await this.ownership.prove(customerId);
        await this.tokens.revoke(customerId, pending);
        await this.sessions.endAllOf(customerId);
      }
      await this.add(customerId, intent);
      return customerId;
    });
    this.securityLog.tell('identity_linked', { customer });
  }

  /**
   * Unlinks an identity, while the customer has another way to log in; the customer's other sessions end.
   *
   * @throws Failure `identity_not_found`, `last_login_way`
   */
  async unlink(customerId: string, sessionId: string, id: string): Promise<void> {
    if (!isUuid(id)) throw notFound(id);
    await transaction(this.em, async (em) => {
      // Two at once, of which each takes the other for the way that remains, take turns.
      await em.execute('select 1 from customers where tenant = ? and id = ? for update', [
        this.tenants.current,
        customerId,
      ]);
      const removed = await em.nativeDelete(Identity, { customer: this.key(customerId), id });
      if (removed === 0) throw notFound(id);
      const byPassword = {
        customer: this.key(customerId),
        $or: [{ passwordHash: { $ne: null } }, { legacyAuth: { $ne: null } }],
      };
      const left =
        (await em.count(Identity, { customer: this.key(customerId) })) + (await em.count(Account, byPassword));
      if (left === 0) throw new Failure('last_login_way');
      await this.sessions.endAllOf(customerId, sessionId);
    });
    this.securityLog.tell('identity_unlinked', { customer: customerId });
  }

  /** @returns whether nobody has confirmed the address; then the account's row is held until the transaction ends */
  private async forgetUnprovenPassword(customerId: string): Promise<boolean> {
    const forgotten = await this.em.execute<unknown[]>(
      `update accounts a set password_hash = null, legacy_auth = null, initial_password = false
        from customers c where c.tenant = a.tenant and c.id = a.customer_id and c.confirmed_at is null
          and a.tenant = ? and a.customer_id = ? returning 1`,
      [this.tenants.current, customerId],
    );
    return forgotten.length > 0;
  }

  private key(customerId: string): { tenant: string; id: string } {
    return { tenant: this.tenants.current, id: customerId };
  }
}

function notFound(id: string): Failure {
  return new Failure('identity_not_found', { facts: { identity: id } });
}
