import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { sealingKey } from '../common/sealing.js';
import { keyedHash } from '../common/secrets.js';
import { Config } from '../config/config.js';
import { customersOf } from '../customers/customers.sql.js';
import { requestRow } from '../database/database.js';
import { insertSystemEntries } from '../history/history.fragments.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { LoginFailure, type LoginFailureTables } from './login-failure.entity.js';

/** Consecutive failed attempts before an account is locked for their origin, and for all origins. */
const ATTEMPTS = { here: 15, anywhere: 100 };

/** In seconds. The first lock; it doubles with each further failure, up to the longest. */
const LOCK = { first: 60, longest: 3600 };

/** Failures are forgotten this many seconds after the last one. */
const MEMORY = 3600;

/** The owner of the password: a customer, by login e-mail, or an employee. */
export type Realm = 'customer' | 'staff';

/** The failures of an account, read together with the account. */
export interface Locks {
  /** A time as PostgreSQL writes it. */
  locked_until: string | null;
  /** The failures of the current attempt's origin. */
  failures: number;
  /** Whether the account's owner has logged in from this origin before. If so, the account-wide lock does not apply. */
  known: boolean;
  /** The customer of the account; the counters are removed with the customer. */
  customer_id?: string | null;
}

/** SQL that adds an entry to the history for each row of `locked`. A lock for all networks has no address. */
const recordLocks = insertSystemEntries({
  from: 'locked l',
  tenant: 'l.tenant',
  customer: 'l.customer',
  at: 'l.at',
  address: 'l.network',
  action: `'login_locked'`,
  changes: `jsonb_build_object('lockedUntil', to_char(l.locked_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))`,
});

/** SQL for the locks of an account. All arguments are SQL too; `known` is a condition. Always returns one row. */
export function locks({
  tenant,
  account,
  origin,
  now,
  known,
}: Record<'tenant' | 'account' | 'origin' | 'now' | 'known', string>): string {
  return `select max(locked_until) filter (where locked_until > ${now} and (origin <> '' or not ${known})) as locked_until,
      coalesce(sum(failures) filter (where origin = ${origin}), 0)::int as failures
    from login_failures where tenant = ${tenant} and account = ${account} and origin in ('', ${origin})`;
}

/**
 * Limits attempts to guess passwords: by account and origin, and with a higher limit by account alone. The counters are
 * in the database, because all processes share them. A successful login without earlier failures writes nothing.
 */
