import { Failure } from './failure.js';

/**
 * Rejects a change that is based on another version than the current one. A change without a version is accepted.
 *
 * @throws Failure `stale_version`
 */
export function assertVersion(expected: number | undefined, present: number): void {
  if (expected !== undefined && expected !== present) {
    throw new Failure('stale_version', { facts: { version: String(present) } });
  }
}
