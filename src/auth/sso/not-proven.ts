/**
 * What we found wrong with what a provider has said or signed. The message is for the operator: it names claims, and
 * none of their values.
 */
export class NotProven extends Error {}

/** @throws NotProven when the value of a claim is not the expected one; undefined expects nothing */
export function expectSame(claim: string, value: unknown, expected: string | undefined): void {
  if (expected === undefined || value === expected) return;
  throw new NotProven(`${claim} ${value === undefined ? 'is missing' : 'differs'}`);
}
