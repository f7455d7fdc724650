import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { hashArgon2 } from './formats/argon2.js';
import { verifyHash } from './password-formats.js';

/** One hash a core: more at once crowd each other out of the caches, and all of them take longer. */
const turn = pLimit(2 * availableParallelism());

/** What a password is compared with where there is no account, so that both take the same time. */
const DUMMY = hashArgon2('no account has this password');

/** @param password in any Unicode form; NFC is hashed, so that each keyboard's form logs in */
export async function hashPassword(password: string): Promise<string> {
  return turn(() => hashArgon2(password.normalize('NFC')));
}

/**
 * Compares with a hash of any native format; takes as long as for Argon2id when there is none to compare with.
 *
 * @returns false also when the hash is not known
 */
export async function verifyPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  const expected = passwordHash ?? (await DUMMY);
  const matches = await turn(() => verifyHash(expected, password));
  return matches && expected === passwordHash;
}
