import { isDeepStrictEqual } from 'node:util';
import { EntityManager, type Loaded } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type SelectQueryBuilder, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { networkOf } from '../common/network-address.js';
import { firstNameOf, loginStates } from '../customers/customers.fragments.js';
import { updateCustomer } from '../customers/customers.sql.js';
import { type Statement, anyOf, transaction, violates } from '../database/database.js';
import { QueryBatcher, batchRows } from '../database/query-batcher.js';
import { History } from '../history/history.service.js';
import { Outbox } from '../mailer/outbox.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account, type AccountTables } from './account.entity.js';
import { normalEmail } from '../common/email.js';
import { Lockout, Locks, locks } from './lockout.js';
import { type LegacyAuth, verifyLegacy } from '../passwords/legacy/registry.js';
import { needsRehash } from '../passwords/password-formats.js';
import { hashPassword, verifyPassword } from './password-hash.js';

interface LoginRow extends Locks {
  /** Null if there is no such account. */
  customer_id: string | null;
  password_hash: string | null;
  legacy_auth: LegacyAuth | null;
  initial_password: boolean;
  may_log_in: boolean;
}

/** The columns of a login attempt in the statement below. */
const attemptColumns = {
  tenant: 'request.tenant',
  account: 'request.account',
  origin: 'request.origin',
  now: 'request.now',
  known: 'k.known',
};

/**
 * Runs in batches, and returns one row for each request. `account` is the key of the lockout. A hash of an older system
 * is valid only during the tenant's retention period.
 */
const findLogin: Required<Statement> = {
  name: 'find_login',
  text: `select request.n, l.locked_until, l.failures, k.known,
      a.customer_id, a.password_hash, a.initial_password, c.may_log_in,
      case when a.legacy_auth is not null then (select a.legacy_auth from password_migrations m
        where m.tenant = a.tenant and m.retention_end_date > (request.now at time zone 'UTC')::date) end as legacy_auth
    from ${batchRows({ tenant: 'text', email: 'text', now: 'timestamptz', origin: 'text', account: 'text' })}
      left join accounts a on a.tenant = request.tenant and a.email = request.email
      left join ${loginStates} c on c.tenant = a.tenant and c.id = a.customer_id
      cross join lateral (select coalesce(request.origin = any(c.known_networks), false) as known) k
      cross join lateral (${locks(attemptColumns)}) l`,
};

/** In seconds. */
const HOUR = 3600;

/** An authenticated customer, and the hash that the password matched. */
export interface Proof {
  customerId: string;
  passwordHash: string;
  initialPassword: boolean;
  /** Whether the customer has logged in from this network before. */
  isNetworkKnown: boolean;
}

/** The initial values of an account. */
export interface NewAccount {
  email: string;
  passwordHash: string | null;
  initialPassword: boolean;
}

/** An account, loaded with its customer. */
export type AccountOfCustomer = Loaded<Account, 'customer'>;

