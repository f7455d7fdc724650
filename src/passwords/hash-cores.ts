import { type EventLoopUtilization, performance } from 'node:perf_hooks';

/** The share of time in which the main thread is busy, above which it needs a core of its own. */
const BUSY_SHARE = 0.7;

/** The shortest time over which that share is measured. */
const SAMPLE_MILLISECONDS = 1000;

/**
 * How many cores may compute hashes. While the main thread is busy, one core is left to it: two hashes on one core take
 * twice as long, and the next client waits twice as long for each.
 */
export class HashCores {
  private start: EventLoopUtilization;
  private utilization = 0;

  /**
   * @param cores of the machine
   * @param measure the use of the event loop since the start of the process, or since an earlier measurement
   */
  constructor(
    private readonly cores: number,
    private readonly measure: (since?: EventLoopUtilization) => EventLoopUtilization = (since) =>
      performance.eventLoopUtilization(since),
  ) {
    this.start = measure();
  }

  /** At least 1. */
  get free(): number {
    const { idle, active, utilization } = this.measure(this.start);
    if (idle + active >= SAMPLE_MILLISECONDS) {
      this.utilization = utilization;
      this.start = this.measure();
    }
    return this.utilization > BUSY_SHARE ? Math.max(1, this.cores - 1) : this.cores;
  }
}
