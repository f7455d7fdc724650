/** Compares a password, in exactly this Unicode form, with the parsed hash. */
export type LegacyVerifier = (password: string) => boolean;

/**
 * Reads the hashes of one legacy algorithm. These are single digests that take microseconds, so they run on the main
 * thread.
 *
 * @returns the verifier of the hash; or a sentence that explains why passwords cannot be compared with the hash
 */
export type LegacyAlgorithm = (hash: string, context: Record<string, string>) => LegacyVerifier | string;
