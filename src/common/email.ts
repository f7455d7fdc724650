import { domainToASCII } from 'node:url';
import { isEmail } from 'class-validator';
import { hasInvisible } from './invisible.js';

/**
 * The canonical form of an e-mail address that identifies an account: trimmed, NFC, lower case, with the domain in
 * ASCII (IDNA). A `+tag` and dots are kept, because their meaning depends on the domain.
 */
export function normalEmail(email: string): string {
  // Normalised twice: J with a caron is two characters, but j with a caron is one.
  const folded = email.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = folded.lastIndexOf('@');
  const domain = folded.slice(at + 1);
  return `${folded.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

/**
 * Whether a text is one plain `local@domain` without invisible characters, spaces and angle brackets. RFC 5321 allows the
 * latter in quotes, but mails would go to another address: the mailer replaces them. The length is checked elsewhere.
 */
export function isPlainEmail(text: string): boolean {
  // Checked first, because the library throws on a lone surrogate.
  return !hasInvisible(text) && !/[ <>]/.test(text) && isEmail(text, { allow_utf8_local_part: true });
}

/** At most 254 octets (RFC 5321 4.5.3.1.3), also in the canonical form. */
export function fitsAnEnvelope(email: string): boolean {
  return Math.max(Buffer.byteLength(email), Buffer.byteLength(normalEmail(email))) <= 254;
}

/** Trims ASCII blanks only: other blanks must be rejected, not removed silently. */
export function trimBlanks(text: string): string {
  const isBlank = (index: number): boolean => ' \t\r\n'.includes(text.charAt(index));
  let [start, end] = [0, text.length];
  while (start < end && isBlank(start)) start += 1;
  while (start < end && isBlank(end - 1)) end -= 1;
  return text.slice(start, end);
}
