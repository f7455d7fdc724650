import { invalid } from './failure.js';

export type JsonObject = Record<string, unknown>;

/** Applies a JSON merge patch (RFC 7396) to an object: null removes, objects merge, anything else replaces. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  // A map, because a key may be `__proto__`.
  const result = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(patch)) {
    const present = result.get(key);
    if (value === null) result.delete(key);
    else result.set(key, isObject(value) ? mergePatch(isObject(present) ? present : {}, value) : value);
  }
  return Object.fromEntries(result);
}

/** The maximum size of an object, in bytes of JSON. */
export const MAX_OBJECT_BYTES = 65_536;
/** The limit for schema addresses, and for the mixins of one address: lists contain hundreds of them. */
export const MAX_SMALL_OBJECT_BYTES = 8192;

/** A size in bytes, formatted for messages. */
export function kibibytes(size: number): string {
  return size % 1024 === 0 ? `${size / 1024} KiB` : `${size} bytes`;
}

/** The size of a value in bytes of JSON, in UTF-8. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * Applies `patch` to the mixins, or to the addresses of their schemas. Null removes all of them.
 *
 * @param maxBytes the limit in bytes of JSON
 * @throws Failure `invalid_input` when all of them together exceed the limit of one body
 */
export function mergeMixins(
  field: string,
  present: JsonObject,
  patch: JsonObject | null,
  maxBytes = MAX_OBJECT_BYTES,
): JsonObject {
  const merged = patch ? mergePatch(present, patch) : {};
  if (jsonBytes(merged) > maxBytes) {
    throw invalid(field, `${field} must be no larger than ${kibibytes(maxBytes)}`);
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
