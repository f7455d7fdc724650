import { domainToASCII } from 'node:url';

/**
 * The one spelling under which an address is an identity: trimmed, NFC, lower case, the domain in its ASCII form
 * (IDNA). A `+tag` and dots stay, for only the domain's owner knows whether they matter.
 */
export function normalEmail(email: string): string {
  // Twice, for J and a caron are two characters, and j and a caron one.
  const folded = email.trim().normalize('NFC').toLowerCase().normalize('NFC');
  const at = folded.lastIndexOf('@');
  const domain = folded.slice(at + 1);
  return `${folded.slice(0, at)}@${domainToASCII(domain) || domain}`;
}
