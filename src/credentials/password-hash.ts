import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';

/** The parameters that OWASP asks for at least, of Argon2id, which is the library's default. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** One hash a core: more at once crowd each other out of the caches, and all of them take longer. */
const turn = pLimit(2 * availableParallelism());

/** What a password is compared with where there is no account, so that both take the same time. */
const DUMMY = hash('no account has this password', parameters);

/** @param password in any Unicode form; NFC is hashed, so that each keyboard's form logs in */
export async function hashPassword(password: string): Promise<string> {
  return turn(() => hash(password.normalize('NFC'), parameters));
}

/** Compares; takes as long when there is no hash to compare with. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  const expected = passwordHash ?? (await DUMMY);
  const matches = await turn(() => verify(expected, password.normalize('NFC')));
  return matches && passwordHash !== undefined;
}
