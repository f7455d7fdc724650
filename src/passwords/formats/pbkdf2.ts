import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { fromBase64, sameBytes, within } from './bytes.js';
import type { Verifier } from './verifier.js';

const derive = promisify(pbkdf2);

/**
 * The maximum of iterations · blocks, to which the time is proportional: half a second with SHA-512. OWASP requires as
 * many for SHA-1.
 */
const MAX_WORK = 1_300_000;

const COSTLY_WORK = 60_000;

/** The bytes that one round of iterations generates. A longer hash repeats all iterations for each further block. */
const blocks: Record<string, number> = { sha1: 20, sha256: 32, sha512: 64 };

/** The bytes before the salt in a hash of ASP.NET. */
const ASP_NET_HEADER = 13;

const phc = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?([1-9]\d{0,6})(?:,l=(\d+))?\$([^$]+)\$([^$]+)$/;
const sap = /^([1-9]\d{0,6}):((?:[0-9a-f]{2})+):((?:[0-9a-f]{2})+)$/i;
const django = /^pbkdf2_(sha1|sha256)\$([1-9]\d{0,6})\$([^$]+)\$([^$]+)$/;
const vendor = /^1:([1-9]\d{0,6}):([^:]+):([^:]+)$/;

/**
 * Reads PBKDF2 in PHC form, `$pbkdf2-sha256$i=29000,l=32${salt}${hash}`, and as passlib writes it,
 * `$pbkdf2-sha256$29000${salt}${hash}`: with HMAC of SHA-1 (`$pbkdf2$` or `$pbkdf2-sha1$`), SHA-256 or SHA-512, salt of
 * 1 to 128 bytes, hash of 12 to 64.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8018#section-5.2
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.hash.pbkdf2_digest.html
 */
export function readPbkdf2(passwordHash: string): Verifier | string | undefined {
  const [, digest = 'sha1', iterations, length, salt = '', hash = ''] = phc.exec(passwordHash) ?? [];
  const [saltBytes, expected] = [fromBase64(salt), fromBase64(hash)];
  if (!saltBytes || !expected || !within(12, expected.length, 64)) return undefined;
  if (length !== undefined && Number(length) !== expected.length) return undefined;
  return pbkdf2Verifier(digest, Number(iterations), saltBytes, expected);
}

/**
 * Reads the vendor's native hash, `1:10000:{salt}:{hash}`; version 1 only. The vendor publishes only that these parts
 * are version, iterations, salt and hash. The rest is our interpretation: The algorithm is PBKDF2. Salt and hash are
 * Base64, and the decoded salt is used. The length of the hash determines the digest of the HMAC: SHA-1 for 20 bytes,
 * SHA-512 for 64, SHA-256 for all others. Hashes of 6 bytes or more are accepted, because the documented example has
 * only 6.
 *
 * @see https://developer.emporix.io, customer service, tenant managed: import
 */
export function readVendorPbkdf2(passwordHash: string): Verifier | string | undefined {
  const [, iterations, salt = '', hash = ''] = vendor.exec(passwordHash) ?? [];
  const [saltBytes, expected] = [fromBase64(salt), fromBase64(hash)];
  if (!saltBytes || !expected || !within(6, expected.length, 64)) return undefined;
  const digest = { 20: 'sha1', 64: 'sha512' }[expected.length] ?? 'sha256';
  return pbkdf2Verifier(digest, Number(iterations), saltBytes, expected);
}

/**
 * Reads PBKDF2 as SAP Commerce's `PBKDF2WithHmacSHA1SaltedPasswordEncoder` writes it: `{iterations}:{salt}:{hash}`, both
 * in hex.
 *
 * @see https://help.sap.com, SAP Commerce API: de.hybris.platform.persistence.security
 */
export function readSapPbkdf2(passwordHash: string): Verifier | string | undefined {
  const [, iterations, salt = '', hash = ''] = sap.exec(passwordHash) ?? [];
  const [saltBytes, expected] = [Buffer.from(salt, 'hex'), Buffer.from(hash, 'hex')];
  if (!within(12, expected.length, 64)) return undefined;
  return pbkdf2Verifier('sha1', Number(iterations), saltBytes, expected);
}

/**
 * Reads PBKDF2 as Django writes it: `pbkdf2_sha256${iterations}${salt}${hash}`. The salt is a text, the hash is Base64.
 *
 * @see https://docs.djangoproject.com/en/stable/topics/auth/passwords/
 */
export function readDjangoPbkdf2(passwordHash: string): Verifier | string | undefined {
  const [, digest = '', iterations, salt = '', hash = ''] = django.exec(passwordHash) ?? [];
  const expected = fromBase64(hash);
  if (expected?.length !== blocks[digest]) return undefined;
  return expected && pbkdf2Verifier(digest, Number(iterations), Buffer.from(salt), expected);
}

/**
 * Reads PBKDF2 as ASP.NET Core Identity, version 3, writes it: Base64 of the byte 1, three 32-bit numbers (the digest of
 * the HMAC, the iterations, the length of the salt), the salt and the hash.
 *
 * @see https://github.com/dotnet/aspnetcore, src/Identity/Extensions.Core/src/PasswordHasher.cs
 */
export function readAspNetPbkdf2(passwordHash: string): Verifier | string | undefined {
  const bytes = passwordHash.startsWith('AQAAAA') ? fromBase64(passwordHash) : undefined;
  if (!bytes || bytes.length < ASP_NET_HEADER) return undefined;
  const digest = ['sha1', 'sha256', 'sha512'][bytes.readUInt32BE(1)];
  const end = ASP_NET_HEADER + bytes.readUInt32BE(9);
  const [salt, expected] = [bytes.subarray(ASP_NET_HEADER, end), bytes.subarray(end)];
  if (digest === undefined || !within(12, expected.length, 64)) return undefined;
  return pbkdf2Verifier(digest, bytes.readUInt32BE(5), salt, expected);
}

function pbkdf2Verifier(
  digest: string,
  iterations: number,
  salt: Buffer,
  expected: Buffer,
): Verifier | string | undefined {
  const work = iterations * Math.ceil(expected.length / (blocks[digest] ?? 1));
  if (work < 1 || !within(1, salt.length, 128)) return undefined;
  if (work > MAX_WORK) {
    return `PBKDF2 with ${iterations} iterations for ${expected.length} bytes; the maximum is ${MAX_WORK} for up to ${blocks[digest]} bytes`;
  }
  return {
    matches: async (password) => sameBytes(await derive(password, salt, iterations, expected.length, digest), expected),
    costly: work > COSTLY_WORK,
  };
}
