import { verify } from '@node-rs/bcrypt';
import { within } from './bytes.js';
import type { Verifier } from './verifier.js';

/** A comparison with this cost takes half a second. */
const MAX_COST = 13;

const form = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;

/**
 * Reads bcrypt as PHP, Spryker and most others write it: `$2y$10${salt and hash}`, also `$2a$` and `$2b$`, with a cost
 * of 4 to 13. `$2x$` is rejected: it marks hashes of a faulty implementation, which the library does not reproduce. As
 * always with bcrypt, only the first 72 bytes of a password count.
 *
 * @see https://www.usenix.org/legacy/events/usenix99/provos/provos.pdf
 * @see https://www.php.net/manual/en/function.crypt.php
 */
export function readBcrypt(passwordHash: string): Verifier | string | undefined {
  const [, cost] = form.exec(passwordHash) ?? [];
  if (!within(4, Number(cost), 31)) return undefined;
  if (Number(cost) > MAX_COST) return `bcrypt with a cost of ${cost}; the maximum is ${MAX_COST}`;
  return { matches: (password) => verify(password, passwordHash), costly: Number(cost) > 8 };
}
