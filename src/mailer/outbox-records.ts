import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type SelectQueryBuilder, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { customersWithRestriction } from '../customers/customers.fragments.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { MailKind } from './mail-kinds.js';
import { MailQueue } from './mail-queue.js';
import { toDate, type MailStatus, type OutboxTables } from './outbox-message.entity.js';

/** The mails to find. An absent property is no condition. */
export interface MailFilter {
  status?: MailStatus;
  kind?: MailKind;
  /** In any spelling. */
  recipient?: string;
  customerId?: string;
  /** Mails that were stored at this time or later. */
  since?: Date;
  /** Mails that were stored before this time. */
  until?: Date;
}

/** A mail without its content. */
export interface MailRecord {
  id: string;
  kind: MailKind;
  recipient: string;
  customerId: string | null;
  /** The language that the customer preferred then; null if it belongs to no customer. */
  language: string | null;
  status: MailStatus;
  /** Attempts to send it, and the one that is running. */
  attempts: number;
  createdAt: Date;
  /** The earliest time of the next attempt; null if none is due. */
  dueAt: Date | null;
  sentAt: Date | null;
  givenUpAt: Date | null;
  /** The end of its link or code; null if it has neither. */
  expiresAt: Date | null;
  /** The number of the server's reply to the last attempt. */
  smtpCode: number | null;
  /** Why the last attempt failed. */
  reason: string | null;
}

type Mails = SelectQueryBuilder<OutboxTables, 'outbox', object>;

/**
 * The mails of a tenant for its support. A caller that is limited to restrictions finds only mails of the customers
 * with one of them, and no mails without a customer.
 */
@Injectable()
export class OutboxRecords {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly queue: MailQueue,
    private readonly clock: Clock,
  ) {}

  /**
   * Lists mails, newest first. A page starts after a mail, and not at a number of rows: PostgreSQL would read all rows
   * before it, and new mails would move the pages.
   *
   * @param after the id of the last mail of the previous page
   * @throws Failure `invalid_input` if there is no such mail
   */
  async find(filter: MailFilter, page: { after?: string; limit: number }, reach: Reach): Promise<MailRecord[]> {
    let query = this.matching(filter, reach);
    if (page.after !== undefined) {
      const last = await this.lastOf(page.after, reach);
      query = query.where(sql<boolean>`(outbox.created_at, outbox.id) < (${last}::timestamptz, ${page.after}::uuid)`);
    }
    const mails = await query
      .select(['id', 'kind', 'recipient', 'customer_id as customerId', 'language', 'status', 'attempts'])
      .select(['created_at as createdAt', 'due_at as dueAt', 'sent_at as sentAt', 'given_up_at as givenUpAt'])
      .select(['expires_at as expiresAt', 'smtp_code as smtpCode', 'last_reason as reason'])
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .execute();
    return mails.map(({ createdAt, dueAt, sentAt, givenUpAt, expiresAt, ...mail }) => ({
      ...mail,
      createdAt: new Date(createdAt),
      dueAt: toDate(dueAt),
      sentAt: toDate(sentAt),
      givenUpAt: toDate(givenUpAt),
      expiresAt: toDate(expiresAt),
    }));
  }

  /** The number of mails that match. */
  async count(filter: MailFilter, reach: Reach): Promise<number> {
    const { count } = await this.matching(filter, reach)
      .select(sql<number>`count(*)::int`.as('count'))
      .executeTakeFirstOrThrow();
    return count;
  }

  /**
   * Queues a mail again that was given up, with all its attempts.
   *
   * @returns its kind, and the customer that it belongs to, if it belongs to one
   * @throws Failure `mail_not_found`, `mail_not_given_up`, `mail_expired`
   */
  async retry(id: string, reach: Reach): Promise<Pick<MailRecord, 'kind' | 'customerId'>> {
    if (!isUuid(id)) throw new Failure('mail_not_found', { facts: { mail: id } });
    const mail = await this.matching({}, reach)
      .where('id', '=', id)
      .select(['kind', 'customer_id as customerId', 'status'])
      .select(sql<boolean>`coalesce(expires_at <= ${this.clock.now()}, false)`.as('expired'))
      .executeTakeFirst();
    if (!mail) throw new Failure('mail_not_found', { facts: { mail: id } });
    if (mail.status === 'given_up' && mail.expired) throw new Failure('mail_expired');
    const queued = await this.queue.retry({ tenant: this.tenants.current, ids: [id] });
    // If the status is `given_up`, a concurrent request was faster.
    if (queued === 0) throw new Failure('mail_not_given_up');
    return mail;
  }

  /** @returns the time of a mail, as PostgreSQL writes it: a `Date` has no microseconds */
  private async lastOf(id: string, reach: Reach): Promise<string> {
    const mail = isUuid(id)
      ? await this.matching({}, reach)
          .where('id', '=', id)
          .select(sql<string>`created_at::text`.as('createdAt'))
          .executeTakeFirst()
      : undefined;
    if (!mail) throw invalid('after', 'after must be the id of a mail that is still in the outbox');
    return mail.createdAt;
  }

  private matching(filter: MailFilter, { restrictions }: Reach): Mails {
    const { status, kind, recipient, customerId, since, until } = filter;
    const tenant = this.tenants.current;
    let query: Mails = this.em.getKysely<OutboxTables>().selectFrom('outbox').where('outbox.tenant', '=', tenant);
    if (status !== undefined) query = query.where('status', '=', status);
    if (kind !== undefined) query = query.where('kind', '=', kind);
    if (recipient !== undefined) query = query.where('recipient', '=', normalEmail(recipient));
    if (customerId !== undefined) query = query.where('customer_id', '=', customerId);
    if (since !== undefined) query = query.where('created_at', '>=', since);
    if (until !== undefined) query = query.where('created_at', '<', until);
    if (!restrictions) return query;
    return query.where('customer_id', 'in', customersWithRestriction(this.em, tenant, restrictions));
  }
}
