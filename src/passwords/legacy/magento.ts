import { sameBytes } from '../formats/bytes.js';
import { type DigestName, digest, digestFrom } from './digest.js';
import type { LegacyVerifier } from './legacy-algorithm.js';

const magento1 = /^([0-9a-f]{32}):([^:]+)$/i;
const magento2 = /^([0-9a-f]{32}|[0-9a-f]{64}):([^:]+):([01](?::[01]){0,7})$/i;

/** `magento1-md5`: `{hash}:{salt}`, where the hash is md5(salt + password) in hex. */
export function magento1Md5(hash: string): LegacyVerifier | string {
  const [, hex = '', salt = ''] = magento1.exec(hash) ?? [];
  const expected = digestFrom(hex, 'md5');
  if (!expected) return 'hash must have the form {md5 in hex}:{salt}';
  return (password) => sameBytes(digest('md5', salt, password), expected);
}

/**
 * `magento2-sha256`: `{hash}:{salt}:{versions}`, the hash in hex. Version 0 is MD5 and 1 is SHA-256, of salt +
 * password. If Magento strengthened an old hash, there are several versions, the oldest first: `0:1` is sha256(salt +
 * md5(salt + password)), the inner one in hex. Versions 2 and 3, Argon2id, are a native format.
 *
 * @see https://github.com/magento/devdocs, guides/v2.3/config-guide/secy/hashing
 */
export function magento2Sha256(hash: string): LegacyVerifier | string {
  const [, hex = '', salt = '', versions = ''] = magento2.exec(hash) ?? [];
  const expected = digestFrom(hex, digestOfVersion(versions.slice(-1)));
  if (!expected)
    return 'hash must have the form {hash in hex}:{salt}:{versions}, the versions being 0 (MD5) or 1 (SHA-256)';
  return (password) => {
    let computed = password;
    for (const version of versions.split(':'))
      computed = digest(digestOfVersion(version), salt, computed).toString('hex');
    return sameBytes(Buffer.from(computed, 'hex'), expected);
  };
}

function digestOfVersion(version: string): DigestName {
  return version === '0' ? 'md5' : 'sha256';
}
