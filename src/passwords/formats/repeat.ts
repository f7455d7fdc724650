import { setImmediate } from 'node:timers/promises';

/** The number of digests, each of about a microsecond, after which the main thread is free for other requests. */
const DIGESTS_PER_TICK = 1000;

/**
 * Computes a digest many times, each from the previous one. Node.js has no function for this that uses another thread.
 *
 * @param next computes the digest of the round, from 0
 */
export async function repeatDigest(
  rounds: number,
  start: Buffer,
  next: (digest: Buffer, round: number) => Buffer,
): Promise<Buffer> {
  let digest = start;
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && round % DIGESTS_PER_TICK === 0) await setImmediate();
    digest = next(digest, round);
  }
  return digest;
}
