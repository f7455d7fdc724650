import { EntityManager, type Loaded } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { Database, Statement, violates } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { normalEmail } from '../common/email.js';
import { type LegacyAuth, verifyLegacy } from './legacy/registry.js';
import { needsRehash } from './password-formats.js';
import { hashPassword, verifyPassword } from './password-hash.js';

interface LoginRow {
  customer_id: string;
  password_hash: string | null;
  legacy_auth: LegacyAuth | null;
  initial_password: boolean;
  may_log_in: boolean;
}

/** `$1` tenant, `$2` login e-mail, `$3` today. What an older system hashed counts only in the tenant's time for it. */
const findLogin: Statement = {
  name: 'find_login',
  text: `select a.customer_id, a.password_hash, a.initial_password, c.may_log_in,
      case when a.legacy_auth is not null then (select a.legacy_auth from password_migrations m
        where m.tenant = a.tenant and m.retention_end_date > $3) end as legacy_auth
    from accounts a join customers c on c.tenant = a.tenant and c.id = a.customer_id
    where a.tenant = $1 and a.email = $2`,
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
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Proves who somebody is. Every refusal is the same, and takes as long, whatever its reason. A hash of another system,
   * or of weaker parameters, is replaced.
   *
   * @throws Failure `login_refused`
   */
  async authenticate(email: string, password: string): Promise<Proof> {
    const login = await this.findLogin(email);
    const stored = login?.password_hash ?? null;
    const legacy = login?.legacy_auth;
    const matches =
      (await verifyPassword(stored, password)) || (legacy && !stored && (await verifyLegacy(legacy, password)));
    if (!login || !matches || !login.may_log_in) throw new Failure('login_refused');
    const { customer_id: customerId, initial_password: initialPassword } = login;
    if (stored && !needsRehash(stored)) return { customerId, passwordHash: stored, initialPassword };
    const passwordHash = await hashPassword(password);
    const values = [this.tenants.current, normalEmail(email), passwordHash, stored];
    const [replaced] = await this.database.rows(replaceHash, values);
    return replaced ? { customerId, passwordHash, initialPassword } : this.authenticate(email, password);
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

  /** The account of a customer who has logged in. */
  async of(customerId: string): Promise<AccountOfCustomer> {
    return this.em.findOneOrFail(Account, { customer: this.key(customerId) }, { populate: ['customer'] });
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

  private async findLogin(email: string): Promise<LoginRow | undefined> {
    const values = [this.tenants.current, normalEmail(email), this.clock.now()];
    const [login] = await this.database.rows<LoginRow>(findLogin, values);
    return login;
  }
}
