import * as fc from 'fast-check';
import { TOO_DEEP, TOO_MANY, jsonLimitExceeded } from './json-bounds.js';

/**
 * A simple count: the depth of open objects and lists, and every value that follows another or is inside one.
 */
function measured(value: unknown): { depth: number; most: number } {
  if (typeof value !== 'object' || value === null) return { depth: 0, most: 0 };
  const inner = Object.values(value).map(measured);
  return {
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
    most: 1 + Math.max(0, inner.length - 1) + inner.reduce((sum, { most }) => sum + most, 0),
  };
}

const text = fc.string({ unit: fc.constantFrom(...'"\\[]{},:a') });
const tree = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5 }),
  ),
})).value;

describe('the limits of a JSON text', () => {
  it('match the depth and size of the parsed value', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const json = JSON.stringify(value, undefined, indent);
        const { depth, most } = measured(JSON.parse(json));
        expect(jsonLimitExceeded(json, most, depth)).toBeUndefined();
        if (depth > 0) expect(jsonLimitExceeded(json, Infinity, depth - 1)).toBe(TOO_DEEP);
        if (most > 0) expect(jsonLimitExceeded(json, most - 1, Infinity)).toBe(TOO_MANY);
      }),
      { numRuns: 500 },
    );
  });

  it('are enforced for every text that can be parsed', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'"\\[]{},:1 a'), maxLength: 40 });
    fc.assert(
      fc.property(letters, fc.nat(5), fc.nat(5), (json, most, deepest) => {
        const exceeded = jsonLimitExceeded(json, most, deepest);
        expect([undefined, TOO_DEEP, TOO_MANY]).toContain(exceeded);
        let value: unknown;
        try {
          value = JSON.parse(json);
        } catch {
          return;
        }
        const bounds = measured(value);
        // If a key appears twice, a parser keeps the last value.
        if (bounds.depth > deepest || bounds.most > most) expect(exceeded).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });
});
