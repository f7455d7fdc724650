import { createCipheriv } from 'node:crypto';
import { fromBase64, sameBytes, within } from './bytes.js';
import { excessiveCost, isCostlyScrypt, isDefined, scryptBytes } from './scrypt.js';
import type { Verifier } from './verifier.js';

const form = /^\$fbscrypt\$v=1,n=([1-9]\d?),r=([1-9]\d?),p=([1-9]\d?),ss=([^,$]*),sk=([^,$]+)\$([^$]+)\$([^$]+)$/;

/**
 * Reads the scrypt of Firebase Authentication in the form of Supabase:
 * `$fbscrypt$v=1,n=14,r=8,p=1,ss={salt separator},sk={signer key}${salt}${hash}`, where `n` is the project's `mem_cost`
 * and `r` its `rounds`. The key from scrypt encrypts the project's signer key by AES-256 in counter mode.
 *
 * @see https://firebaseopensource.com/projects/firebase/scrypt/
 * @see https://github.com/supabase/auth, internal/crypto/password.go
 */
export function readFirebaseScrypt(passwordHash: string): Verifier | string | undefined {
  const [, n, r, p, separatorText = '', keyText = '', saltText = '', hashText = ''] = form.exec(passwordHash) ?? [];
  const [separator, signerKey, salt, expected] = [separatorText, keyText, saltText, hashText].map(fromBase64);
  if (!separator || !signerKey || !salt || !expected || !within(1, salt.length, 128)) return undefined;
  if (!within(16, signerKey.length, 128) || expected.length !== signerKey.length) return undefined;

  const cost = { ln: Number(n), r: Number(r), p: Number(p) };
  if (!isDefined(cost)) return undefined;
  return (
    excessiveCost(cost) ?? {
      matches: async (password) => {
        const key = await scryptBytes(password, Buffer.concat([salt, separator]), cost, 32);
        const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
        return sameBytes(Buffer.concat([cipher.update(signerKey), cipher.final()]), expected);
      },
      costly: isCostlyScrypt(cost),
    }
  );
}
