/** The maximum number of values. A body of a megabyte could contain half a million values, but no real one does. */
export const MAX_JSON_VALUES = 20_000;
/** The maximum depth of objects and lists within the body. */
export const MAX_JSON_DEPTH = 32;

export const TOO_MANY = 'contains too many values';
export const TOO_DEEP = 'is nested too deeply';

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Checks a text before it is parsed, because the parsed form may take twenty times the memory. It counts in one pass
 * the characters that begin a value. It does not check whether the text is JSON.
 *
 * @param maxValues the maximum number of values
 * @param maxDepth the maximum depth of open objects and lists; two more levels allow a list of bodies
 * @returns the error, such as `contains too many values`; undefined if the text may be parsed
 */
export function jsonLimitExceeded(
  json: string,
  maxValues = MAX_JSON_VALUES,
  maxDepth = MAX_JSON_DEPTH + 2,
): string | undefined {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(json, at + 1);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > maxDepth) return TOO_DEEP;
        values++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        values++;
    }
    if (values > maxValues) return TOO_MANY;
  }
  return undefined;
}

/** The end of a string that begins after its quotation mark. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
