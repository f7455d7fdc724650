import { createHmac, sign } from 'node:crypto';
import type { Body } from './shop.js';

/** Creates the signature of a JWT. */
export type Signer = (input: string) => Buffer;

export const es256 =
  (pem: string): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key: pem, dsaEncoding: 'ieee-p1363' });
export const rs256 =
  (pem: string): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), pem);
export const hs256 =
  (secret: string | Buffer): Signer =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();
export const unsigned: Signer = () => Buffer.alloc(0);

/** Decodes a JWT without verifying it. */
export function decodeToken(token: string): { header: Body; claims: Body } {
  const [header = '', claims = ''] = token.split('.');
  return { header: decoded(header), claims: decoded(claims) };
}

/** A copy of a genuine JWT with changes and a new signature. `undefined` removes a value. */
export function forge(
  genuine: string,
  signer: Signer,
  changes: { header?: Record<string, unknown>; claims?: Record<string, unknown> } = {},
): string {
  const { header, claims } = decodeToken(genuine);
  const input = `${encoded({ ...header, ...changes.header })}.${encoded({ ...claims, ...changes.claims })}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

function decoded(part: string): Body {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Body;
}

function encoded(part: Body): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
