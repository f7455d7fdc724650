import { hashArgon2, isCurrentArgon2, readArgon2 } from './formats/argon2.js';
import { readBcrypt } from './formats/bcrypt.js';
import { readDigestedBcrypt } from './formats/digested-bcrypt.js';
import { readFirebaseScrypt } from './formats/firebase-scrypt.js';
import { readMagentoArgon2 } from './formats/magento-argon2.js';
import { readAspNetPbkdf2, readDjangoPbkdf2, readPbkdf2, readSapPbkdf2, readVendorPbkdf2 } from './formats/pbkdf2.js';
import { readPhpass } from './formats/phpass.js';
import { readPrefixed } from './formats/prefixed.js';
import { readScrypt } from './formats/scrypt.js';
import { readSha512Crypt } from './formats/sha512-crypt.js';
import { unicodeForms } from './formats/unicode-forms.js';
import type { ReadHash, Verifier } from './formats/verifier.js';

/** The native formats. No hash has two of them. Argon2id, by far the most frequent, is first. */
const formats: ReadHash[] = [
  ...[readArgon2, readBcrypt, readScrypt, readPbkdf2, readVendorPbkdf2, readSapPbkdf2, readDjangoPbkdf2],
  ...[readAspNetPbkdf2, readMagentoArgon2, readDigestedBcrypt, readPrefixed, readPhpass, readSha512Crypt],
  readFirebaseScrypt,
];

/**
 * Why passwords cannot be compared with the hash; undefined if they can. It must be a well-formed hash of a native
 * format, and a comparison must require no more than 128 MiB and about half a second of one core.
 *
 * @returns the rest of a sentence that starts with the name of the field, and does not contain the hash
 */
export function hashProblem(hash: string): string | undefined {
  const found = read(hash);
  if (found === undefined) return 'has an unknown format';
  return typeof found === 'string' ? `takes too long to compare: ${found}` : undefined;
}

/**
 * Compares a password with a hash of any native format, without blocking the main thread. Tries the password's NFC
 * first, and then, if it differs, the password as it was typed.
 *
 * @returns false also when the hash is not known
 */
export async function verifyHash(hash: string, password: string): Promise<boolean> {
  const known = read(hash);
  if (typeof known !== 'object') return false;
  for (const spelling of unicodeForms(password)) {
    if (await known.matches(spelling)) return true;
  }
  return false;
}

/** Takes as long as a comparison that fails, so that the time does not reveal whether an account exists. */
export async function verifyDummy(password: string): Promise<false> {
  for (const spelling of unicodeForms(password)) await hashArgon2(spelling);
  return false;
}

/** Whether a comparison with the hash takes several times as long as with a hash of Foyer. */
export function isCostly(hash: string): boolean {
  const known = read(hash);
  return typeof known === 'object' && known.costly;
}

/** Whether to hash the password again at the next login, because the hash is weaker than Foyer's current ones. */
export function needsRehash(hash: string): boolean {
  return !isCurrentArgon2(hash);
}

/** @returns the cost as a text, if it is too high; undefined if the hash has no native format */
function read(hash: string): Verifier | string | undefined {
  for (const format of formats) {
    const found = format(hash);
    if (found !== undefined) return found;
  }
  return undefined;
}
