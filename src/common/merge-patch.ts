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

/**
 * What `patch` makes of the mixins, or of the addresses of their schemas; null empties them.
 *
 * @throws Failure `invalid_input` when all of them together are larger than one body may bring
 */
export function mergeMixins(field: string, present: JsonObject, patch: JsonObject | null): JsonObject {
  const merged = patch ? mergePatch(present, patch) : {};
  if (JSON.stringify(merged).length > LARGEST_OBJECT) throw invalid(field, `${field} must be no larger than 64 KiB`);
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
