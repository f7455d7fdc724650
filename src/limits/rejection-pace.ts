import { LRUCache } from 'lru-cache';

/** As in `limited.ts`. */
const MAX_NETWORKS = 100_000;
/** The rejections that leave at once after a quiet time, in seconds of the rate. */
const BURST_SECONDS = 30;
const MAX_DELAY_SECONDS = 10;

/**
 * Decides how long a rejection waits, by network: a leaky bucket (GCRA, as in ITU-T I.371). A few leave at once, further
 * ones at a steady rate.
 */
export class RejectionPace {
  /** The time at which each network's last rejection leaves, in milliseconds since the process started. */
  private readonly releaseTimes: LRUCache<string, number>;

  /** @param perMinute rejections of one network */
  constructor(
    private readonly perMinute: number,
    maxNetworks = MAX_NETWORKS,
  ) {
    // As in `counters.ts`.
    this.releaseTimes = new LRUCache({ maxSize: maxNetworks, sizeCalculation: () => 1 });
  }

  /** Counts a rejection. @returns the milliseconds that it waits, at most 10,000 */
  next(network: string, now = performance.now()): number {
    const earliest = now - BURST_SECONDS * 1000;
    const turn = Math.max(this.releaseTimes.get(network) ?? earliest, earliest) + 60_000 / this.perMinute;
    const latest = Math.min(turn, now + MAX_DELAY_SECONDS * 1000);
    this.releaseTimes.set(network, latest);
    return Math.max(latest - now, 0);
  }
}
