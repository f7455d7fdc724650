import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { CustomersService } from '../customers/customers.service.js';
import type { ActorKind } from '../history/history-entry.entity.js';
import { entriesOf } from '../history/history.sql.js';
import { mailsOfCustomer } from '../mailer/mailer.sql.js';
import type { Reach } from '../tenants/reach.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type EntryRow, type NamedEntry, type TimelineAction, withActorNames } from './named-entry.js';

interface TimelinePage {
  offset: number;
  limit: number;
  /** Selects the entries of this type. */
  action?: TimelineAction;
}

/** What happened to a customer: the entries of the history, and the mails that are still stored. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly responses: ResponseBudget,
  ) {}

  /**
   * Lists the timeline of a customer, newest first. After the customer is deleted, it contains only the actions of
   * employees, services and operators.
   *
   * @throws Failure `customer_not_found`
   */
  async of(id: string, page: TimelinePage, reach: Reach): Promise<NamedEntry[]> {
    // The restriction of a deleted customer, or of an earlier one with the same number, is no longer known.
    // Callers that are limited to restrictions therefore see only the entries of the current customer.
    const since = reach.restrictions ? await this.customers.creationTimeOf(id, reach) : new Date(0);
    const rows = await this.responses.loadAndMeasure(() => this.rows(id, page, since));
    if (rows.length === 0) await this.customers.assertVisible(id, reach);
    return withActorNames(this.em, rows);
  }

  /**
   * The rows up to the end of the page are ordered by the keys in the indexes, and only those of the page are read. A mail
   * comes after the action that caused it.
   */
  private async rows(id: string, { offset, limit, action }: TimelinePage, since: Date): Promise<EntryRow[]> {
    const tenant = this.tenants.current;
    const kysely = this.em.getKysely<object>();
    let actions = entriesOf(this.em, tenant).where('customer_id', '=', id).where('at', '>=', since);
    let mails = mailsOfCustomer(this.em, tenant, id).where('created_at', '>=', since);
    if (action === 'mail_queued') actions = actions.where(sql<boolean>`false`);
    else if (action !== undefined) {
      actions = actions.where('action', '=', action);
      mails = mails.where(sql<boolean>`false`);
    }
    const actionKeys = actions
      .select(['at', sql<string | null>`id`.as('entry'), sql<string | null>`null::uuid`.as('mail')])
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(offset + limit);
    const mailKeys = mails
      .select(['created_at as at', sql<string | null>`null::bigint`.as('entry'), sql<string | null>`id`.as('mail')])
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(offset + limit);
    const keys = kysely
      .selectFrom(actionKeys.as('actions'))
      .selectAll()
      .unionAll(kysely.selectFrom(mailKeys.as('mails')).selectAll());
    const page = kysely
      .selectFrom(keys.as('keys'))
      .selectAll()
      .orderBy('at', 'desc')
      .orderBy('entry', 'desc')
      .orderBy('mail', 'desc')
      .offset(offset)
      .limit(limit);
    const entry = entriesOf(this.em, tenant).select([
      'id',
      'at',
      'actor_kind',
      'actor',
      'address',
      'action',
      'changes',
    ]);
    const mail = mailsOfCustomer(this.em, tenant, id).select(['id', 'kind', 'status']);
    return kysely
      .selectFrom(page.as('page'))
      .leftJoin(entry.as('e'), (join) => join.onRef('e.at', '=', 'page.at').onRef('e.id', '=', 'page.entry'))
      .leftJoin(mail.as('m'), 'm.id', 'page.mail')
      .select([
        sql<string>`coalesce(e.id::text, m.id::text)`.as('id'),
        sql<string>`page.at::text`.as('at'),
        sql<string>`${id}::text`.as('customer_id'),
        sql<ActorKind>`coalesce(e.actor_kind, 'system')`.as('actor_kind'),
        sql<string>`coalesce(e.actor, 'foyer')`.as('actor'),
        'e.address',
        sql<TimelineAction>`coalesce(e.action, 'mail_queued')`.as('action'),
        sql<EntryRow['changes']>`coalesce(e.changes, jsonb_build_object('mail', m.kind, 'status', m.status))`.as(
          'changes',
        ),
      ])
      .orderBy('page.at', 'desc')
      .orderBy('page.entry', 'desc')
      .orderBy('page.mail', 'desc')
      .execute();
  }
}
