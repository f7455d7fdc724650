import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { Database, Statement, violates } from '../database/database.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** A decision on a text: accepted, or withdrawn. */
export interface Consent {
  /** Which text, such as `terms`. */
  id: string;
  /** Which version of it. */
  version: string;
  accepted: boolean;
}

/** A row of `consents` in JSON; the time is ISO 8601. */
export interface ConsentRow {
  consent: string;
  version: string;
  accepted: boolean;
  at: string;
  /** The network address that the decision came from. */
  address: string | null;
}

/** SQL for the decisions in force of a customer, in JSON, by name; `tenant` and `customer` are SQL too. */
export function consentsInForce(tenant: string, customer: string): string {
  return `(select coalesce(json_agg(c order by c.consent), '[]') from (
    select distinct on (consent) * from consents where tenant = ${tenant} and customer_id = ${customer}
    order by consent, number desc) c)`;
}

/** `$1` tenant, `$2` customer, `$3` decisions, `$4` now, `$5` address. Those that change nothing leave no row. */
const insertConsents: Statement = {
  name: 'insert_consents',
  text: `insert into consents (tenant, customer_id, consent, number, version, accepted, at, address)
    select $1, $2, given.id, coalesce(last.number, 0) + 1, given.version, given.accepted, $4, $5
    from jsonb_to_recordset($3::jsonb) as given(id text, version text, accepted boolean)
    left join lateral (
      select number, version, accepted from consents
      where tenant = $1 and customer_id = $2 and consent = given.id order by number desc limit 1
    ) last on true
    where (last.version, last.accepted) is distinct from (given.version, given.accepted)
    order by given.id`,
};

/** `$1` tenant, `$2` customer. */
const allConsents: Statement = {
  name: 'all_consents',
  text: `select consent, version, accepted, at, address from consents
    where tenant = $1 and customer_id = $2 order by at desc, number desc, consent`,
};

/** What customers have agreed to, and what no longer. Decisions are only ever added. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Records decisions, each on another text, with the address that the request came from. Joins the caller's
   * transaction.
   *
   * @throws Failure `customer_not_found`
   */
  async record(customerId: string, consents: Consent[]): Promise<void> {
    const { address } = RequestScope.current?.origin ?? {};
    const values = [this.tenants.current, customerId, JSON.stringify(consents), this.clock.now(), address ?? null];
    for (;;) {
      try {
        await this.database.rows(insertConsents, values);
        return;
      } catch (error) {
        if (violates(error, 'consents_tenant_customer_id_fkey')) {
          throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
        }
        // Two decisions at once: this one came second, and finds the other now.
        if (!violates(error, 'consents_pkey')) throw error;
      }
    }
  }

  /** Every decision of a customer, newest first. */
  async all(customerId: string): Promise<ConsentRow[]> {
    return this.database.rows<ConsentRow>(allConsents, [this.tenants.current, customerId]);
  }
}
