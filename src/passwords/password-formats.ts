import { hashArgon2, isPresentArgon2, readArgon2 } from './formats/argon2.js';
import { readBcrypt } from './formats/bcrypt.js';
import { readPbkdf2, readVendorPbkdf2 } from './formats/pbkdf2.js';
import { readScrypt } from './formats/scrypt.js';
import { spellings } from './formats/spellings.js';
import type { ReadHash, Verifier } from './formats/verifier.js';

/** The native formats, which have different prefixes. Argon2id, by far the most frequent, is first. */
const formats: ReadHash[] = [readArgon2, readBcrypt, readScrypt, readPbkdf2, readVendorPbkdf2];

/**
 * Whether passwords can be compared with the hash. It must be a well-formed hash of Argon2, bcrypt, scrypt, PBKDF2 or
 * the vendor, and must require no more than 128 MiB and about half a second of one core.
 */
export function isKnownHash(hash: string): boolean {
  return read(hash) !== undefined;
}

/**
 * Compares a password with a hash of any native format, off the main thread. Tries the password's NFC first, and then,
 * if it differs, the password as it was typed.
 *
 * @returns false also when the hash is not known
 */
export async function verifyHash(hash: string, password: string): Promise<boolean> {
  const known = read(hash);
  if (!known) return false;
  for (const spelling of spellings(password)) {
    if (await known.matches(spelling)) return true;
  }
  return false;
}

/** Takes as long as a comparison that fails, so that the time does not reveal whether an account exists. */
export async function verifyNothing(password: string): Promise<false> {
  for (const spelling of spellings(password)) await hashArgon2(spelling);
  return false;
}

/** Whether a comparison with the hash takes several times as long as with a hash of Foyer. */
export function isCostly(hash: string): boolean {
  return read(hash)?.costly ?? false;
}

/** Whether to hash the password again at the next login, because the hash is weaker than Foyer's current ones. */
export function needsRehash(hash: string): boolean {
  return !isPresentArgon2(hash);
}

function read(hash: string): Verifier | undefined {
  for (const format of formats) {
    const verifier = format(hash);
    if (verifier) return verifier;
  }
  return undefined;
}
