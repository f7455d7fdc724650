import { EntityManager, type Loaded } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { Database, Statement, violates } from '../database/database.js';
import { SharedStatements, askers } from '../database/shared-statements.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { normalEmail } from '../common/email.js';
import { Lockout, Locks, locks } from './lockout.js';
import { type LegacyAuth, verifyLegacy } from './legacy/registry.js';
import { needsRehash } from './password-formats.js';
import { hashPassword, verifyPassword } from './password-hash.js';

interface LoginRow extends Locks {
  /** Null where there is no such account. */
  customer_id: string | null;
  password_hash: string | null;
  legacy_auth: LegacyAuth | null;
  initial_password: boolean;
  may_log_in: boolean;
}

/**
 * Shared; `account` is the key of the lockout. A row for each asker. What an older system hashed counts only in the
 * tenant's time for it.
 */
const findLogin: Required<Statement> = {
  name: 'find_login',
  text: `select asker.n, l.locked_until, l.failures,
      a.customer_id, a.password_hash, a.initial_password, c.may_log_in,
      case when a.legacy_auth is not null then (select a.legacy_auth from password_migrations m
        where m.tenant = a.tenant and m.retention_end_date > (asker.now at time zone 'UTC')::date) end as legacy_auth
    from ${askers({ tenant: 'text', email: 'text', now: 'timestamptz', origin: 'text', account: 'text' })}
      cross join lateral (
        ${locks({ tenant: 'asker.tenant', account: 'asker.account', origin: 'asker.origin', now: 'asker.now' })}) l
      left join accounts a on a.tenant = asker.tenant and a.email = asker.email
      left join customers c on c.tenant = a.tenant and c.id = a.customer_id`,
};

/** `$1` tenant, `$2` login e-mail, `$3` the new hash, `$4` the one it replaces. No row: another login was faster. */
const replaceHash: Statement = {
  name: 'replace_hash',
  text: `update accounts set password_hash = $3, legacy_auth = null
    where tenant = $1 and email = $2 and password_hash is not distinct from $4 returning 1`,
};

/** Who somebody is, and the hash that proved it. */
export interface Proof {
  customerId: string;
  passwordHash: string;
  initialPassword: boolean;
}

/** What a new account starts with. */
export interface NewAccount {
  email: string;
  passwordHash: string | null;
  initialPassword: boolean;
}

/** An account, loaded with its customer. */
export type AccountOfCustomer = Loaded<Account, 'customer'>;

/** Who may log in with what. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly shared: SharedStatements,
    private readonly tenants: TenantsService,
    private readonly lockout: Lockout,
    private readonly clock: Clock,
  ) {}

  /**
   * Proves who somebody is. Every refusal is the same, and takes as long, whatever its reason. A hash of another
   * system, or of weaker parameters, is replaced.
   *
   * @throws Failure `login_refused`, `login_locked` after too many refused ones
   */
  async authenticate(email: string, password: string): Promise<Proof> {
    const address = normalEmail(email);
    const key = this.lockout.keyOf('customer', address);
    const proof = await this.lockout.guard(
      key,
      () => this.findLogin(address, key),
      (login) => this.compare(address, password, login),
    );
    if (!proof) throw new Failure('login_refused');
    return proof;
  }

  /**
   * Has the owner of an account prove the password once more.
   *
   * @throws Failure `password_wrong`, `login_locked` after too many wrong ones
   */
  async proveAgain({ email, passwordHash }: AccountOfCustomer, password: string): Promise<void> {
    const key = this.lockout.keyOf('customer', email);
    const proof = await this.lockout.guard(
      key,
      () => this.lockout.locksOf(key),
      async () => (await verifyPassword(passwordHash, password)) || undefined,
    );
    if (!proof) throw new Failure('password_wrong');
  }

  /**
   * Makes the account that a customer logs in with. Joins the caller's transaction.
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
   * The account of a customer who has logged in.
   *
   * @throws Failure `password_wrong` for who has neither e-mail nor password, but a login at an identity provider
   */
  async of(customerId: string): Promise<AccountOfCustomer> {
    const account = await this.em.findOne(Account, { customer: this.key(customerId) }, { populate: ['customer'] });
    if (!account) throw new Failure('password_wrong');
    return account;
  }

  /** The account of a customer who has a password; who logs in at an identity provider may have none. */
  async withPassword(customerId: string): Promise<AccountOfCustomer | null> {
    const key = { customer: this.key(customerId), passwordHash: { $ne: null } };
    return this.em.findOne(Account, key, { populate: ['customer'] });
  }

  /** The login e-mail of a customer; a customer whom staff made may have none. */
  async emailOf(customerId: string): Promise<string | undefined> {
    return (await this.em.findOne(Account, { customer: this.key(customerId) }))?.email;
  }

  /**
   * Keeps the password as it was compared until the caller's transaction ends.
   *
   * @throws Failure `password_wrong` when it was changed meanwhile
   */
  async hold({ email, passwordHash }: AccountOfCustomer): Promise<void> {
    const held = await this.em.execute<unknown[]>(
      'select 1 from accounts where tenant = ? and email = ? and password_hash = ? for share',
      [this.tenants.current, email, passwordHash],
    );
    if (held.length === 0) throw new Failure('password_wrong');
  }

  /** The account with that login e-mail, in any spelling. */
  async find(email: string): Promise<AccountOfCustomer | null> {
    return this.em.findOne(Account, { email: normalEmail(email) }, { populate: ['customer'] });
  }

  private key(customerId: string): { tenant: string; id: string } {
    return { tenant: this.tenants.current, id: customerId };
  }

  /** @param email in its normal form */
  private async compare(email: string, password: string, login: LoginRow): Promise<Proof | undefined> {
    const { customer_id: customerId, password_hash: stored, legacy_auth: legacy } = login;
    const matches =
      (await verifyPassword(stored, password)) || (legacy && !stored && (await verifyLegacy(legacy, password)));
    if (!customerId || !matches || !login.may_log_in) return undefined;
    const { initial_password: initialPassword } = login;
    if (stored && !needsRehash(stored)) return { customerId, passwordHash: stored, initialPassword };
    const passwordHash = await hashPassword(password);
    const values = [this.tenants.current, email, passwordHash, stored];
    const [replaced] = await this.database.rows(replaceHash, values);
    return replaced ? { customerId, passwordHash, initialPassword } : this.authenticate(email, password);
  }

  /** @param email in its normal form */
  private async findLogin(email: string, key: string): Promise<LoginRow> {
    const attempt = { email, now: this.clock.now(), origin: this.lockout.origin, account: key };
    const login = await this.shared.ask<LoginRow>(findLogin, { tenant: this.tenants.current, ...attempt });
    if (!login) throw new Error('The query for a login answers one row');
    return login;
  }
}
