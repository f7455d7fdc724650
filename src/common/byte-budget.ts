import { Failure } from './failure.js';

export interface ByteBudgetOptions {
  /** Bytes that may be reserved at a time. */
  total: number;
  /** Bytes that one holder may have reserved at a time; a larger reservation counts as this many. */
  perHolder: number;
  /** Reservations of one holder that may wait. */
  maxWaiting: number;
  /** Milliseconds that a reservation may wait. */
  maxWait: number;
}

/** Releases reserved bytes; further calls have no effect. */
export type Release = () => void;

interface Waiting {
  bytes: number;
  grant: (release: Release) => void;
}

interface Holder {
  reserved: number;
  waiting: Waiting[];
}

/**
 * A budget of memory in bytes that several holders share, such as the tenants of the process. Reservations wait in one
 * queue per holder, and the queues take turns, so that a holder with many requests does not delay the others.
 */
export class ByteBudget {
  private readonly holders = new Map<string, Holder>();
  private reserved = 0;

  constructor(private readonly options: ByteBudgetOptions) {}

  /**
   * @param holder the holder whose share is used, such as the tenant's name
   * @returns a function that releases the bytes
   * @throws Failure `overloaded` if too many wait, or the bytes are not free in time
   */
  async reserve(holder: string, bytes: number): Promise<Release> {
    const { perHolder, maxWaiting, maxWait } = this.options;
    const own = this.holders.get(holder) ?? { reserved: 0, waiting: [] };
    if (own.waiting.length >= maxWaiting) throw new Failure('overloaded');
    this.holders.set(holder, own);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        own.waiting.splice(own.waiting.indexOf(waiting), 1);
        this.forget(holder);
        reject(new Failure('overloaded'));
        this.grantWaiting();
      }, maxWait);
      const grant = (release: Release): void => {
        clearTimeout(timer);
        resolve(release);
      };
      const waiting: Waiting = { bytes: Math.min(bytes, perHolder), grant };
      own.waiting.push(waiting);
      this.grantWaiting();
    });
  }

  /** Bytes that are reserved now. */
  get used(): number {
    return this.reserved;
  }

  private grantWaiting(): void {
    for (let granted = true; granted;) {
      granted = false;
      for (const [name, holder] of [...this.holders]) {
        const [first] = holder.waiting;
        if (!first || holder.reserved + first.bytes > this.options.perHolder) continue;
        // A smaller reservation must not overtake it, or it could wait forever.
        if (this.reserved + first.bytes > this.options.total) return;
        holder.waiting.shift();
        this.take(name, holder, first);
        granted = true;
      }
    }
  }

  private take(name: string, holder: Holder, { bytes, grant }: Waiting): void {
    holder.reserved += bytes;
    this.reserved += bytes;
    // The holder moves to the end, so that the others come first the next time.
    this.holders.delete(name);
    this.holders.set(name, holder);
    let released = false;
    grant(() => {
      if (released) return;
      released = true;
      holder.reserved -= bytes;
      this.reserved -= bytes;
      this.forget(name);
      this.grantWaiting();
    });
  }

  private forget(name: string): void {
    const holder = this.holders.get(name);
    if (holder?.reserved === 0 && holder.waiting.length === 0) this.holders.delete(name);
  }
}
