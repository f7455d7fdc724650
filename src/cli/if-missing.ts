import { Failure, type FailureCode } from '../common/failure.js';

/**
 * Creates something. With `--if-missing`, does nothing if it already exists.
 *
 * @returns undefined if it already exists
 * @throws Failure of that code without the option
 */
export async function unlessExists<T>(
  code: FailureCode,
  { ifMissing }: { ifMissing?: boolean },
  create: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await create();
  } catch (error) {
    if (ifMissing && error instanceof Failure && error.code === code) return undefined;
    throw error;
  }
}
