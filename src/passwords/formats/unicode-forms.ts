/**
 * The Unicode forms of a password to try, the most likely first: NFC, which Foyer hashes, and the password as it was
 * typed, if that differs. Most systems that made an imported hash hashed the password as it was typed.
 */
export function unicodeForms(password: string): string[] {
  return [...new Set([password.normalize('NFC'), password])];
}
