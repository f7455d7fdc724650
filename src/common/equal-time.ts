import { setTimeout as sleep } from 'node:timers/promises';

/** In milliseconds: longer than it takes to look up an account and to queue a mail. */
const MIN_DURATION = 150;

/** Runs work whose duration must not reveal whether an account exists. */
export async function inEqualTime<T>(work: () => Promise<T>): Promise<T> {
  const [done] = await Promise.all([work(), sleep(MIN_DURATION)]);
  return done;
}
