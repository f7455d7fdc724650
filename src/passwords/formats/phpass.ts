import { hash as digest } from 'node:crypto';
import { sameBytes, within } from './bytes.js';
import { cryptValue, toCryptBase64 } from './crypt-base64.js';
import { repeatDigest } from './repeat.js';
import type { Verifier } from './verifier.js';

/** log₂ of the maximum of rounds: about 50 ms. WordPress writes 13. */
const MAX_COST = 16;

const form = /^\$[PH]\$([./0-9A-Za-z])([./0-9A-Za-z]{8})[./0-9A-Za-z]{22}$/;

/**
 * Reads the portable hash of phpass, as WordPress before 6.8 (`$P$`) and phpBB (`$H$`) write it: MD5 of salt and
 * password, then many times MD5 of the last digest and the password.
 *
 * @see https://www.openwall.com/phpass/
 */
export function readPhpass(passwordHash: string): Verifier | string | undefined {
  const [, cost = '', salt = ''] = form.exec(passwordHash) ?? [];
  const rounds = cryptValue(cost);
  if (cost === '' || !within(7, rounds, 30)) return undefined;
  if (rounds > MAX_COST) return `phpass with 2^${rounds} rounds; the maximum is 2^${MAX_COST}`;
  const expected = Buffer.from(passwordHash.slice(-22));
  return {
    matches: async (password) => {
      const bytes = Buffer.from(password);
      const md5 = (start: Buffer): Buffer => digest('md5', Buffer.concat([start, bytes]), 'buffer');
      const computed = await repeatDigest(2 ** rounds, md5(Buffer.from(salt)), md5);
      return sameBytes(Buffer.from(toCryptBase64(computed)), expected);
    },
    costly: rounds > 14,
  };
}
