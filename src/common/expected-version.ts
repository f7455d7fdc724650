import { Failure } from './failure.js';

/**
 * Lets a change pass that was made from the present version, or from none that it names.
 *
 * @throws Failure `stale_version`
 */
export function expectVersion(expected: number | undefined, present: number): void {
  if (expected !== undefined && expected !== present) {
    throw new Failure('stale_version', { facts: { version: String(present) } });
  }
}
