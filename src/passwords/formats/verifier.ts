/** A parsed hash. */
export interface Verifier {
  /** Compares a password, in exactly this Unicode form, with the hash. */
  matches: (password: string) => Promise<boolean>;
  /** Whether a comparison takes several times as long as with a hash of Foyer. */
  costly: boolean;
}

/**
 * Reads the hashes of one format.
 *
 * @returns the verifier of the hash; the cost as a text, when a comparison would require more than 128 MiB or about half
 * a second of a core; undefined when the hash is not of this format, or is malformed
 */
export type ReadHash = (hash: string) => Verifier | string | undefined;
