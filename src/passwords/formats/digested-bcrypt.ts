import { createHash, createHmac } from 'node:crypto';
import { readBcrypt } from './bcrypt.js';
import type { Verifier } from './verifier.js';

/**
 * Reads bcrypt of a digest of the password, which has no limit of 72 bytes:
 *
 * - WordPress 6.8, `$wp$2y$10$…`: the HMAC of SHA-384 in Base64, of the password without surrounding blanks
 * - Django, `bcrypt_sha256$$2b$12$…`: SHA-256 in hex
 *
 * @see https://developer.wordpress.org/reference/functions/wp_hash_password/
 * @see https://docs.djangoproject.com/en/stable/topics/auth/passwords/
 */
export function readDigestedBcrypt(passwordHash: string): Verifier | string | undefined {
  const [, prefix, hash = ''] = /^(\$wp|bcrypt_sha256\$)(\$2.*)$/.exec(passwordHash) ?? [];
  const bcrypt = prefix === undefined ? undefined : readBcrypt(hash);
  if (typeof bcrypt !== 'object') return bcrypt;
  const digest = prefix === '$wp' ? wordPressDigest : djangoDigest;
  return { ...bcrypt, matches: (password) => bcrypt.matches(digest(password)) };
}

function wordPressDigest(password: string): string {
  return createHmac('sha384', 'wp-sha384').update(password.trim()).digest('base64');
}

function djangoDigest(password: string): string {
  return createHash('sha256').update(password).digest('hex');
}
