import { createHmac, hash, randomBytes } from 'node:crypto';

/** A random token of 256 bits, in base64url. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The stored form of a random token. It has too much entropy to require a slow hash. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

/**
 * The stored form of a value that can be guessed, such as an e-mail address. Without the key, a guess cannot be
 * verified.
 */
export function keyedHash(key: Buffer, value: string): string {
  return createHmac('sha256', key).update(value).digest('base64url');
}
