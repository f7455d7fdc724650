import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type InsertQueryBuilder, type InsertObject, type UpdateObject, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { isUuid } from '../common/uuid.js';
import { preferredLanguageOf } from '../customers/customers.fragments.js';
import { anyOf } from '../database/database.js';
import type { MailKind } from './mail-kinds.js';
import type { CountedKind, MailCountTables } from './mail-count.entity.js';
import { nextTurn } from './mailer.fragments.js';
import { toDate, type MailStatus, type OutboxTables } from './outbox-message.entity.js';

/** A mail as it is stored. */
export interface NewMail {
  tenant: string;
  id: string;
  kind: MailKind;
  /** In its normal form. */
  recipient: string;
  customerId: string | null;
  /** The language of a recipient without a customer; otherwise, it is the one that the customer prefers. */
  language?: string;
  sealed: Buffer;
  createdAt: Date;
  /** The end of its link or code; null if it has neither. */
  expiresAt: Date | null;
}

/** A statement that counts a mail, and returns a row if it may be stored. */
type CountedMail = InsertQueryBuilder<MailCountTables, 'mail_counts', { kind: CountedKind }>;

/** A mail that this process may send until its lease ends. */
export interface ClaimedMail {
  tenant: string;
  id: string;
  kind: MailKind;
  recipient: string;
  language: string | null;
  sealed: Buffer;
  /** Whether its link or code has expired. */
  expired: boolean;
  /** This attempt is counted. */
  attempts: number;
}

/** Why an attempt to send a mail failed. */
export interface MailFailure {
  /** The server's reply, or the error. It may name the recipient. */
  error: string;
  /** The same without text of the server. */
  reason: string;
  /** The number of the server's reply; null if it did not reply. */
  smtpCode: number | null;
}

/** A mail of any tenant, for its operator. */
export interface UnsentMail {
  tenant: string;
  id: string;
  kind: MailKind;
  recipient: string;
  status: MailStatus;
  attempts: number;
  createdAt: Date;
  expiresAt: Date | null;
  /** The earliest time of the next attempt; null if the mail was given up. */
  dueAt: Date | null;
  /** Why the last attempt failed. */
  lastError: string | null;
}

/**
 * How long a process may take to send a mail, in seconds. After that time another process may send the mail. Longer
 * than `SEND_SECONDS` of the deliveries, so that no mail is sent twice because a server is slow.
 */
const LEASE_SECONDS = 120;

/** Mails that protect an account, or that its owner is waiting for. They are sent before all others. */
const urgent: Record<MailKind, boolean> = {
  'password-reset': true,
  'opt-in': true,
  'email-change': true,
  'email-change-notice': true,
  'email-changed': true,
  'email-change-completed': false,
  'link-identity': true,
  'identity-linked': true,
  'identity-unlinked': true,
  'password-changed': true,
  'password-reset-completed': true,
  'new-device-login': true,
  'account-on-hold': false,
  'account-erased': false,
  'awaiting-activation': false,
  'initial-password': true,
  'signup-attempt': false,
  erasure: true,
  'second-factor-code': true,
  welcome: false,
  activated: false,
  declined: false,
  'company-member': false,
  'migration-reminder': false,
  'employee-invitation': true,
  'employee-password-reset': true,
  'activation-notice': false,
};

const urgentKinds = Object.keys(urgent).filter((kind) => urgent[kind as MailKind]);

/** Whether a mail is deleted as soon as it is sent or given up: its recipient has had all data erased. */
const isDeletedAtOnce = (kind: MailKind): boolean => kind === 'account-erased';

/** The columns of a mail that is no longer queued. */
const notQueued = { due_at: null, turn_at: null, originator: null };

/**
 * The mails that wait to be sent, of all tenants. A queued mail is a row of the outbox with a due date; its times are
 * those of the database, which all processes share.
 */
@Injectable()
export class MailQueue {
  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a mail in the caller's transaction. It takes its turn now, or one minute after the last queued mail of its
   * originator (a virtual clock): an originator with many mails waits for its own mails, while the first mail of any
   * other goes ahead.
   *
   * @param originator null if the mail is not to be sent
   * @param counting the mail is stored only if this statement, which is a part of the same one, returns a row
   * @returns whether the mail was stored
   */
  async add(mail: NewMail, originator: Buffer | null, counting?: CountedMail): Promise<boolean> {
    const { tenant, id, kind, recipient, customerId, sealed, createdAt, expiresAt } = mail;
    const language = mail.language ?? (customerId === null ? null : preferredLanguageOf(this.em, tenant, customerId));
    const turn = sql<Date>`(select ${sql.raw(nextTurn('r.tenant', 'r.originator'))}
      from (select ${tenant}::text as tenant, ${originator}::bytea as originator) r)`;
    const place = originator && { originator, due_at: sql<Date>`now()`, turn_at: turn };
    const times = { created_at: createdAt, expires_at: expiresAt };
    const row = { tenant, id, kind, recipient, customer_id: customerId, language, sealed, ...times };
    const stored = await this.insert({ ...row, ...place }, counting).executeTakeFirst();
    return stored !== undefined;
  }

