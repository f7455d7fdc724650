import { invalid } from './failure.js';

export type JsonObject = Record<string, unknown>;

/** Applies a JSON merge patch (RFC 7396) to an object: null removes, objects merge, anything else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  // A map, for a key may well be `__proto__`.
  const result = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const present = result.get(key);
    if (value === null) result.delete(key);
    else result.set(key, isObject(value) ? mergePatch(isObject(present) ? present : {}, value) : value);
  }
  return Object.fromEntries(result);
}

/** In characters of JSON. */
export const LARGEST_OBJECT = 65_536;
/** Of the addresses of schemas, and of the mixins of one address among many: what lists show by the hundred. */
export const LARGEST_SMALL_OBJECT = 8192;

/** A size as messages tell it. */
export function kibibytes(size: number): string {
  return `${size / 1024} KiB`;
}

/**
 * What `patch` makes of the mixins, or of the addresses of their schemas; null empties them.
 *
 * @param largest in characters of JSON
 * @throws Failure `invalid_input` when all of them together are larger than one body may bring
 */
export function mergeMixins(
  field: string,
  present: JsonObject,
  patch: JsonObject | null,
  largest = LARGEST_OBJECT,
): JsonObject {
  const merged = patch ? mergePatch(present, patch) : {};
  if (JSON.stringify(merged).length > largest) {
    throw invalid(field, `${field} must be no larger than ${kibibytes(largest)}`);
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
