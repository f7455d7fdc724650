/**
 * Something that a provider has sent or signed is invalid. The message is for the operator. It contains names of
 * claims, but no values.
 */
export class ProofRejectedError extends Error {}

/** @throws ProofRejectedError when a claim differs from the expected value; no check if `expected` is undefined */
export function assertSame(claim: string, value: unknown, expected: string | undefined): void {
  if (expected === undefined || value === expected) return;
  throw new ProofRejectedError(`${claim} ${value === undefined ? 'is missing' : 'differs'}`);
}