  /**
   * Claims the first mails of each tenant and kind, in the order in which they are to be sent. The query skips
   * through the index, so that a long queue costs no more than a short one. If two processes choose the same mail, it
   * is no longer due for the second one.
   */
  async claim(atMost: number): Promise<ClaimedMail[]> {
    const isUrgent = sql<boolean>`kind = ${anyOf(urgentKinds)}`;
    const due = sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})`;
    const claimed = await this.em
      .getKysely<OutboxTables>()
      // The tenants and kinds that have queued mails.
      .withRecursive('lines', (cte) => {
        const lines = cte.selectFrom('outbox').select(['tenant', 'kind']).where('due_at', 'is not', null);
        const next = lines.where(sql<boolean>`(tenant, kind) > (l.tenant, l.kind)`);
        const first = (query: typeof lines) => query.orderBy('tenant').orderBy('kind').limit(1);
        return cte
          .selectFrom(first(lines).as('first'))
          .selectAll()
          .unionAll(
            cte
              .selectFrom('lines as l')
              .innerJoinLateral(first(next).as('n'), (on) => on.onTrue())
              .select(['n.tenant', 'n.kind']),
          );
      })
      // The first due mails of each tenant and kind.
      .with('heads', (cte) =>
        cte
          .selectFrom('lines as l')
          .innerJoinLateral(
            (eb) =>
              eb
                .selectFrom('outbox as o')
                .select(['o.tenant', 'o.kind', 'o.id', 'o.turn_at'])
                .whereRef('o.tenant', '=', 'l.tenant')
                .whereRef('o.kind', '=', 'l.kind')
                .where('o.due_at', '<=', sql<Date>`now()`)
                .orderBy('o.turn_at')
                .limit(atMost)
                .as('h'),
            (on) => on.onTrue(),
          )
          .selectAll('h')
          .select(sql`row_number() over (partition by h.tenant, h.kind order by h.turn_at)`.as('place_in_kind')),
      )
      // Within a tenant, kinds take turns.
      .with('places', (cte) =>
        cte
          .selectFrom('heads')
          .select(['tenant', 'id', 'turn_at', isUrgent.as('is_urgent')])
          .select(
            sql`row_number() over (partition by tenant, ${isUrgent} order by place_in_kind, turn_at)`.as('place'),
          ),
      )
      // Urgent mails go first, then tenants take turns.
      .with('chosen', (cte) =>
        cte
          .selectFrom('places')
          .select(['tenant', 'id'])
          .select(sql<number>`row_number() over (order by is_urgent desc, place, turn_at)::int`.as('rank'))
          .orderBy('rank')
          .limit(atMost),
      )
      .updateTable('outbox as o')
      .from('chosen as c')
      .set({ due_at: due, attempts: sql<number>`o.attempts + 1` })
      .whereRef('o.tenant', '=', 'c.tenant')
      .whereRef('o.id', '=', 'c.id')
      .where('o.due_at', '<=', sql<Date>`now()`)
      .returning(['o.tenant', 'o.id', 'o.kind', 'o.recipient', 'o.language', 'o.sealed', 'o.attempts', 'c.rank'])
      .returning(sql<boolean>`coalesce(o.expires_at <= ${this.clock.now()}, false)`.as('expired'))
      .execute();
    return (claimed as (ClaimedMail & { rank: number })[]).toSorted((a, b) => a.rank - b.rank);
  }

  /** @param smtpCode the number of the server's reply */
  async markSent({ tenant, id, kind }: ClaimedMail, smtpCode: number | null): Promise<void> {
    if (isDeletedAtOnce(kind)) return this.delete({ tenant, id });
    await this.em
      .getKysely<OutboxTables>()
      .updateTable('outbox')
      .set({ sent_at: this.clock.now(), sealed: null, ...columnsOf({ smtpCode }), ...notQueued })
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .execute();
  }

  /** @param seconds until the next attempt */
  async postpone(mail: ClaimedMail, failure: MailFailure, seconds: number): Promise<void> {
    const due = sql<Date>`now() + make_interval(secs => ${seconds})`;
    await this.recordFailure(mail, {
      ...columnsOf(failure),
      due_at: due,
      turn_at: sql<Date>`greatest(turn_at, ${due})`,
    });
  }

  async giveUp(mail: ClaimedMail, failure: MailFailure): Promise<void> {
    if (isDeletedAtOnce(mail.kind)) return this.delete(mail);
    await this.recordFailure(mail, { ...columnsOf(failure), given_up_at: this.clock.now(), ...notQueued });
  }

  /**
   * Lists mails, the oldest first, without their content.
   *
   * @param tenant all tenants if omitted
   * @param status all mails that are not sent if omitted
   */
  async list(filter: { tenant?: string; status?: MailStatus; limit: number }): Promise<UnsentMail[]> {
    const { tenant, status, limit } = filter;
    const mails = await this.em
      .getKysely<OutboxTables>()
      .selectFrom('outbox')
      .select(['tenant', 'id', 'kind', 'recipient', 'attempts', 'created_at as createdAt', 'expires_at as expiresAt'])
      .select(['due_at as dueAt', 'last_error as lastError', 'status'])
      .where('status', status ? '=' : '<>', status ?? 'sent')
      .$if(tenant !== undefined, (query) => query.where('tenant', '=', tenant ?? ''))
      .orderBy('created_at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return mails.map((mail) => ({
      ...mail,
      createdAt: new Date(mail.createdAt),
      expiresAt: toDate(mail.expiresAt),
      dueAt: toDate(mail.dueAt),
    }));
  }

  /**
   * Queues mails again that were given up, with all their attempts. Mails whose link or code has expired stay given up.
   *
   * @param tenant all tenants if omitted
   * @param ids all mails if empty
   * @returns the number of mails that were queued
   */
  async retry({ tenant, ids }: { tenant?: string; ids: string[] }): Promise<number> {
    const uuids = ids.filter(isUuid);
    // An empty list means all mails, a list without valid ids none.
    if (ids.length > 0 && uuids.length === 0) return 0;
    const now = sql<Date>`now()`;
    const queued = await this.em
      .getKysely<OutboxTables>()
      .updateTable('outbox')
      .set({ given_up_at: null, attempts: 0, ...columnsOf({}), due_at: now, turn_at: now })
      .where('given_up_at', 'is not', null)
      .where('sealed', 'is not', null)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', this.clock.now())]))
      .$if(tenant !== undefined, (query) => query.where('tenant', '=', tenant ?? ''))
      .$if(uuids.length > 0, (query) => query.where(sql<boolean>`id = any(${uuids}::uuid[])`))
      .returning('id')
      .execute();
    return queued.length;
  }

  /** How many mails are queued, and the age of the oldest one in seconds. */
  async measure(): Promise<{ queued: number; seconds: number }> {
    const age = sql<number>`coalesce(extract(epoch from ${this.clock.now()}::timestamptz - min(created_at)), 0)::int`;
    return this.em
      .getKysely<OutboxTables>()
      .selectFrom('outbox')
      .where('due_at', 'is not', null)
      .select([sql<number>`count(*)::int`.as('queued'), age.as('seconds')])
      .executeTakeFirstOrThrow();
  }

  private async delete({ tenant, id }: Pick<ClaimedMail, 'tenant' | 'id'>): Promise<void> {
    const db = this.em.getKysely<OutboxTables>();
    await db.deleteFrom('outbox').where('tenant', '=', tenant).where('id', '=', id).execute();
  }

  private insert(row: InsertObject<OutboxTables, 'outbox'>, counting: CountedMail | undefined) {
    const db = this.em.getKysely<OutboxTables>();
    if (!counting) return db.insertInto('outbox').values(row).returning('id');
    const columns = Object.keys(row) as (keyof typeof row)[];
    return db
      .with('counted', () => counting)
      .insertInto('outbox')
      .columns(columns)
      .expression((eb) => eb.selectFrom('counted').select(columns.map((name) => sql`${row[name]}`.as(name))))
      .returning('id');
  }

  /** Updates a mail, unless another process has claimed it since. */
  private async recordFailure(
    { tenant, id, attempts }: ClaimedMail,
    change: UpdateObject<OutboxTables, 'outbox'>,
  ): Promise<void> {
    await this.em
      .getKysely<OutboxTables>()
      .updateTable('outbox')
      .set(change)
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .where('attempts', '=', attempts)
      .where('due_at', 'is not', null)
      .execute();
  }
}

/** The columns for the result of the last attempt. */
function columnsOf({
  error = null,
  reason = null,
  smtpCode = null,
}: { [Key in keyof MailFailure]?: MailFailure[Key] | null }) {
  return { last_error: error, last_reason: reason, smtp_code: smtpCode };
}