@Injectable()
export class Lockout {
  /** The number of running attempts in this process, by account. */
  private readonly running = new Map<string, number>();
  private readonly key: Buffer;

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
    { secret }: Config,
  ) {
    this.key = sealingKey(secret, 'lockout');
  }

  /** The key of an account in this table: a keyed hash, from which the e-mail address cannot be guessed. */
  keyOf(realm: Realm, email: string): string {
    return keyedHash(this.key, `${realm} ${email}`);
  }

  /**
   * Runs one attempt to authenticate. Concurrent attempts beyond the limit fail as locked, whether they are right or
   * wrong, so that an attacker learns nothing from them.
   *
   * @param key of `keyOf`
   * @param network that the attempt comes from: an IPv4 address or the /64 of an IPv6 address
   * @param find reads the account, and the locks with it
   * @param verify compares; undefined when the attempt fails
   * @returns the result of `verify`
   * @throws Failure `login_locked`, with the seconds until the lock ends
   */
  async guard<Found extends Locks, Proof>(
    key: string,
    network: string,
    find: () => Promise<Found>,
    verify: (found: Found) => Promise<Proof | undefined>,
  ): Promise<Proof | undefined> {
    const alone = this.enter(key) === 1;
    RequestScope.set({ account: key });
    try {
      const found = await find();
      this.assertNotLocked(found);
      const proof = await verify(found);
      if (proof === undefined) await this.failed(key, network, found);
      else {
        if (!alone || found.failures > 0 || this.running.get(key) !== 1)
          this.assertNotLocked(await this.locksOf(key, network, found.known));
        if (found.failures > 0) await this.em.nativeDelete(LoginFailure, { account: key, origin: network });
      }
      return proof;
    } finally {
      this.leave(key);
    }
  }

  /** Clears the counters and locks of accounts, of all origins. Joins the caller's transaction if there is one. */
  async clear(...keys: string[]): Promise<void> {
    await this.em.nativeDelete(LoginFailure, { account: keys });
  }

  /** @param known whether the account's owner has logged in from this network before */
  async locksOf(key: string, network: string, known: boolean): Promise<Locks> {
    const request = requestRow({
      tenant: ['text', this.tenants.current],
      account: ['text', key],
      origin: ['text', network],
      now: ['timestamptz', this.clock.now()],
      known: ['boolean', known],
    });
    const columns = {
      tenant: 'request.tenant',
      account: 'request.account',
      origin: 'request.origin',
      now: 'request.now',
      known: 'request.known',
    };
    const found = await this.em
      .getKysely<Record<never, never>>()
      .selectFrom(request.as('request'))
      .innerJoinLateral(sql.raw<Omit<Locks, 'known'>>(`(${locks(columns)})`).as('l'), (on) => on.onTrue())
      .select(['l.locked_until', 'l.failures'])
      .executeTakeFirst();
    return { locked_until: null, failures: 0, ...found, known };
  }

  /** @throws Failure `login_locked`, with the seconds until the lock ends */
  assertNotLocked({ locked_until }: Pick<Locks, 'locked_until'>): void {
    if (!locked_until) return;
    const seconds = Math.ceil((Date.parse(locked_until) - this.clock.now().getTime()) / 1000);
    throw new Failure('login_locked', { facts: { seconds: String(Math.max(seconds, 1)) } });
  }

  private async failed(key: string, network: string, { known, customer_id = null }: Locks): Promise<void> {
    const counted = await this.count(key, network, customer_id);
    if (counted.length === 0) this.assertNotLocked(await this.locksOf(key, network, known));
  }

  /**
   * Counts a failed attempt. The row of the customer is locked so that an erasure removes the counters as well. Failures
   * beyond the limit of an origin do not count for the account-wide lock, so that one network alone cannot cause it. The
   * account-wide lock does not apply to networks from which the owner logged in before; only their own limit applies.
   *
   * @returns no row if the account is already locked
   */
  private async count(account: string, network: string, customerId: string | null): Promise<unknown[]> {
    const tenant = this.tenants.current;
    const [now, since] = [this.clock.now(), this.clock.in(-MEMORY)];
    const failures = sql<number>`case when login_failures.last_at < ${since} then 1 else login_failures.failures + 1 end`;
    const lockedUntil = (limit: number) => sql<Date | null>`(
      select case when n >= 0 then ${now}::timestamptz
        + least(${sql.lit(LOCK.first)} * 2 ^ least(n, 20), ${sql.lit(LOCK.longest)}) * interval '1 second' end
      from (select ${failures} - ${sql.lit(limit)} as n) beyond)`;
    // A locked row does not count further attempts, so that they do not extend the lock.
    const isOpen = sql<boolean>`coalesce(login_failures.locked_until <= ${now}, true)`;
    const count = (limit: number) => ({ failures, last_at: now, locked_until: lockedUntil(limit) });
    const key = ['tenant', 'account', 'origin'] as const;
    const owner = sql<string | null>`(select id from owner)`;
    return this.em
      .getKysely<LoginFailureTables>()
      .with('owner', () =>
        customersOf(this.em, tenant)
          .select('id')
          .where('id', '=', sql<string>`${customerId}::text`)
          .forKeyShare(),
      )
      .with('mine', (cte) =>
        cte
          .insertInto('login_failures')
          .values({ tenant, account, origin: network, failures: 1, last_at: now, customer_id: owner })
          .onConflict((row) => row.columns(key).doUpdateSet(count(ATTEMPTS.here)).where(isOpen))
          .returning(['failures', 'locked_until']),
      )
      .with('everywhere', (cte) =>
        cte
          .insertInto('login_failures')
          .columns([...key, 'failures', 'last_at', 'customer_id'])
          .expression((eb) =>
            eb
              .selectFrom('mine')
              .select([sql<string>`${tenant}::text`.as('tenant'), sql<string>`${account}::text`.as('account')])
              .select([sql<string>`''`.as('origin'), sql<number>`1`.as('failures')])
              .select([sql<Date>`${now}::timestamptz`.as('last_at'), owner.as('customer_id')])
              .where('mine.failures', '<=', ATTEMPTS.here),
          )
          .onConflict((row) => row.columns(key).doUpdateSet(count(ATTEMPTS.anywhere)).where(isOpen))
          .returning(['failures', 'locked_until']),
      )
      .with(
        'locked',
        () => sql`(select ${tenant}::text as tenant, owner.id as customer, ${now}::timestamptz as at, l.*
          from owner cross join (
            select locked_until, ${network}::text as network from mine where failures >= ${sql.lit(ATTEMPTS.here)}
            union all
            select locked_until, null from everywhere where failures >= ${sql.lit(ATTEMPTS.anywhere)}) l)`,
      )
      .with('recorded', () => sql`(${sql.raw(recordLocks)})`)
      .selectFrom('mine')
      .select('failures')
      .execute();
  }

  /** @returns the number of running attempts, including this one */
  private enter(key: string): number {
    const now = (this.running.get(key) ?? 0) + 1;
    this.running.set(key, now);
    return now;
  }

  private leave(key: string): void {
    const left = (this.running.get(key) ?? 1) - 1;
    if (left > 0) this.running.set(key, left);
    else this.running.delete(key);
  }
}
