import * as fc from 'fast-check';
import { type JsonObject, mergePatch } from './merge-patch.js';

const key = fc.constantFrom('a', 'b', 'c', 'constructor', 'toString', '__proto__');
const { object } = fc.letrec<{ value: unknown; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, 0, 'text', ''),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  // As a parser creates it: every key is an own property.
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
}));

/** The value of an own property. */
const own = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7396, section 2: keys of the patch have its values; all other keys are unchanged. */
function expectMerged(target: unknown, patch: JsonObject, result: unknown): void {
  for (const name of new Set([target, patch, result].flatMap((one) => (isObject(one) ? Object.keys(one) : [])))) {
    const [before, patched, after] = [own(target, name), own(patch, name), own(result, name)];
    if (patched === null) expect(after).toBeUndefined();
    else if (isObject(patched)) expectMerged(before, patched, after);
    else expect(text(after)).toBe(text(patched === undefined ? before : patched));
  }
}

/** Serialises a value independently of the order of its keys. */
const text = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    isObject(one) ? Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)) : one,
  );

describe('any JSON merge patch', () => {
  it('follows RFC 7396', () => {
    fc.assert(
      fc.property(object, object, (target, patch) => {
        expectMerged(target, patch, mergePatch(target, patch));
      }),
    );
  });

  it('changes nothing when it is applied again', () => {
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(text(mergePatch(once, patch))).toBe(text(once));
      }),
    );
  });

  it('does not change the target, the patch or a prototype', () => {
    fc.assert(
      fc.property(object, object, (target, patch) => {
        const before = [text(target), text(patch), Object.getOwnPropertyNames(Object.prototype).length];
        const result = mergePatch(target, patch);
        expect([text(target), text(patch), Object.getOwnPropertyNames(Object.prototype).length]).toEqual(before);
        expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
      }),
    );
  });
});
