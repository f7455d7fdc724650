import { invalid } from './failure.js';

export type JsonObject = Record<string, unknown>;

/** Applies a JSON merge patch (RFC 7396) to an object: null removes, objects merge, anything else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isObject(value)) result[key] = mergePatch(isObject(result[key]) ? result[key] : {}, value);
    else result[key] = value;
  }
  return result;
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
