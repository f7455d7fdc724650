import { Injectable } from '@nestjs/common';
import { Failure } from '../../common/failure.js';
import { Config } from '../../config/config.js';
import { RequestScope } from '../../tenants/request-scope.js';

/**
 * The maximum number of concurrent searches: of one caller, of one tenant, and of all as a share of the connection
 * pool.
 */
const MAX_PER_CALLER = 1;
const MAX_PER_TENANT = 2;
const SHARE_OF_POOL = 0.4;

/** Concurrent searches with a caller's regular expression; fewer for customers, so that employees get a turn. */
const MAX_WITH_PATTERN = 2;
const MAX_WITH_PATTERN_OF_CUSTOMERS = 1;

/** The maximum number of waiting searches: of one caller, of one tenant, and of all. */
const MAX_WAITING_PER_CALLER = 20;
const MAX_WAITING_PER_TENANT = 60;
const MAX_WAITING = 200;

/** The maximum wait of a search, in milliseconds. */
const MAX_WAIT = 5000;

interface Search {
  tenant: string;
  caller: string;
  byCustomer: boolean;
  /** Whether it contains a caller's regular expression. */
  usesPattern: boolean;
}

/**
 * Queues the searches of this process, so that they never use up the connection pool or PostgreSQL. The next search is
 * that of the tenant and caller with the fewest running searches; among equals, the oldest.
 */
@Injectable()
export class SearchQueue {
  private readonly running = new Set<Search>();
  /** Searches with the functions that start them, oldest first. */
  private readonly waiting = new Map<Search, () => void>();
  private readonly maxRunning: number;

  constructor({ databasePool }: Config) {
    this.maxRunning = Math.max(2, Math.floor(databasePool * SHARE_OF_POOL));
  }

  /**
   * Runs a search of the current caller when it is its turn.
   *
   * @throws Failure `overloaded` when too many searches wait, or this one waited for too long
   */
  async run<T>({ usesPattern }: Pick<Search, 'usesPattern'>, work: () => Promise<T>): Promise<T> {
    const { tenant = '', customer, actor, origin } = RequestScope.current ?? {};
    const name = customer ? `customer ${customer}` : actor ? `${actor.kind} ${actor.id}` : `address ${origin?.address}`;
    const search = { tenant, caller: `${tenant} ${name}`, byCustomer: customer !== undefined, usesPattern };
    if (this.mayRun(search)) this.running.add(search);
    else await this.wait(search);
    try {
      return await work();
    } finally {
      this.running.delete(search);
      this.startNext();
    }
  }

  private async wait(search: Search): Promise<void> {
    const { tenant, caller } = search;
    const isFull =
      this.waiting.size >= MAX_WAITING ||
      count(this.waiting.keys(), (other) => other.tenant === tenant) >= MAX_WAITING_PER_TENANT ||
      count(this.waiting.keys(), (other) => other.caller === caller) >= MAX_WAITING_PER_CALLER;
    if (isFull) throw overloaded();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(search);
        reject(overloaded());
      }, MAX_WAIT).unref();
      this.waiting.set(search, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private startNext(): void {
    let next: Search | undefined;
    for (const search of this.waiting.keys()) {
      if (this.mayRun(search) && (!next || this.precedes(search, next))) next = search;
    }
    if (!next) return;
    const start = this.waiting.get(next);
    this.waiting.delete(next);
    this.running.add(next);
    start?.();
    this.startNext();
  }

  private mayRun({ tenant, caller, byCustomer, usesPattern }: Search): boolean {
    const patterns = count(this.running, (other) => other.usesPattern);
    const patternsOfCustomers = count(this.running, (other) => other.usesPattern && other.byCustomer);
    return (
      this.running.size < this.maxRunning &&
      this.runningOfTenant(tenant) < MAX_PER_TENANT &&
      this.runningOfCaller(caller) < MAX_PER_CALLER &&
      (!usesPattern || patterns < MAX_WITH_PATTERN) &&
      (!usesPattern || !byCustomer || patternsOfCustomers < MAX_WITH_PATTERN_OF_CUSTOMERS)
    );
  }

  private precedes(a: Search, b: Search): boolean {
    const tenants = this.runningOfTenant(a.tenant) - this.runningOfTenant(b.tenant);
    return (tenants || this.runningOfCaller(a.caller) - this.runningOfCaller(b.caller)) < 0;
  }

  private runningOfTenant(tenant: string): number {
    return count(this.running, (other) => other.tenant === tenant);
  }

  private runningOfCaller(caller: string): number {
    return count(this.running, (other) => other.caller === caller);
  }
}

function overloaded(): Failure {
  return new Failure('overloaded', { facts: { seconds: '2' } });
}

function count(searches: Iterable<Search>, matches: (search: Search) => boolean): number {
  let found = 0;
  for (const search of searches) if (matches(search)) found++;
  return found;
}
