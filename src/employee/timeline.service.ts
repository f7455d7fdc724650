import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import { CustomersService } from '../customers/customers.service.js';
import { entries } from '../history/history.fragments.js';
import { customerMails } from '../mailer/mailer.fragments.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type EntryRow, type NamedEntry, type TimelineAction, named } from './named-entry.js';

interface TimelinePage {
  offset: number;
  limit: number;
  /** Only entries of this type. */
  action?: TimelineAction;
}

/** What happened to a customer: the entries of the history, and the mails that are still stored. */
@Injectable()
export class TimelineService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
  ) {}

  /**
   * Lists the timeline of a customer, newest first. After the customer is deleted, it contains only the actions of
   * employees, services and operators.
   *
   * @throws Failure `customer_not_found`
   */
  async of(id: string, page: TimelinePage, reach: Reach): Promise<NamedEntry[]> {
    // The restriction of a deleted customer, or of an earlier one with the same number, is no longer known. Staff
    // limited to restrictions therefore see only the entries of the current customer.
    const since = reach.restrictions ? await this.customers.madeAt(id, reach) : new Date(0);
    const rows = await this.rows(id, page, since);
    if (rows.length === 0) await this.customers.assertVisible(id, reach);
    return named(this.em, rows);
  }

  /**
   * The rows up to the end of the page are ordered by the keys in the indexes, and only those of the page are read. A mail
   * comes after the action that caused it.
   */
  private async rows(id: string, { offset, limit, action }: TimelinePage, since: Date): Promise<EntryRow[]> {
    const tenant = this.tenants.current;
    const wanted = (one: RawBuilder<unknown>): RawBuilder<unknown> =>
      action === undefined ? sql`true` : sql`${one} = ${action}::text`;
    const isOwn = sql`t.tenant = ${tenant} and t.customer_id = ${id}`;
    const { rows } = await sql<EntryRow>`
      with page as (
        select * from (
          (select t.at, t.id as entry, null::uuid as mail from ${sql.raw(entries)} t
            where ${isOwn} and t.at >= ${since} and ${wanted(sql`t.action`)}
            order by t.at desc, t.id desc limit ${offset + limit})
          union all
          (select t.created_at, null, t.id from ${sql.raw(customerMails)} t
            where ${isOwn} and t.created_at >= ${since} and ${wanted(sql`'mail_queued'`)}
            order by t.created_at desc, t.id desc limit ${offset + limit})
        ) keys order by at desc, entry desc, mail desc offset ${offset} limit ${limit}
      )
      select coalesce(e.id::text, m.id::text) as id, page.at, ${id}::text as customer_id,
        coalesce(e.actor_kind, 'system') as actor_kind, coalesce(e.actor, 'foyer') as actor, e.address,
        coalesce(e.action, 'mail_queued') as action,
        coalesce(e.changes, jsonb_build_object('mail', m.kind, 'status', m.status)) as changes
      from page
        left join ${sql.raw(entries)} e on e.tenant = ${tenant} and e.at = page.at and e.id = page.entry
        left join ${sql.raw(customerMails)} m on m.tenant = ${tenant} and m.id = page.mail
      order by page.at desc, page.entry desc, page.mail desc`.execute(this.em.getKysely());
    return rows;
  }
}
