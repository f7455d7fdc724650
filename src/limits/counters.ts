import { LRUCache } from 'lru-cache';
import { hashOf } from '../common/secrets.js';

/** A time window in which requests or bytes add up. */
interface Window {
  total: number;
  /** In milliseconds since the process started, so that a clock that is set back does not extend the window. */
  endsAt: number;
}

/** An amount that is counted for a client, and its limit. */
export interface Count {
  /** Such as the name of a limit; one of a closed set of names. */
  name: string;
  /** The maximum total of a window. */
  limit: number;
  /** The length of the window. */
  seconds: number;
  /** What is added; 1 for a request. */
  amount: number;
}

/** The result of a count. */
export interface Counted {
  allowed: boolean;
  remaining: number;
  /** Whole seconds until the window ends, at least 1. */
  seconds: number;
}

/**
 * Counts by client in fixed windows, in a bounded part of this process's memory. A client has one entry with all its
 * counters, under a hash of a fixed length. When the map is full, the least recently used entry is evicted. To evict
 * its own entry, a client has to send requests from as many other networks as there are entries. It gains nothing by
 * that, because each of these networks has limits of its own.
 */
export class Counters {
  private readonly clients: LRUCache<string, Map<string, Window>>;

  /** @param maxEntries each takes about 300 bytes */
  constructor(maxEntries: number) {
    // `max` would allocate the memory for all entries now, which blocks the process for 30 ms.
    this.clients = new LRUCache({ maxSize: maxEntries, sizeCalculation: () => 1 });
  }

  /** Adds to one of a client's counters, unless it would exceed the limit. */
  add(client: string, { name, limit, seconds, amount }: Count, now = performance.now()): Counted {
    const window = this.window(hashOf(client), name, seconds, now);
    const allowed = window.total + amount <= limit;
    if (allowed) window.total += amount;
    return {
      allowed,
      remaining: Math.max(limit - window.total, 0),
      seconds: Math.max(Math.ceil((window.endsAt - now) / 1000), 1),
    };
  }

  /** The number of clients that have counters. */
  get size(): number {
    return this.clients.size;
  }

  private window(key: string, name: string, seconds: number, now: number): Window {
    let windows = this.clients.get(key);
    if (!windows) this.clients.set(key, (windows = new Map<string, Window>()));
    let window = windows.get(name);
    if (!window || window.endsAt <= now) windows.set(name, (window = { total: 0, endsAt: now + seconds * 1000 }));
    return window;
  }
}
