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
const BATCH = 5000;

interface Leftover {
  entity: EntityName;
  /** The condition on the row. `before` is a time that lies `age` seconds in the past. */
  over: (before: Date) => RawBuilder<SqlBool>;
  age: number;
}

/** The rows to delete. The rows of all tenants are deleted, because a job belongs to no tenant. */
const leftovers: Leftover[] = [
  { entity: Session, over: (before) => sql`expires_at < ${before}`, age: 0 },
  { entity: Session, over: (before) => sql`ended_at < ${before}`, age: DAY },
  { entity: Session, over: isAbandoned, age: 60 },
  {
    entity: OneTimeToken,
    // The token of an outstanding opt-in shows that the customer may request a new one.
    over: (before) => sql`expires_at < ${before} and purpose <> 'opt-in'`,
    age: 7 * DAY,
  },
  { entity: EmailUndo, over: (before) => sql`expires_at < ${before}`, age: 0 },
  // Deleted a minute later, as in the statement that uses a token: the clocks of two processes may differ.
  {
    entity: ExchangedToken,
    over: (before) => sql`expires_at < ${before}`,
    age: 60,
  },
  // A counter restarts an hour after the last failure, and no lock lasts longer than that.
  { entity: LoginFailure, over: (before) => sql`last_at < ${before}`, age: HOUR },
  { entity: MailedCode, over: (before) => sql`expires_at < ${before}`, age: 60 },
  { entity: FactorFailures, over: (before) => sql`ends_at < ${before}`, age: 60 },
  { entity: OutboxMessage, over: (before) => sql`created_at < ${before}`, age: 30 * DAY },
  // The database rejects an earlier deletion, by its own clock.
  {
    entity: HistoryEntry,
    over: (before) => sql`own and at < least(${before}, now() - interval '180 days')`,
    age: 180 * DAY,
  },
  { entity: MailCount, over: (before) => sql`ends_at < ${before}`, age: 0 },
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
    this.jobs.serve({
      name: 'housekeeping',
      options: { policy: 'singleton', expireInSeconds: 3600, heartbeatSeconds: 60 },
      cron: '30 * * * *',
      work: () => this.run(),
    });
  }

  /** Deletes in batches, each in its own transaction. A run may be interrupted and started again at any time. */
  async run(): Promise<void> {
    for (const { entity, over, age } of leftovers) {
      const meta = this.em.getMetadata(entity);
      const { tableName } = meta;
      const key = meta.getPrimaryProps().flatMap(({ fieldNames }) => fieldNames);
      const before = this.clock.in(-age);
      let deleted: number;
      do {
        // A large table may have no index for the condition.
        deleted = await jobTransaction(this.em, async () => {
          const db = this.em.getKysely<Record<string, Record<string, unknown>>>();
          const some = db.selectFrom(tableName).select(key).where(over(before)).limit(BATCH);
          const isOne = sql<boolean>`(${sql.join(key.map((column) => sql.ref(column)))}) in ${some}`;
          const { numDeletedRows } = await db.deleteFrom(tableName).where(isOne).executeTakeFirst();
          return Number(numDeletedRows);
        });
      } while (deleted === BATCH);
    }
  }
}
