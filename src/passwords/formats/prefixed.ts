import { readArgon2 } from './argon2.js';
import { readBcrypt } from './bcrypt.js';
import type { Verifier } from './verifier.js';

/**
 * Reads Argon2 and bcrypt behind the name of the encoder:
 *
 * - `{bcrypt}$2a$10$…` and `{argon2}$argon2id$…`, as Spring Security, Symfony and compatible shops write them
 * - `bcrypt$$2b$12$…` and `argon2$argon2id$…`, as Django writes them
 *
 * @see https://docs.spring.io/spring-security/reference/features/authentication/password-storage.html
 * @see https://docs.djangoproject.com/en/stable/topics/auth/passwords/
 */
export function readPrefixed(passwordHash: string): Verifier | string | undefined {
  const [, name = '', hash = ''] =
    /^\{(bcrypt|argon2)(?:@\w+)?\}(.+)$/.exec(passwordHash) ?? /^(bcrypt\$|argon2)(\$.+)$/.exec(passwordHash) ?? [];
  if (name === '') return undefined;
  return name === 'argon2' ? readArgon2(hash) : readBcrypt(hash);
}
