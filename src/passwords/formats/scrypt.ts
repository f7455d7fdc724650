import { type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { fromBase64, sameBytes, within } from './bytes.js';
import type { Verifier } from './verifier.js';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** The maximum of N · r · p, to which the time is proportional: below half a second. A hash takes 128 · N · r bytes. */
const MOST_WORK = 2 ** 20;

const COSTLY_WORK = 2 ** 16;

const form = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([^$]+)\$([^$]+)$/;

/**
 * Reads scrypt as passlib writes it: `$scrypt$ln=16,r=8,p=1${salt}${hash}`, where ln is log₂ N, salt of 1 to 128 bytes,
 * hash of 12 to 64. Other notations (`n=`, `$7$`) are ambiguous and not supported.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7914
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.hash.scrypt.html
 */
export function readScrypt(passwordHash: string): Verifier | undefined {
  const [, ln, blockSize, parallelism, saltText = '', hashText = ''] = form.exec(passwordHash) ?? [];
  const [salt, expected] = [fromBase64(saltText), fromBase64(hashText)];
  if (!salt || !expected || !within(1, salt.length, 128) || !within(12, expected.length, 64)) return undefined;

  const [N, r, p] = [2 ** Number(ln), Number(blockSize), Number(parallelism)];
  const work = N * r * p;
  if (!within(1, work, MOST_WORK)) return undefined;
  if (Number(ln) >= 16 * r) return undefined; // RFC 7914, section 2; OpenSSL throws

  const options = { N, r, p, maxmem: 256 * MOST_WORK };
  return {
    matches: async (password) => sameBytes(await derive(password, salt, expected.length, options), expected),
    costly: work > COSTLY_WORK,
  };
}
