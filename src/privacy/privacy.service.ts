import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { Database, Statement } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Session } from '../sessions/session.entity.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** Who has no password to prove must have logged in so many seconds ago at most. */
const FRESH = 600;

/** The rows of a table that belong to the customer `c`, without what only the service can read. */
const rowsOf = (table: string, columns: string, order: string): string =>
  `(select coalesce(json_agg(r order by r.${order}), '[]') from (
    select ${columns} from ${table} t where t.tenant = c.tenant and t.customer_id = c.id) r)`;

/** Where an employee works, and with what, is not the customer's to know. */
const sessionColumns = `id, client_id, created_at, refreshed_at, expires_at, ended_at, context,
  case when employee_id is null then device end as device, case when employee_id is null then origin end as origin`;

/** A new e-mail to prove is the customer's; another one's login that asks to be linked is not. */
const tokenColumns = `purpose, expires_at, case when purpose = 'email-change' then intent ->> 'email' end as email`;

/** `$1` tenant, `$2` customer. */
const everything: Statement = {
  name: 'export_customer',
  text: `select json_build_object(
      'customer', (select to_jsonb(c) - 'tenant'),
      'accounts', ${rowsOf('accounts', 'email, initial_password, created_at', 'created_at')},
      'identities', ${rowsOf('identities', 'provider, issuer, subject, created_at, last_login', 'created_at')},
      'addresses', ${rowsOf('addresses', `t.*`, 'created_at')},
      'companies', ${rowsOf('contact_assignments', 'legal_entity_id, company_group, created_at', 'created_at')},
      'consents', ${rowsOf('consents', 'consent, version, accepted, at, address', 'at')},
      'sessions', ${rowsOf('sessions', sessionColumns, 'created_at')},
      'contexts', (select coalesce(json_agg(r order by r.created_at), '[]') from (
        select session_id, chosen, context, created_at, modified_at from session_contexts k
        where k.tenant = c.tenant and k.session_id in (select s.public_id::text from sessions s
          where s.tenant = c.tenant and s.customer_id = c.id)) r),
      'history', ${rowsOf('history', 'at, actor_kind, action, changes', 'at')},
      'mailedTokens', ${rowsOf('one_time_tokens', tokenColumns, 'expires_at')},
      'mails', ${rowsOf('outbox', 'kind, recipient, created_at, sent_at', 'created_at')}
    ) as everything from customers c where c.tenant = $1 and c.id = $2`,
};

/**
 * What a customer may ask of whoever keeps data: to have all of it (GDPR, article 15), once it has proven who it is.
 */
@Injectable()
export class PrivacyService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Everything that is known of a customer: the rows of all tables that know it, without secrets and their hashes.
   *
   * @throws Failure `customer_not_found`
   */
  async export(customerId: string): Promise<JsonObject> {
    await this.customers.expect(customerId);
    const values = [this.tenants.current, customerId];
    const [row] = await this.database.rows<{ everything: JsonObject }>(everything, values);
    this.securityLog.tell('customer_exported', { customer: customerId });
    return row?.everything ?? {};
  }

  /**
   * Has the caller prove again who it is: by the password, or where there is none, by a login just now.
   *
   * @throws Failure `password_wrong`, `login_locked`
   */
  async prove(customerId: string, sessionId: string, password: string): Promise<void> {
    const account = await this.accounts.withPassword(customerId);
    if (account) return this.accounts.proveAgain(account, password);
    const session = await this.em.findOne(Session, { id: sessionId });
    if (!session || session.createdAt < this.clock.in(-FRESH)) throw new Failure('password_wrong');
  }
}
