import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { Database, Statement } from '../database/database.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** Refused logins in a row before an account is locked for where they came from, and for everywhere. */
const ATTEMPTS = { here: 15, anywhere: 100 };

/** In seconds. The first lock; it doubles with each further refusal, up to the longest. */
const LOCK = { first: 60, longest: 3600 };

/** Refusals are forgotten this many seconds after the last one. */
const MEMORY = 3600;

/** `$1` tenant, `$2` account, `$3` now, `$4` origin. */
export const locks = `select max(locked_until) filter (where locked_until > $3) as locked_until,
    coalesce(sum(failures) filter (where origin = $4), 0)::int as failures
  from login_failures where tenant = $1 and account = $2 and origin in ('', $4)`;

const findLocks: Statement = { name: 'find_locks', text: locks };

const failures = 'case when f.last_at < $5 then 1 else f.failures + 1 end';

/** `$1` tenant, `$2` account, `$3` origin, `$4` now, `$5` since when refusals count. */
const countFailure: Statement = {
  name: 'count_failure',
  text: `insert into login_failures as f (tenant, account, origin, failures, last_at)
    values ($1, $2, '', 1, $4), ($1, $2, $3, 1, $4)
    on conflict (tenant, account, origin) do update set failures = ${failures}, last_at = $4,
      locked_until = (select case when n >= 0
          then $4::timestamptz + least(${LOCK.first} * 2 ^ least(n, 20), ${LOCK.longest}) * interval '1 second' end
        from (select ${failures} - case f.origin when '' then ${ATTEMPTS.anywhere} else ${ATTEMPTS.here} end as n) over_limit)`,
};

/** `$1` tenant, `$2` account, `$3` origin. */
const forget: Statement = {
  name: 'forget_failures',
  text: 'delete from login_failures where tenant = $1 and account = $2 and origin = $3',
};

/** What is known of an account's refusals, as read together with the account. */
export interface Locks {
  /** As PostgreSQL writes a time. */
  locked_until: string | null;
  /** From where the present attempt comes. */
  failures: number;
}

/**
 * Keeps strangers from trying passwords: by account and origin, and with a higher limit by account alone. It counts in
 * the database, so that all processes count together; a good login without refusals before it writes nothing.
 */
@Injectable()
export class Lockout {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /** The network address that the attempt comes from. */
  get origin(): string {
    return RequestScope.current?.address ?? 'local';
  }

  /** @throws Failure `login_locked` */
  async check(account: string): Promise<Locks> {
    const values = [this.tenants.current, account, this.clock.now(), this.origin];
    const [found = { locked_until: null, failures: 0 }] = await this.database.rows<Locks>(findLocks, values);
    this.refuse(found);
    return found;
  }

  /** @throws Failure `login_locked`, with the seconds until the lock ends */
  refuse({ locked_until }: Locks): void {
    if (!locked_until) return;
    const seconds = Math.ceil((Date.parse(locked_until) - this.clock.now().getTime()) / 1000);
    throw new Failure('login_locked', { facts: { seconds: String(Math.max(seconds, 1)) } });
  }

  /** Counts a refused login. */
  async failed(account: string): Promise<void> {
    const since = this.clock.in(-MEMORY);
    await this.database.rows(countFailure, [this.tenants.current, account, this.origin, this.clock.now(), since]);
  }

  /** After a good login: resets only the counter of where it came from. */
  async succeeded(account: string, { failures: counted }: Locks): Promise<void> {
    if (counted > 0) await this.database.rows(forget, [this.tenants.current, account, this.origin]);
  }
}
