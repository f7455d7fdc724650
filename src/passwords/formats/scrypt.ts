import { type ScryptOptions, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { fromBase64, sameBytes, within } from './bytes.js';
import type { Verifier } from './verifier.js';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** The maximum of N · r · p, to which the time is proportional: below half a second. A hash takes 128 · N · r bytes. */
const MAX_WORK = 2 ** 20;

const COSTLY_WORK = 2 ** 16;

/** The parameters of scrypt; `ln` is log₂ N. */
export interface ScryptCost {
  ln: number;
  r: number;
  p: number;
}

const form = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?)\$([^$]+)\$([^$]+)$/;

/**
 * Reads scrypt as passlib writes it: `$scrypt$ln=16,r=8,p=1${salt}${hash}`, where ln is log₂ N, salt of 1 to 128 bytes,
 * hash of 12 to 64. Other notations (`n=`, `$7$`) are ambiguous and not supported.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7914
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.hash.scrypt.html
 */
export function readScrypt(passwordHash: string): Verifier | string | undefined {
  const [, ln, blockSize, parallelism, saltText = '', hashText = ''] = form.exec(passwordHash) ?? [];
  const [salt, expected] = [fromBase64(saltText), fromBase64(hashText)];
  if (!salt || !expected || !within(1, salt.length, 128) || !within(12, expected.length, 64)) return undefined;

  const cost = { ln: Number(ln), r: Number(blockSize), p: Number(parallelism) };
  if (!isDefined(cost)) return undefined;
  return (
    excessiveCost(cost) ?? {
      matches: async (password) => sameBytes(await scryptBytes(password, salt, cost, expected.length), expected),
      costly: isCostlyScrypt(cost),
    }
  );
}

/** Computes the bytes of scrypt. */
export function scryptBytes(password: string, salt: Buffer, { ln, r, p }: ScryptCost, length: number): Promise<Buffer> {
  return derive(password, salt, length, { N: 2 ** ln, r, p, maxmem: 256 * MAX_WORK });
}

/** The cost of scrypt as a text, if it is too high; otherwise undefined. */
export function excessiveCost({ ln, r, p }: ScryptCost): string | undefined {
  if (workOf({ ln, r, p }) <= MAX_WORK) return undefined;
  return `scrypt with N = 2^${ln}, r = ${r} and p = ${p}; the maximum of N times r times p is 2^${Math.log2(MAX_WORK)}`;
}

/** Whether scrypt takes several times as long as a hash of Foyer. */
export function isCostlyScrypt(cost: ScryptCost): boolean {
  return workOf(cost) > COSTLY_WORK;
}

/** Whether scrypt is defined for these parameters; otherwise OpenSSL throws. See RFC 7914, section 2. */
export function isDefined({ ln, r, p }: ScryptCost): boolean {
  return ln >= 1 && r >= 1 && p >= 1 && ln < 16 * r;
}

function workOf({ ln, r, p }: ScryptCost): number {
  return 2 ** ln * r * p;
}
