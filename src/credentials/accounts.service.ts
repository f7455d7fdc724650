import { EntityManager, type Loaded } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { Database, Statement } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { normalEmail } from '../common/email.js';
import { verifyPassword } from './password-hash.js';

interface LoginRow {
  customer_id: string;
  password_hash: string;
  initial_password: boolean;
  may_log_in: boolean;
}

/** `$1` tenant, `$2` login e-mail. */
const findLogin: Statement = {
  name: 'find_login',
  text: `select a.customer_id, a.password_hash, a.initial_password,
      c.active and not c.on_hold and (not c.must_confirm or c.confirmed_at is not null) as may_log_in
    from accounts a join customers c on c.tenant = a.tenant and c.id = a.customer_id
    where a.tenant = $1 and a.email = $2`,
};

/** Who somebody is, and the hash that proved it. */
export interface Proof {
  customerId: string;
  passwordHash: string;
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
  ) {}

  /**
   * Proves who somebody is. Every refusal is the same, and takes as long, whatever its reason.
   *
   * @throws Failure `login_refused`
   */
  async authenticate(email: string, password: string): Promise<Proof> {
    const [login] = await this.database.rows<LoginRow>(findLogin, [this.tenants.current, normalEmail(email)]);
    const matches = await verifyPassword(login?.password_hash, password);
    if (!login || !matches || !login.may_log_in) throw new Failure('login_refused');
    const { customer_id: customerId, password_hash: passwordHash, initial_password: initialPassword } = login;
    return { customerId, passwordHash, initialPassword };
  }

  /** The customer's account. */
  async of(customerId: string): Promise<AccountOfCustomer> {
    const customer = { tenant: this.tenants.current, id: customerId };
    return this.em.findOneOrFail(Account, { customer }, { populate: ['customer'] });
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
}
