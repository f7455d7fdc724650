import { createHash } from 'node:crypto';
import { fromBase64 } from '../formats/bytes.js';

/** Lengths in bytes. */
const lengths = { md5: 16, sha1: 20, sha256: 32, sha512: 64 };

export type DigestName = keyof typeof lengths;

/** Digests the concatenation of bytes and of texts in UTF-8. */
export function digest(name: DigestName, ...parts: (string | Buffer)[]): Buffer {
  const hash = createHash(name);
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * Decodes a digest in hex, of either case, or in Base64. The length determines which.
 *
 * @returns undefined when it is neither, or not a digest of that name
 */
export function digestFrom(text: string, name: DigestName): Buffer | undefined {
  const hex = text.length === 2 * lengths[name] && /^[0-9a-f]+$/i.test(text);
  const bytes = hex ? Buffer.from(text, 'hex') : fromBase64(text);
  return bytes?.length === lengths[name] ? bytes : undefined;
}
