/** Compares a password, in exactly this spelling, with the hash it was read from. */
export type Verifier = (password: string) => Promise<boolean>;

/**
 * Reads the hashes of one format.
 *
 * @returns what compares passwords with the hash; undefined when the hash is not of this format, is malformed, or asks
 *   for more memory or time than a login may take
 */
export type ReadHash = (hash: string) => Verifier | undefined;
