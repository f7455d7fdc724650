import { setTimeout as sleep } from 'node:timers/promises';

/** The minimum duration in milliseconds. Looking up an account and queueing a mail takes less. */
const MIN_DURATION = 150;

/** Runs work whose duration must not reveal whether an account exists. */
export async function inEqualTime<T>(work: () => Promise<T>): Promise<T> {
  const [done] = await Promise.all([work(), sleep(MIN_DURATION)]);
  return done;
}
