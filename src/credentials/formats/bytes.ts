import { timingSafeEqual } from 'node:crypto';

/**
 * Decodes Base64 as password hashes carry it: with or without padding, and with passlib's `.` for `+` ("ab64").
 *
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md#b64
 * @see https://passlib.readthedocs.io/en/stable/lib/passlib.utils.binary.html
 * @returns undefined when it is not Base64, or not the only spelling of its bytes
 */
export function fromBase64(text: string): Buffer | undefined {
  const bare = text.replace(/={1,2}$/, '').replaceAll('.', '+');
  const bytes = Buffer.from(bare, 'base64');
  return unpadded(bytes) === bare ? bytes : undefined;
}

/** Whether both are the same, in a time that does not tell where they differ. */
export function sameBytes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Whether a length, in bytes, or a parameter lies within bounds, both included. */
export function within(least: number, value: number, most: number): boolean {
  return least <= value && value <= most;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
