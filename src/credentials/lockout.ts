import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { hashOf } from '../common/secrets.js';
import { Database, Statement } from '../database/database.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** Refused attempts in a row before an account is locked for where they came from, and for everywhere. */
const ATTEMPTS = { here: 15, anywhere: 100 };

/** In seconds. The first lock; it doubles with each further refusal, up to the longest. */
const LOCK = { first: 60, longest: 3600 };

/** Refusals are forgotten this many seconds after the last one. */
const MEMORY = 3600;

/** Whose password is tried: a customer's, by login e-mail, or an employee's. */
export type Realm = 'customer' | 'staff';

/** What is known of an account's refusals, as read together with the account. */
export interface Locks {
  /** As PostgreSQL writes a time. */
  locked_until: string | null;
  /** From where the present attempt comes. */
  failures: number;
}

/** SQL for the locks of an account; all are SQL too. Always one row. */
export function locks({
  tenant,
  account,
  origin,
  now,
}: Record<'tenant' | 'account' | 'origin' | 'now', string>): string {
  return `select max(locked_until) filter (where locked_until > ${now}) as locked_until,
      coalesce(sum(failures) filter (where origin = ${origin}), 0)::int as failures
    from login_failures where tenant = ${tenant} and account = ${account} and origin in ('', ${origin})`;
}

/** `$1` tenant, `$2` account, `$3` origin, `$4` now. */
const findLocks: Statement = {
  name: 'find_locks',
  text: locks({ tenant: '$1', account: '$2', origin: '$3', now: '$4' }),
};

/** `f` is the row that counts. A locked row counts nothing: it is not longer locked for being tried. */
const count = (limit: number): string => {
  const failures = 'case when f.last_at < $5 then 1 else f.failures + 1 end';
  return `on conflict (tenant, account, origin) do update set failures = ${failures}, last_at = $4,
      locked_until = (select case when n >= 0
          then $4::timestamptz + least(${LOCK.first} * 2 ^ least(n, 20), ${LOCK.longest}) * interval '1 second' end
        from (select ${failures} - ${limit} as n) beyond)
    where coalesce(f.locked_until <= $4, true)`;
};

/**
 * `$1` tenant, `$2` account, `$3` origin, `$4` now, `$5` since when refusals count. No row: it is locked already. What
 * is beyond an origin's own limit does not count for everywhere, so that one address alone cannot lock an owner out.
 */
const countFailure: Statement = {
  name: 'count_failure',
  text: `with mine as (
      insert into login_failures as f (tenant, account, origin, failures, last_at) values ($1, $2, $3, 1, $4)
      ${count(ATTEMPTS.here)} returning failures
    ), everywhere as (
      insert into login_failures as f (tenant, account, origin, failures, last_at)
      select $1, $2, '', 1, $4 from mine where mine.failures <= ${ATTEMPTS.here}
      ${count(ATTEMPTS.anywhere)}
    )
    select failures from mine`,
};

/** `$1` tenant, `$2` account, `$3` origin. */
const forget: Statement = {
  name: 'forget_failures',
  text: 'delete from login_failures where tenant = $1 and account = $2 and origin = $3',
};

/**
 * Keeps strangers from trying passwords: by account and origin, and with a higher limit by account alone. It counts in
 * the database, so that all processes count together; a good login without refusals before it writes nothing.
 */
@Injectable()
export class Lockout {
  /** How many attempts at each account are under way here. */
  private readonly underWay = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /** The network address that the attempt comes from. */
  get origin(): string {
    return RequestScope.current?.origin.address ?? 'local';
  }

  /** How an account is known here: without the e-mail address, and of one length. */
  keyOf(realm: Realm, email: string): string {
    return hashOf(`${realm} ${email}`);
  }

  /**
   * Does one attempt to prove who somebody is. Of many at once, those beyond the limit learn nothing: what they would
   * have found out is told as locked, right or wrong.
   *
   * @param key of `keyOf`
   * @param find reads the account, and the locks with it
   * @param prove compares; undefined when the attempt is refused
   * @returns what `prove` found
   * @throws Failure `login_locked`, with the seconds until the lock ends
   */
  async guard<Found extends Locks, Proof>(
    key: string,
    find: () => Promise<Found>,
    prove: (found: Found) => Promise<Proof | undefined>,
  ): Promise<Proof | undefined> {
    const alone = this.enter(key) === 1;
    if (RequestScope.current) RequestScope.current.account = key;
    try {
      const found = await find();
      this.refuse(found);
      const proof = await prove(found);
      if (proof === undefined) await this.failed(key);
      else {
        if (!alone || found.failures > 0 || this.underWay.get(key) !== 1) this.refuse(await this.locksOf(key));
        if (found.failures > 0) await this.database.rows(forget, [this.tenants.current, key, this.origin]);
      }
      return proof;
    } finally {
      this.leave(key);
    }
  }

  async locksOf(key: string): Promise<Locks> {
    const values = [this.tenants.current, key, this.origin, this.clock.now()];
    const [found] = await this.database.rows<Locks>(findLocks, values);
    return found ?? { locked_until: null, failures: 0 };
  }

  private async failed(key: string): Promise<void> {
    const values = [this.tenants.current, key, this.origin, this.clock.now(), this.clock.in(-MEMORY)];
    const counted = await this.database.rows(countFailure, values);
    if (counted.length === 0) this.refuse(await this.locksOf(key));
  }

  private refuse({ locked_until }: Locks): void {
    if (!locked_until) return;
    const seconds = Math.ceil((Date.parse(locked_until) - this.clock.now().getTime()) / 1000);
    throw new Failure('login_locked', { facts: { seconds: String(Math.max(seconds, 1)) } });
  }

  /** @returns how many are under way, this one included */
  private enter(key: string): number {
    const now = (this.underWay.get(key) ?? 0) + 1;
    this.underWay.set(key, now);
    return now;
  }

  private leave(key: string): void {
    const left = (this.underWay.get(key) ?? 1) - 1;
    if (left > 0) this.underWay.set(key, left);
    else this.underWay.delete(key);
  }
}
