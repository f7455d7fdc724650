import { EntityManager, type EntityName } from '@mikro-orm/postgresql';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { ExchangedToken } from '../auth/sso/exchanged-token.entity.js';
import { Clock } from '../common/clock.js';
import { EmailUndo } from '../credentials/email-undo.entity.js';
import { LoginFailure } from '../credentials/login-failure.entity.js';
import { OneTimeToken } from '../credentials/one-time-token.entity.js';
import { jobTransaction } from '../database/database.js';
import { HistoryEntry } from '../history/history-entry.entity.js';
import { Jobs } from '../jobs/jobs.js';
import { MailCount } from '../mailer/mail-count.entity.js';
import { OutboxMessage } from '../mailer/outbox-message.entity.js';
import { FactorFailures } from '../second-factor/factor-failures.entity.js';
import { MailedCode } from '../second-factor/mailed-code.entity.js';
import { isAbandoned } from '../sessions/abandoned-sessions.js';
import { Session } from '../sessions/session.entity.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Rows that one statement deletes: few enough not to delay requests. */
const BATCH_SIZE = 5000;

interface ExpiredRows {
  entity: EntityName;
  /** The condition on the row. `before` is a time that lies `age` seconds in the past. */
  isExpired: (before: Date) => RawBuilder<SqlBool>;
  age: number;
}

/** The rows to delete. The rows of all tenants are deleted, because a job belongs to no tenant. */
const expiredRows: ExpiredRows[] = [
  { entity: Session, isExpired: (before) => sql`expires_at < ${before}`, age: 0 },
  { entity: Session, isExpired: (before) => sql`ended_at < ${before}`, age: DAY },
  { entity: Session, isExpired: isAbandoned, age: 60 },
  {
    entity: OneTimeToken,
    // The token of an outstanding opt-in shows that the customer may request a new one.
    isExpired: (before) => sql`expires_at < ${before} and purpose <> 'opt-in'`,
    age: 7 * DAY,
  },
  { entity: EmailUndo, isExpired: (before) => sql`expires_at < ${before}`, age: 0 },
  // Deleted a minute later, as in the statement that uses a token: the clocks of two processes may differ.
  {
    entity: ExchangedToken,
    isExpired: (before) => sql`expires_at < ${before}`,
    age: 60,
  },
  // A counter restarts an hour after the last failure, and no lock lasts longer than that.
  { entity: LoginFailure, isExpired: (before) => sql`last_at < ${before}`, age: HOUR },
  { entity: MailedCode, isExpired: (before) => sql`expires_at < ${before}`, age: 60 },
  { entity: FactorFailures, isExpired: (before) => sql`ends_at < ${before}`, age: 60 },
  { entity: OutboxMessage, isExpired: (before) => sql`created_at < ${before}`, age: 30 * DAY },
  // The database rejects an earlier deletion, by its own clock.
  {
    entity: HistoryEntry,
    isExpired: (before) => sql`own and at < least(${before}, now() - interval '180 days')`,
    age: 180 * DAY,
  },
  { entity: MailCount, isExpired: (before) => sql`ends_at < ${before}`, age: 0 },
];

/**
 * Deletes expired rows: sessions, mailed and exchanged tokens, mailed codes, customers' own events, and counters of
 * failed logins, wrong codes and mails.
 */
@Injectable()
export class Housekeeping implements OnModuleInit {
  constructor(
    private readonly em: EntityManager,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'housekeeping',
      options: { policy: 'singleton', expireInSeconds: 3600, heartbeatSeconds: 60 },
      cron: '30 * * * *',
      work: () => this.run(),
    });
  }

  /** Deletes in batches, each in its own transaction. A run may be interrupted and started again at any time. */
  async run(): Promise<void> {
    for (const { entity, isExpired, age } of expiredRows) {
      const meta = this.em.getMetadata(entity);
      const { tableName } = meta;
      const key = meta.getPrimaryProps().flatMap(({ fieldNames }) => fieldNames);
      const before = this.clock.in(-age);
      let deleted: number;
      do {
        // A large table may have no index for the condition.
        deleted = await jobTransaction(this.em, async () => {
          const db = this.em.getKysely<Record<string, Record<string, unknown>>>();
          const some = db.selectFrom(tableName).select(key).where(isExpired(before)).limit(BATCH_SIZE);
          const isOne = sql<boolean>`(${sql.join(key.map((column) => sql.ref(column)))}) in ${some}`;
          const { numDeletedRows } = await db.deleteFrom(tableName).where(isOne).executeTakeFirst();
          return Number(numDeletedRows);
        });
      } while (deleted === BATCH_SIZE);
    }
  }
}
