import { sameBytes } from '../formats/bytes.js';
import { digest, digestFrom } from './digest.js';
import type { LegacyVerifier } from './legacy-algorithm.js';

/** What SAP Commerce takes where `password.md5.salt` is not set; the wording changed between its versions. */
const shippedSalts = [
  'hybris blue pepper can be used for creating delicious noodle meals',
  'hybris blue pepper can be used to prepare delicious noodle meals',
];

/**
 * `hybris-sha512-uid-salt`: SHA-512 of `{system salt}::{password}::{uid}` in UTF-8, which is how SAP Commerce's
 * GenericSaltedPasswordEncoder salts; the vendor does not publish its own reading. `hash` is Base64, or hex as SAP
 * Commerce stores it. `context.originalUid` is the uid letter by letter, blanks too; `context.systemSalt` the value of
 * `password.md5.salt`, without which both salts that SAP shipped are tried. See docs/decisions/0013.
 */
export function hybrisSha512(hash: string, context: Record<string, string>): LegacyVerifier | string {
  const expected = digestFrom(hash, 'sha512');
  if (!expected) return 'hash must be 64 bytes in Base64 or hex';
  const { originalUid, systemSalt } = context;
  if (!originalUid) return 'context.originalUid is missing';

  const salts = systemSalt === undefined ? shippedSalts : [systemSalt];
  return (password) =>
    salts.some((salt) => sameBytes(digest('sha512', `${salt}::${password}::${originalUid}`), expected));
}
