import { timingSafeEqual } from 'node:crypto';

/**
 * Decodes Base64 in password hashes: with or without padding, and with passlib's `.` for `+` ("ab64").
 *
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md#b64
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.utils.binary.html
 * @returns undefined when it is not Base64, or not the canonical encoding of its bytes
 */
export function fromBase64(text: string): Buffer | undefined {
  const bare = text.replace(/={1,2}$/, '').replaceAll('.', '+');
  const bytes = Buffer.from(bare, 'base64');
  return unpadded(bytes) === bare ? bytes : undefined;
}

/** Compares in constant time. */
export function sameBytes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether a length in bytes, or a parameter, is within the bounds (inclusive). */
export function within(minimum: number, value: number, maximum: number): boolean {
  return minimum <= value && value <= maximum;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
