import { createHash } from 'node:crypto';
import { argon2idBytes, excessiveCost, isCostlyArgon2 } from './argon2.js';
import { sameBytes, within } from './bytes.js';
import type { Verifier } from './verifier.js';

/** libsodium's limits for interactive logins, with which version 2 computes. In bytes and passes. */
const INTERACTIVE = '3_32_2_67108864';
const SALT_BYTES = 16;

const form = /^((?:[0-9a-f]{2})+):([^:]+):((?:[01]:)*)(2|3_\d{1,3}_\d{1,2}_\d{1,10})$/i;

/**
 * Reads Argon2id as Magento 2.4 writes it: `{hash in hex}:{salt}:{version}`. Version 3 names the length of the hash, the
 * passes and the bytes of memory: `3_32_2_67108864`. Version 2 has these values. If Magento strengthened an old hash,
 * the versions of the old one come first, and Argon2id is computed over its hex digits: `1:2`.
 *
 * @see https://github.com/magento/magento2, lib/internal/Magento/Framework/Encryption/Encryptor.php
 */
export function readMagentoArgon2(passwordHash: string): Verifier | string | undefined {
  const [, hex = '', salt = '', older = '', version = ''] = form.exec(passwordHash) ?? [];
  const expected = Buffer.from(hex, 'hex');
  const [, length, passes, bytes] = (version === '2' ? INTERACTIVE : version).split('_').map(Number);
  if (length === undefined || passes === undefined || bytes === undefined) return undefined;
  const cost = { memoryCost: Math.floor(bytes / 1024), timeCost: passes };
  if (expected.length !== length || !within(12, length, 64) || cost.memoryCost < 8 || passes < 1) return undefined;
  const tooMuch = excessiveCost({ ...cost, parallelism: 1 });
  if (tooMuch) return tooMuch;

  const digests = older
    .split(':')
    .filter(Boolean)
    .map((one) => (one === '0' ? 'md5' : 'sha256'));
  const saltBytes = Buffer.alloc(SALT_BYTES, salt);
  return {
    matches: async (password) => {
      let text = password;
      for (const digest of digests)
        text = createHash(digest)
          .update(salt + text)
          .digest('hex');
      return sameBytes(await argon2idBytes(text, saltBytes, { ...cost, outputLen: length }), expected);
    },
    costly: isCostlyArgon2(cost),
  };
}
