import { createHash } from 'node:crypto';

const FORM = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether a text has the form of a UUID. PostgreSQL fails on other texts. */
export function isUuid(text: string): boolean {
  return FORM.test(text);
}

/** The UUID of a name in a namespace, which is a UUID too (version 5, RFC 9562 5.5): equal names have equal UUIDs. */
export function namedUuid(namespace: string, name: string): string {
  const hash = createHash('sha1').update(namespace.replaceAll('-', ''), 'hex').update(name).digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
