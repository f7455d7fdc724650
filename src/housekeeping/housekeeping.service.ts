import { Injectable, OnModuleInit } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Database } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';

const DAY = 86_400;

/** Rows that one statement removes: few enough that nobody waits for it. */
const BATCH = 5000;

/**
 * What has had its time: a condition on the row, where `$1` is the time before which it must lie, and how many seconds
 * ago that is. Of all tenants, for a job belongs to none.
 */
const leftovers = [
  { table: 'sessions', key: 'tenant, id', over: 'expires_at < $1', age: 0 },
  { table: 'sessions', key: 'tenant, id', over: 'ended_at < $1', age: DAY },
  { table: 'one_time_tokens', key: 'tenant, customer_id, purpose', over: 'expires_at < $1', age: 7 * DAY },
  // A minute later, as in the statement that spends one: the clocks of two processes may differ.
  { table: 'exchanged_tokens', key: 'tenant, issuer, token', over: 'expires_at < $1', age: 60 },
  { table: 'login_failures', key: 'tenant, account, origin', over: 'last_at < $1', age: DAY },
  { table: 'outbox', key: 'tenant, id', over: 'created_at < $1', age: 30 * DAY },
] as const;

/** Removes what is over: sessions, mailed and exchanged tokens, counters of refused logins, mails. */
@Injectable()
export class Housekeeping implements OnModuleInit {
  constructor(
    private readonly database: Database,
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

  /** In batches, each a transaction of its own; it may break off, and be run again at any time. */
  async run(): Promise<void> {
    for (const { table, key, over, age } of leftovers) {
      const text = `with removed as (
          delete from ${table} where (${key}) in (select ${key} from ${table} where ${over} limit ${BATCH}) returning 1
        ) select count(*)::int as count from removed`;
      const before = this.clock.in(-age);
      let count: number;
      do {
        [{ count } = { count: 0 }] = await this.database.rows<{ count: number }>({ text }, [before]);
      } while (count === BATCH);
    }
  }
}
