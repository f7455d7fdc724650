import { Failure, type FailureCode } from '../common/failure.js';

/**
 * Makes something; with `--if-missing` it is well if it is there.
 *
 * @returns undefined when it was there
 * @throws Failure of that code without the option
 */
export async function unlessThere<T>(
  code: FailureCode,
  { ifMissing }: { ifMissing?: boolean },
  make: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    if (ifMissing && error instanceof Failure && error.code === code) return undefined;
    throw error;
  }
}
