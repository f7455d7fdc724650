import { runInNewContext } from 'node:vm';

/**
 * Runs synchronous work, and interrupts it after a time that only work of the wrong complexity takes, whatever the
 * machine. @returns its result @throws Error
 */
export function endsInTime<T>(work: () => T): T {
  return runInNewContext('work()', { work }, { timeout: 20_000 }) as T;
}
