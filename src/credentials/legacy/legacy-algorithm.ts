/** Compares a password, in exactly this spelling, with the hash it was read from. */
export type LegacyVerifier = (password: string) => boolean;

/**
 * Reads the hashes of one legacy algorithm. These are single digests: microseconds each, so they run where they are.
 *
 * @returns what compares passwords with the hash, or, as a sentence, why it cannot be compared with
 */
export type LegacyAlgorithm = (hash: string, context: Record<string, string>) => LegacyVerifier | string;
