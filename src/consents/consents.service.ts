import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import { insertOwnEntries } from '../history/history.fragments.js';
import type { Origin } from '../tenants/request-scope.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { ConsentTables } from './consent.entity.js';

/** A concurrent decision on the same text is rare. */
const ATTEMPTS = 5;

/** A decision on a text: the customer accepts it or withdraws the consent. */
export interface Consent {
  /** The text, such as `terms`. */
  id: string;
  /** The version of the text. */
  version: string;
  accepted: boolean;
}

/** A decision of a customer. */
export interface CustomerConsent extends Consent {
  customerId: string;
  /** When the customer decided; now if omitted. */
  at?: Date;
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

/** SQL for the current decisions of a customer, in JSON, by name; `tenant` and `customer` are SQL too. */
export function consentsInForce(tenant: string, customer: string): string {
  return `(select coalesce(json_agg(c order by c.consent), '[]') from (
    select distinct on (consent) * from consents where tenant = ${tenant} and customer_id = ${customer}
    order by consent, number desc) c)`;
}

/** SQL that adds an event to the history for each row of `stored` that a customer decided here. */
const recordDecisions = insertOwnEntries({
  from: 'stored s where s.address is not null',
  tenant: 's.tenant',
  customer: 's.customer_id',
  at: 's.at',
  address: 's.address',
  action: `case when s.accepted then 'consent_given' else 'consent_withdrawn' end`,
  changes: `jsonb_build_object('fields', jsonb_build_array(s.consent))`,
});

/** The consents of customers. Decisions are added, never updated; decision record 0033 limits how many are stored. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * Records decisions, each on another text, with the address of their origin. Joins the caller's
   * transaction. The database stores the newest 20 decisions on each text.
   *
   * @throws Failure `customer_not_found`, `collection_full` for more than 100 texts
   */
  async record(customerId: string, consents: Consent[], origin: Origin): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.insert(
          consents.map((consent) => ({ ...consent, customerId })),
          origin,
        );
        return;
      } catch (error) {
        if (violates(error, 'consents_tenant_customer_id_fkey')) {
          throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
        }
        // Of two concurrent requests, this one was second. Its retry sees the decision of the first.
        if (!violates(error, 'consents_pkey') || attempt === ATTEMPTS) throw collectionFull(error) ?? error;
      }
    }
  }

  /**
   * Records decisions that customers made in another system, at most one of each customer on each text. A decision that
   * the customer made here, which has a network address, is not replaced. Joins the caller's transaction.
   *
   * @returns the number of recorded decisions
   * @throws Failure `collection_full` for more than 100 texts
   */
  async import(consents: CustomerConsent[]): Promise<number> {
    try {
      return await this.insert(consents, {}, sql<boolean>`last.address is null`);
    } catch (error) {
      throw collectionFull(error) ?? error;
    }
  }

  /** Lists the stored decisions of a customer, newest first; at most 2,000. @throws Failure `overloaded` */
  async all(customerId: string): Promise<ConsentRow[]> {
    const query = this.em
      .getKysely<ConsentTables>()
      .selectFrom('consents')
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .select(['consent', 'version', 'accepted', 'address', sql<string>`at`.as('at')])
      .orderBy('at', 'desc')
      .orderBy('number', 'desc')
      .orderBy('consent');
    return this.responses.loadAndMeasure(() => query.execute());
  }

  /**
   * Decisions that change nothing are not stored. Those with an origin are events in the customer's history.
   *
   * @param replaceable the condition on the last decision; all by default
   * @returns the number of stored decisions
   */
  private async insert(
    consents: CustomerConsent[],
    { address }: Origin,
    replaceable = sql<boolean>`true`,
  ): Promise<number> {
    if (consents.length === 0) return 0;
    const [tenant, now] = [this.tenants.current, this.clock.now()];
    const db = this.em.getKysely<ConsentTables>();
    const given = sql<CustomerConsent>`jsonb_to_recordset(${JSON.stringify(consents)}::jsonb)`;
    const columns = sql`given("customerId" text, id text, version text, accepted boolean, at timestamptz)`;
    const { stored } = await db
      .with('stored', (cte) =>
        cte
          .insertInto('consents')
          .columns(['tenant', 'customer_id', 'consent', 'number', 'version', 'accepted', 'at', 'address'])
          .expression(
            db
              .selectFrom(given.as<'given'>(columns))
              .leftJoinLateral(
                db
                  .selectFrom('consents')
                  .select(['number', 'version', 'accepted', 'address'])
                  .where('tenant', '=', tenant)
                  .where('customer_id', '=', sql.ref<string>('given.customerId'))
                  .where('consent', '=', sql.ref<string>('given.id'))
                  .orderBy('number', 'desc')
                  .limit(1)
                  .as('last'),
                (on) => on.onTrue(),
              )
              .where(sql<boolean>`(last.version, last.accepted) is distinct from (given.version, given.accepted)`)
              .where(replaceable)
              .select([
                sql<string>`${tenant}::text`.as('tenant'),
                'given.customerId',
                'given.id',
                sql<number>`coalesce(last.number, 0) + 1`.as('number'),
                'given.version',
                'given.accepted',
                sql<Date>`coalesce(given.at, ${now}::timestamptz)`.as('at'),
                sql<string | null>`${address ?? null}::text`.as('address'),
              ])
              .orderBy('given.id'),
          )
          .returning(['tenant', 'customer_id', 'consent', 'accepted', 'at', 'address']),
      )
      .with('recorded', () => sql`(${sql.raw(recordDecisions)})`)
      .selectFrom('stored')
      .select(({ fn }) => fn.countAll<string>().as('stored'))
      .executeTakeFirstOrThrow();
    return Number(stored);
  }
}
