import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { invalid } from '../common/failure.js';
import { Jobs } from '../jobs/jobs.js';
import { secondsOf } from './duration.js';

/** How far the clock can be ahead of real time at most, in seconds: a hundred years. */
const MAX_AHEAD_SECONDS = 100 * 365 * 86_400;

/** Moves the clock of the service. */
@Injectable()
export class TestClock {
  /** How far the clock is ahead of real time, in milliseconds. */
  private ahead = 0;

  constructor(
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {
    clock.now = () => new Date(Date.now() + this.ahead);
  }

  get now(): Date {
    return this.clock.now();
  }

  /**
   * Moves the clock forward, and then runs each scheduled job that has become due, once.
   *
   * @param by a duration, for example `31d`
   * @returns the new time
   * @throws Failure `invalid_input` if the clock would be more than a hundred years ahead
   */
  async advance(by: string): Promise<Date> {
    const before = this.now;
    const ahead = this.ahead + (secondsOf(by) ?? 0) * 1000;
    if (ahead > MAX_AHEAD_SECONDS * 1000) throw invalid('by', 'by must not move the clock more than 100 years ahead');
    this.ahead = ahead;
    await this.jobs.runDue(before, this.now);
    return this.now;
  }

  reset(): void {
    this.ahead = 0;
  }
}
