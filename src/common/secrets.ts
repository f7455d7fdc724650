import { hash, randomBytes } from 'node:crypto';

/** A random token of 256 bits, in base64url. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** How a random token is stored: it has too much entropy to need a slow hash. */
export function hashOf(token: string): string {
  return hash('sha256', token, 'base64url');
}
