/**
 * The spellings to try of a password, the likeliest first: NFC, which Foyer hashes, and as it was typed, if that
 * differs. Whoever made an imported hash most likely hashed what was typed.
 */
export function spellings(password: string): string[] {
  return [...new Set([password.normalize('NFC'), password])];
}
