/** What a hash that was read is good for. */
export interface Verifier {
  /** Compares a password, in exactly this spelling, with the hash. */
  matches: (password: string) => Promise<boolean>;
  /** Whether a comparison takes several times as long as one with a hash of ours. */
  costly: boolean;
}

/**
 * Reads the hashes of one format.
 *
 * @returns what compares passwords with the hash; undefined when the hash is not of this format, is malformed, or asks
 *   for more than 128 MiB or about half a second of a core
 */
export type ReadHash = (hash: string) => Verifier | undefined;
