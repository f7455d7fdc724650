/** A body of a megabyte may hold half a million values; nobody's address does. */
export const MOST_VALUES = 20_000;
/** Objects and lists within the body. */
export const DEEPEST = 32;

export const TOO_MANY = 'holds too many values';
export const TOO_DEEP = 'is nested too deeply';

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Looks at a text before it is parsed, for a parsed one may take twenty times its memory. One pass, which counts what
 * begins a value and does not ask whether it is JSON.
 *
 * @param most how many values it may hold
 * @param deepest how many objects and lists may be open at once; two of them are a list of bodies
 * @returns what is wrong with it, such as `holds too many values`; undefined when it may be parsed
 */
export function excess(json: string, most = MOST_VALUES, deepest = DEEPEST + 2): string | undefined {
  let values = 0;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(json, at + 1);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > deepest) return TOO_DEEP;
        values++;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        values++;
    }
    if (values > most) return TOO_MANY;
  }
  return undefined;
}

/** Where a text ends that begins behind its quotation mark. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}
