import { endOfPattern, unreadable } from './pattern.js';

const LONGEST_QUERY = 4_000;
const MOST_TERMS = 50;
const MOST_VALUES = 500;

/** A value as it was written; `at` is where, from 0. What is quoted is a text and no number, null or keyword. */
export interface Literal {
  text: string;
  quoted: boolean;
  at: number;
}

export type Operator = '>' | '>=' | '<' | '<=';

export interface Bound {
  operator: Operator;
  value: Literal;
}

/** What a term asks of its field. */
export type Test =
  | { is: 'any'; values: Literal[] }
  | { is: 'within'; bounds: Bound[] }
  | { is: 'matching'; pattern: string }
  | { is: 'null' | 'exists' | 'missing' };

export interface Term {
  field: string;
  at: number;
  test: Test;
}

/**
 * Reads the `q` language: `field:value` separated by blanks, all of which must hold. It knows the form of values, not
 * the fields and their types.
 *
 * @returns the terms; none for a blank `q`
 * @throws Failure `invalid_input` that says what cannot be read, and where
 */
export function parseQuery(q: string): Term[] {
  if (q.length > LONGEST_QUERY) throw unreadable(LONGEST_QUERY, `q must be no longer than ${LONGEST_QUERY} characters`);
  return new Parser(q).terms();
}

const KEYWORD = /^(?:null|exists|missing)$/;
const BLANKS = /\s+/y;
const OPERATOR = /[<>]=?/y;

class Parser {
  private at = 0;

  constructor(private readonly q: string) {}

  terms(): Term[] {
    const terms: Term[] = [];
    this.take(BLANKS);
    while (this.at < this.q.length) {
      if (terms.length === MOST_TERMS) throw unreadable(this.at, `q must have no more than ${MOST_TERMS} terms`);
      terms.push(this.term());
      if (!this.take(BLANKS) && this.at < this.q.length) throw unreadable(this.at, 'a blank must end the value');
    }
    return terms;
  }

  private term(): Term {
    const { at } = this;
    const field = this.take(/[^\s:]+/y);
    if (!field) throw unreadable(at, "a field is missing before ':'");
    if (!this.take(/:/y)) throw unreadable(this.at, `':' is missing after '${field}'`);
    if (field === 'compoundLogicalQuery') throw unreadable(at, 'compoundLogicalQuery is not available for customers');
    return { field, at, test: this.test() };
  }

  private test(): Test {
    if (this.take(/\(/y)) return this.parentheses();
    if (this.take(/~/y)) return this.pattern(false);
    const operator = this.take(OPERATOR) as Operator | '';
    const value = this.value(/\S+/y);
    if (operator) return { is: 'within', bounds: [{ operator, value }] };
    if (isKeyword(value)) return { is: value.text };
    return { is: 'any', values: [value] };
  }

  /** What stands behind `(`: a regular expression, a range, or a list. */
  private parentheses(): Test {
    this.take(BLANKS);
    if (this.take(/~/y)) return this.pattern(true);
    return /[<>]/.test(this.q[this.at] ?? '') ? this.range() : this.list();
  }

  private pattern(enclosed: boolean): Test {
    const start = this.at;
    this.at = endOfPattern(this.q, start, enclosed);
    const pattern = this.q.slice(start, this.at);
    if (enclosed) this.close("')'");
    return { is: 'matching', pattern };
  }

  private range(): Test {
    const bounds: Bound[] = [];
    do {
      this.take(BLANKS);
      const operator = this.take(OPERATOR) as Operator | '';
      if (!operator) throw unreadable(this.at, "'>', '>=', '<' or '<=' is missing");
      this.take(BLANKS);
      bounds.push({ operator, value: this.value(/[^\s)]+/y) });
      this.take(BLANKS);
    } while (this.take(/AND\b/y));
    this.close("'AND' or ')'");
    return { is: 'within', bounds };
  }

  private list(): Test {
    const values: Literal[] = [];
    do {
      this.take(BLANKS);
      if (values.length === MOST_VALUES)
        throw unreadable(this.at, `a list must have no more than ${MOST_VALUES} values`);
      const value = this.value(/[^\s,)]+/y);
      if (isKeyword(value)) throw unreadable(value.at, `'${value.text}' cannot stand in a list; quoted it is a text`);
      values.push(value);
      this.take(BLANKS);
    } while (this.take(/,/y));
    this.close("',' or ')'");
    return { is: 'any', values };
  }

  /** A text in quotes, or what `bare` takes. */
  private value(bare: RegExp): Literal {
    const { at } = this;
    if (!this.take(/"/y)) {
      const text = this.take(bare);
      if (!text) throw unreadable(at, 'a value is missing');
      return { text, quoted: false, at };
    }
    const text = this.take(/(?:[^"\\]|\\["\\])*/y);
    if (this.take(/\\/y)) throw unreadable(this.at - 1, `'\\' in quotes must be followed by '"' or '\\'`);
    if (!this.take(/"/y)) throw unreadable(at, 'the quote is not closed');
    return { text: text.replace(/\\(["\\])/g, '$1'), quoted: true, at };
  }

  private close(expected: string): void {
    if (!this.take(/\)/y)) throw unreadable(this.at, `${expected} is missing`);
  }

  /** Takes what a sticky expression finds here, and goes behind it. Empty: it is not here. */
  private take(token: RegExp): string {
    token.lastIndex = this.at;
    const found = token.exec(this.q)?.[0] ?? '';
    this.at += found.length;
    return found;
  }
}

function isKeyword(value: Literal): value is Literal & { text: 'null' | 'exists' | 'missing' } {
  return !value.quoted && KEYWORD.test(value.text);
}
