import { invalidQuery } from '../customers/search/terms.js';

const MAX_PATTERN_LENGTH = 200;
const MAX_REPETITIONS = 50;

/**
 * One token of a regular expression: an escape, a whole bracket expression, the start of a group, a quantifier, or one
 * character. A `]` that comes first belongs to its bracket, whatever follows. Otherwise PostgreSQL could parse a group
 * where this parser finds a bracket. No two alternatives within a bracket match the same text, so no input makes this
 * slow.
 */
const PIECE =
  /\\[^]|\[(?:\^?\]|(?!\^?\]))(?:\[:[a-z]+:\]|\\[^]|[^\]\\[]|\[(?![:.=]))*\]|\(\?:|[*+?]|\{\d+(?:,\d*)?\}|[^]/y;

/**
 * Finds the end of the regular expression that starts at `start`, and rejects expressions that could stall PostgreSQL.
 * These are back-references and look-around, which its engine does not run as an automaton, and repetitions of
 * repetitions, which make the automaton huge. The remaining expressions may still be invalid or slow; PostgreSQL and a
 * statement timeout reject those.
 *
 * Blanks inside groups and brackets belong to the expression, so that `~(Yoghurt im)` requires no separate rule.
 *
 * @param enclosed whether it ends at the first unmatched `)`, as in `(~AB CD)`; else it ends at a blank
 * @returns the position after its last character
 * @throws Failure `invalid_input`
 */
export function endOfPattern(q: string, start: number, enclosed: boolean): number {
  const open: { at: number; complex: boolean }[] = [];
  let closed: { complex: boolean } | undefined; // the group that the piece before this one ended
  let at = start;
  if (q.startsWith('***', at)) throw invalidQuery(at, "a regular expression cannot start with '***'");
  while (at < q.length) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(q)?.[0] ?? '';
    if (open.length === 0 && (enclosed ? piece === ')' : /^\s/.test(piece))) break;
    const problem = problemOf(piece, q[at + 1] ?? '');
    if (problem) throw invalidQuery(at, problem);
    const group = closed;
    closed = undefined;
    if (piece === '(' || piece === '(?:') open.push({ at, complex: false });
    else if (piece === ')') {
      closed = open.pop();
      if (!closed) throw invalidQuery(at, "')' has no matching '('");
      const outer = open.at(-1);
      if (outer && closed.complex) outer.complex = true;
    } else if (/^(?:[*+?|]|\{\d)/.test(piece)) {
      // '?' does not repeat, and does not enlarge the automaton.
      if (group?.complex && piece !== '?' && piece !== '|') {
        throw invalidQuery(at, `'${piece}' cannot repeat a group that contains a repetition or '|'`);
      }
      const inner = open.at(-1);
      if (inner) inner.complex = true;
    }
    at += piece.length;
    if (at - start > MAX_PATTERN_LENGTH) {
      throw invalidQuery(start, `a regular expression must be no longer than ${MAX_PATTERN_LENGTH} characters`);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) throw invalidQuery(unclosed.at, "'(' is not closed");
  if (at === start) throw invalidQuery(at, "a regular expression is missing after '~'");
  return at;
}

/** Describes why a token is invalid in any position. */
function problemOf(piece: string, next: string): string | undefined {
  const repetitions = /^\{(\d+)(?:,(\d*))?\}$/.exec(piece)?.slice(1);
  if (repetitions) {
    const tooMany = repetitions.some((count) => Number(count ?? 0) > MAX_REPETITIONS);
    return tooMany ? `'${piece}' repeats more than ${MAX_REPETITIONS} times` : undefined;
  }
  if (piece === '\\') return "'\\' must be followed by a character";
  if (piece === '[') return "'[' is not closed, or contains '[.', '[=' or an unknown class";
  if (piece === '{' && /\d/.test(next)) return "'{' must begin a repetition such as {2} or {2,5}";
  if (piece === '(' && next === '?') return "of the groups that start with '(?' only '(?:' is available";
  // Also within brackets, where they have no valid use. `\c` consumes the next character, for example a bracket.
  if (piece.startsWith('[') ? /\\[1-9c]/.test(piece.replaceAll('\\\\', '')) : /^\\[1-9c]/.test(piece)) {
    return 'back-references and \\c are not available';
  }
  return undefined;
}