/** The accounts that customers log in with. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly em: EntityManager,
    private readonly batcher: QueryBatcher,
    private readonly tenants: TenantsService,
    private readonly lockout: Lockout,
    private readonly outbox: Outbox,
    private readonly history: History,
    private readonly clock: Clock,
  ) {}

  /**
   * Authenticates a customer. All failed attempts have the same error and take the same time, whatever their reason. A
   * hash of another system, or with weaker parameters, is replaced.
   *
   * @throws Failure `login_rejected`, `login_locked` after too many failed attempts
   */
  async authenticate(email: string, password: string, origin: Origin): Promise<Proof> {
    const address = normalEmail(email);
    const key = this.lockout.keyOf('customer', address);
    const network = networkOf(origin.address);
    const proof = await this.lockout.guard(
      key,
      network,
      () => this.findLogin(address, key, network),
      (login) => this.compare(address, password, login, origin),
    );
    if (!proof) throw new Failure('login_rejected');
    return proof;
  }

  /**
   * Checks that an account is not locked, without an attempt to authenticate.
   *
   * @throws Failure `login_locked`
   */
  async assertNotLocked(email: string, { address }: Origin): Promise<void> {
    const normal = normalEmail(email);
    this.lockout.assertNotLocked(
      await this.findLogin(normal, this.lockout.keyOf('customer', normal), networkOf(address)),
    );
  }

  /**
   * Checks the password of an authenticated customer again.
   *
   * @throws Failure `password_wrong`, `login_locked` after too many wrong ones
   */
  async assertPassword(
    { email, passwordHash, customer }: AccountOfCustomer,
    password: string,
    { address }: Origin,
  ): Promise<void> {
    const key = this.lockout.keyOf('customer', email);
    const network = networkOf(address);
    const known = customer.$.knownNetworks.includes(network);
    const proof = await this.lockout.guard(
      key,
      network,
      async () => ({ ...(await this.lockout.locksOf(key, network, known)), customer_id: customer.id }),
      async () => (await verifyPassword(passwordHash, password)) || undefined,
    );
    if (!proof) throw new Failure('password_wrong');
  }

  /**
   * Creates the account that a customer logs in with. Joins the caller's transaction.
   *
   * @throws Failure `email_taken`
   */
  async open(customerId: string, { email, passwordHash, initialPassword }: NewAccount): Promise<void> {
    const tenant = this.tenants.current;
    try {
      await this.em.insert(Account, {
        tenant,
        email: normalEmail(email),
        customer: [tenant, customerId],
        passwordHash,
        initialPassword,
        createdAt: this.clock.now(),
      });
    } catch (error) {
      if (!violates(error, 'accounts_pkey')) throw error;
      throw new Failure('email_taken', { cause: error, facts: { email, tenant } });
    }
  }

  /**
   * Returns the account of an authenticated customer.
   *
   * @throws Failure `password_wrong` for a customer who logs in at an identity provider and has neither e-mail nor
   * password
   */
  async get(customerId: string): Promise<AccountOfCustomer> {
    const account = await this.findByCustomer(customerId);
    if (!account) throw new Failure('password_wrong');
    return account;
  }

  /** Returns the account of a customer, if there is one. */
  async findByCustomer(customerId: string): Promise<AccountOfCustomer | null> {
    return this.em.findOne(Account, { customer: this.key(customerId) }, { populate: ['customer'] });
  }

  /**
   * Returns the account of a customer if it has a password. A customer who logs in at an identity provider may have
   * none.
   */
  async withPassword(customerId: string): Promise<AccountOfCustomer | null> {
    const key = { customer: this.key(customerId), passwordHash: { $ne: null } };
    return this.em.findOne(Account, key, { populate: ['customer'] });
  }

  /** Returns the login e-mail of a customer. A customer that an employee created may have none. */
  async emailOf(customerId: string): Promise<string | undefined> {
    return (await this.em.findOne(Account, { customer: this.key(customerId) }))?.email;
  }

  /**
   * Locks the account until the caller's transaction ends, so that the password that was compared does not change.
   *
   * @returns whether the owner of the login e-mail has confirmed the account
   * @throws Failure `password_wrong` when it was changed meanwhile
   */
  async lock({ email, passwordHash }: AccountOfCustomer): Promise<boolean> {
    const held = await this.rows
      .where('email', '=', email)
      .where('password_hash', 'is not distinct from', passwordHash ?? null)
      .select('owner_confirmed')
      .forShare()
      .executeTakeFirst();
    if (!held) throw new Failure('password_wrong');
    return held.owner_confirmed;
  }

  /**
   * Replaces the password of a customer, including one from an older system. Joins the caller's transaction.
   *
   * @param expected the hash that was compared, so that a password that was reset meanwhile is not overwritten; null
   * for any hash
   * @param network replaces the networks to which the account-wide lock does not apply; null keeps them
   * @returns the login e-mail, the first name, and whether the account had no password before
   * @throws Failure `password_wrong` when the account is gone or its hash is not the expected one
   */
  async setPassword(
    customerId: string,
    passwordHash: string,
    expected: string | null = null,
    network: string | null = null,
  ): Promise<{ email: string; firstName: string | null; isFirst: boolean }> {
    const tenant = this.tenants.current;
    const db = this.em.getKysely<AccountTables>();
    const account = db
      .updateTable('accounts')
      .set({ password_hash: passwordHash, initial_password: false, legacy_auth: null })
      .where('tenant', '=', tenant)
      .where('customer_id', '=', customerId)
      .$if(expected !== null, (update) => update.where('password_hash', '=', expected))
      .returning('email');
    const known = updateCustomer(this.em, tenant, customerId)
      .set({ known_networks: sql<string[]>`array[${network}::text]` })
      .where(sql<boolean>`${network}::text is not null and exists (select from stored)`);
    // The rows as they are before this statement.
    const without = db
      .selectFrom('accounts')
      .select(sql<boolean>`password_hash is null and legacy_auth is null`.as('is_first'))
      .where('tenant', '=', tenant)
      .where('customer_id', '=', customerId);
    const stored = await db
      .with('stored', () => account)
      .with('known', () => known)
      .selectFrom('stored')
      .select(['email', sql<boolean>`${without}`.as('isFirst')])
      .select(sql<string | null>`${firstNameOf(this.em, tenant, customerId)}`.as('firstName'))
      .executeTakeFirst();
    if (!stored) throw new Failure('password_wrong');
    await this.history.record(customerId, expected === null ? 'password_reset' : 'password_changed');
    return stored;
  }

  /** Clears the failed logins of accounts, and the resulting locks. @param emails in their normal form */
  async clearFailures(...emails: string[]): Promise<void> {
    await this.lockout.clear(...emails.map((email) => this.lockout.keyOf('customer', email)));
  }

  /**
   * Deletes the account of a customer if the owner of its login e-mail has not confirmed it. Joins the caller's
   * transaction.
   *
   * @param email in its normal form
   * @returns whether it was deleted
   */
  async closeUnconfirmed(customerId: string, email: string): Promise<boolean> {
    const unconfirmed = { email, customer: this.key(customerId), ownerConfirmed: false };
    return (await this.em.nativeDelete(Account, unconfirmed)) > 0;
  }

  /** Finds the account with that login e-mail, in any spelling. */
  async find(email: string): Promise<AccountOfCustomer | null> {
    return this.em.findOne(Account, { email: normalEmail(email) }, { populate: ['customer'] });
  }

  /**
   * Notifies the owner of an account by mail that a third party used the address to sign up. The mail is sent at most
   * once an hour, and not right after the owner's own sign-up.
   */
  async mailSignupAttempt(email: string): Promise<void> {
    const { settings } = this.tenants;
    await transaction(this.em, async () => {
      // Because of the lock, only one of many concurrent requests sends the mail.
      const account = this.rows.where('email', '=', normalEmail(email));
      const owner = await account.select('customer_id').forNoKeyUpdate().executeTakeFirst();
      const since = this.clock.in(-HOUR);
      for (const kind of ['opt-in', 'initial-password'] as const) {
        if (await this.outbox.wasStored(kind, email, since)) return;
      }
      const facts = { link: settings.links.storefront };
      await this.outbox.add('signup-attempt', { email, customerId: owner?.customer_id, confirmed: false }, facts);
    });
  }

  /** Returns the customers who have these login e-mails, normalised by `normalEmail`, by e-mail. */
  async owners(emails: string[]): Promise<Map<string, string>> {
    const found = await this.rows.where('email', '=', anyOf(emails)).select(['email', 'customer_id']).execute();
    return new Map(found.map(({ email, customer_id }) => [email, customer_id]));
  }

  /**
   * Replaces the imported hash of a customer. A password that the owner or an employee has set since is kept.
   *
   * @returns whether the hash changed
   */
  async replaceImported(
    customerId: string,
    imported: { passwordHash: string | null; legacyAuth: LegacyAuth | null },
  ): Promise<boolean> {
    const replaceable = { customer: this.key(customerId), ownerConfirmed: false, initialPassword: false };
    const account = await this.em.findOne(Account, replaceable, { refresh: true });
    const { email, passwordHash = null, legacyAuth = null } = account ?? {};
    if (email === undefined || isDeepStrictEqual({ passwordHash, legacyAuth }, imported)) return false;
    return (await this.em.nativeUpdate(Account, { ...replaceable, email, passwordHash }, imported)) > 0;
  }

  /**
   * A query for the given login e-mails, normalised by `normalEmail`, that are taken, with the customer numbers of their
   * owners.
   */
  taken(
    emails: string[],
  ): SelectQueryBuilder<AccountTables, 'accounts', { field: string; value: string; owner: string }> {
    return this.rows
      .where('email', '=', anyOf(emails))
      .select([sql<string>`'emails'`.as('field'), 'email as value', 'customer_id as owner']);
  }

  private get rows() {
    return this.em.getKysely<AccountTables>().selectFrom('accounts').where('tenant', '=', this.tenants.current);
  }

  private key(customerId: string): { tenant: string; id: string } {
    return { tenant: this.tenants.current, id: customerId };
  }

  /** @param email in its normalised form */
  private async compare(email: string, password: string, login: LoginRow, origin: Origin): Promise<Proof | undefined> {
    const { customer_id: customerId, password_hash: stored, legacy_auth: legacy } = login;
    const matches =
      (await verifyPassword(stored, password)) || (legacy && !stored && (await verifyLegacy(legacy, password)));
    if (!customerId || !matches || !login.may_log_in) return undefined;
    const rest = { customerId, initialPassword: login.initial_password, isNetworkKnown: login.known };
    if (stored && !needsRehash(stored)) return { ...rest, passwordHash: stored };
    const passwordHash = await hashPassword(password);
    const replaced = await this.em.nativeUpdate(
      Account,
      { email, passwordHash: stored },
      { passwordHash, legacyAuth: null },
    );
    // If no row matched, a concurrent login has replaced the hash.
    return replaced > 0 ? { ...rest, passwordHash } : this.authenticate(email, password, origin);
  }

  /** @param email in its normalised form */
  private async findLogin(email: string, key: string, network: string): Promise<LoginRow> {
    const attempt = { email, now: this.clock.now(), origin: network, account: key };
    const login = await this.batcher.load<LoginRow>(findLogin, { tenant: this.tenants.current, ...attempt });
    if (!login) throw new Error('The login query must return one row');
    return login;
  }
}
