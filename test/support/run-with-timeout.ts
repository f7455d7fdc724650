import { runInNewContext } from 'node:vm';

/**
 * Runs synchronous work, and interrupts it after 20 seconds. On any machine, only work of a wrong complexity takes so
 * long.
 *
 * @throws Error after the timeout
 */
export function runWithTimeout<T>(work: () => T): T {
  return runInNewContext('work()', { work }, { timeout: 20_000 }) as T;
}
