import { fromBase64, sameBytes } from '../formats/bytes.js';
import { type DigestName, digest, digestFrom } from './digest.js';
import type { LegacyAlgorithm, LegacyVerifier } from './legacy-algorithm.js';

type Layout = (salt: Buffer, password: string) => (Buffer | string)[];

const layouts = new Map<string, Layout>([
  ['salt+password', (salt, password) => [salt, password]],
  ['password+salt', (salt, password) => [password, salt]],
  ['salt+password+salt', (salt, password) => [salt, password, salt]],
]);

const encodings = new Map<string, (salt: string) => Buffer | undefined>([
  ['utf8', (salt) => Buffer.from(salt)],
  ['hex', (salt) => (/^([0-9a-f]{2})+$/i.test(salt) ? Buffer.from(salt, 'hex') : undefined)],
  ['base64', fromBase64],
]);

/**
 * `salted-md5`, `salted-sha1`, `salted-sha256` and `salted-sha512`: one digest of salt and password, in hex or Base64.
 * `context.salt` is the salt. `context.saltEncoding` is its encoding (`utf8`, the default, `hex` or `base64`).
 * `context.layout` is its position (`salt+password`, the default, `password+salt` or `salt+password+salt`).
 */
export function saltedDigest(name: DigestName): LegacyAlgorithm {
  return (hash, context) => {
    const expected = digestFrom(hash, name);
    if (!expected) return `hash must be a digest of ${name} in hex or Base64`;
    if (!context.salt) return 'context.salt is missing';
    const decode = encodings.get(context.saltEncoding ?? 'utf8');
    if (!decode) return `context.saltEncoding must be one of ${[...encodings.keys()].join(', ')}`;
    const salt = decode(context.salt);
    if (!salt) return `context.salt must be in ${context.saltEncoding}`;
    const layout = layouts.get(context.layout ?? 'salt+password');
    if (!layout) return `context.layout must be one of ${[...layouts.keys()].join(', ')}`;
    return (password) => sameBytes(digest(name, ...layout(salt, password)), expected);
  };
}

/** `md5`: one digest of the password without a salt, in hex or Base64. */
export function plainMd5(hash: string): LegacyVerifier | string {
  const expected = digestFrom(hash, 'md5');
  if (!expected) return 'hash must be a digest of md5 in hex or Base64';
  return (password) => sameBytes(digest('md5', password), expected);
}
