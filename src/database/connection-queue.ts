import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import { limitSilence } from './silence.js';

const currentKind = new AsyncLocalStorage<string>();

/**
 * Runs work whose connections count as one kind: a route, the name of a statement. Kinds are a closed set of names;
 * never derive one from input.
 */
export function asKind<T>(kind: string, work: () => T): T {
  return currentKind.run(kind, work);
}

const JOB = 'job ';

/** Runs a job: its connections count as one kind, and its transactions may take longer than those of a request. */
export function asJob<T>(name: string, work: () => T): T {
  return asKind(JOB + name, work);
}

/** The maximum wait of a request for a connection, in milliseconds. */
export const MAX_CONNECTION_WAIT = 3000;

/** The maximum number of waiting requests: of one kind, and of all. */
const MAX_WAITING_PER_KIND = 500;
const MAX_WAITING = 2000;

/** The share of the pool that one kind may hold. */
const SHARE = 0.4;

/** A kind that holds a connection for longer than this, in milliseconds, gets half of its share. */
const SLOW = 500;

/**
 * Thrown when no connection becomes free in time, or too many requests wait for one. The error has PostgreSQL's code
 * for this.
 */
export class NoConnectionError extends Error {
  readonly code = '53300';
}

/** Releases a connection. With a reason, the connection is closed and not used again. */
type Release = (reason?: Error | boolean) => void;

type Callback = (error: Error | undefined, client: PoolClient | undefined, done: Release) => void;

interface Kind {
  /** Undefined for work without a name, such as the start of the service, which may use the whole pool. */
  name?: string;
  held: number;
  /** Whether the last connection was held for long, for example because a table was locked. */
  slow: boolean;
  waiting: Waiter[];
}

interface Waiter {
  start: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Limits how many connections of a pool each kind of work may hold (a bulkhead). Requests that wait for a locked table
 * then never hold the whole pool, and requests for other tables get a connection at once. Waiting kinds take turns.
 */
export class ConnectionQueue {
  /** By name; only kinds that hold a connection, wait, or were slow. Insertion order is the order of turns. */
  private readonly kinds = new Map<string | undefined, Kind>();
  private held = 0;
  private waiting = 0;
  /** Connections in use, each with the function that releases it. */
  private readonly checkedOut = new Map<PoolClient, Release>();

  private constructor(private readonly max: number) {}

  /** Queues every request for a connection of the pool. */
  static guard(pool: Pool, max: number): void {
    const queue = new ConnectionQueue(max);
    // A transaction whose connection is lost cannot roll back, and then never releases the connection.
    pool.on('connect', (client) => client.once('end', () => queue.checkedOut.get(client)?.(true)));
    const connect = pool.connect.bind(pool) as (callback: Callback) => void;
    const guarded = (callback: Callback): void => {
      const kind = queue.kind(currentKind.getStore());
      const start = (): void => {
        const leave = queue.enter(kind);
        connect((error, client) => {
          if (error || !client) {
            leave();
            callback(error, undefined, () => undefined);
            return;
          }
          callback(undefined, client, queue.checkOut(client, kind, leave));
        });
      };
      queue.run(kind, start, (error) => callback(error, undefined, () => undefined));
    };
    pool.connect = ((callback?: Callback) => {
      if (callback) return guarded(callback);
      return new Promise<PoolClient>((resolve, reject) => {
        guarded((error, client) => (client ? resolve(client) : reject(error ?? new NoConnectionError())));
      });
    }) as Pool['connect'];
  }

  private kind(name: string | undefined): Kind {
    let kind = this.kinds.get(name);
    if (!kind) this.kinds.set(name, (kind = { name, held: 0, slow: false, waiting: [] }));
    return kind;
  }

  /** Starts at once, or when a connection is free for this kind. */
  private run(kind: Kind, start: () => void, fail: (error: Error) => void): void {
    if (kind.waiting.length === 0 && this.isFree(kind)) return start();
    if (kind.waiting.length >= MAX_WAITING_PER_KIND || this.waiting >= MAX_WAITING) {
      return fail(new NoConnectionError('Too many requests wait for a database connection'));
    }
    const timer = setTimeout(() => {
      kind.waiting.splice(kind.waiting.indexOf(waiter), 1);
      this.waiting--;
      fail(new NoConnectionError('No database connection became free in time'));
    }, MAX_CONNECTION_WAIT);
    const waiter = { start, timer };
    kind.waiting.push(waiter);
    this.waiting++;
  }

  private checkOut(client: PoolClient, { name }: Kind, leave: () => void): Release {
    const release = client.release.bind(client);
    // Commands of the command line run jobs without a name.
    const endWatch = limitSilence(client, name === undefined || name.startsWith(JOB));
    const releaseOnce: Release = (reason) => {
      if (!this.checkedOut.delete(client)) return;
      endWatch();
      release(reason);
      leave();
    };
    client.release = releaseOnce;
    this.checkedOut.set(client, releaseOnce);
    return releaseOnce;
  }

  /** Counts a connection. @returns a function that must be called when it is released */
  private enter(kind: Kind): () => void {
    kind.held++;
    this.held++;
    const since = performance.now();
    return () => {
      kind.held--;
      this.held--;
      kind.slow = performance.now() - since > SLOW;
      this.startNext();
      if (kind.held === 0 && kind.waiting.length === 0 && !kind.slow) this.kinds.delete(kind.name);
    };
  }

  private startNext(): void {
    for (;;) {
      const kind =
        this.waiting > 0 && [...this.kinds.values()].find((each) => each.waiting.length > 0 && this.isFree(each));
      const waiter = kind && kind.waiting.shift();
      if (!waiter) return;
      clearTimeout(waiter.timer);
      this.waiting--;
      // The next turn belongs to another kind.
      this.kinds.delete(kind.name);
      this.kinds.set(kind.name, kind);
      waiter.start();
    }
  }

  private isFree({ name, held, slow }: Kind): boolean {
    if (this.held >= this.max) return false;
    if (name === undefined) return true;
    const share = Math.max(2, Math.floor(this.max * SHARE));
    return held < (slow ? Math.max(2, Math.ceil(share / 2)) : share);
  }
}
