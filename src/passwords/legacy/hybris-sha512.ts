import { sameBytes } from '../formats/bytes.js';
import { digest, digestFrom } from './digest.js';
import type { LegacyVerifier } from './legacy-algorithm.js';

/** The salts that SAP Commerce uses if `password.md5.salt` is not set; the text changed between its versions. */
const shippedSalts = [
  'hybris blue pepper can be used for creating delicious noodle meals',
  'hybris blue pepper can be used to prepare delicious noodle meals',
];

/**
 * `hybris-sha512-uid-salt`: SHA-512 of `{system salt}::{password}::{uid}` in UTF-8. SAP Commerce's
 * GenericSaltedPasswordEncoder salts in this way; the vendor does not publish its own interpretation. `hash` is Base64,
 * or hex as SAP Commerce stores it. `context.originalUid` is the exact uid, including case and blanks.
 * `context.systemSalt` is the value of `password.md5.salt`; if omitted, both salts that SAP shipped are tried. See
 * docs/decisions/0013.
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
