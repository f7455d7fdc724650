import {
  type Bound,
  type Literal,
  type Operator,
  type SortKey,
  type Term,
  type Test,
  type WordTerm,
  invalidQuery,
  invalidSort,
} from '../customers/search/terms.js';
import { endOfPattern } from './pattern.js';

const MAX_QUERY_LENGTH = 4_000;
const MAX_TERMS = 50;
const MAX_WORDS = 10;
const MAX_LIST_VALUES = 500;
const MAX_SORT_FIELDS = 10;

/**
 * Parses the `q` language: terms `field:value` and words, separated by blanks, all of which must match. It checks the
 * syntax of values, not the fields and their types.
 *
 * @returns the terms; none for a blank `q`
 * @throws Failure `invalid_input` with the reason and the position
 */
export function parseQuery(q: string): Term[] {
  if (q.length > MAX_QUERY_LENGTH)
    throw invalidQuery(MAX_QUERY_LENGTH, `q must be no longer than ${MAX_QUERY_LENGTH} characters`);
  return new Parser(q).terms();
}

/**
 * Parses a `sort` such as `lastName:firstName:desc` or `lastName,mixins.shop.name.en:desc`: fields, separated by colons or
 * commas, each of which may be followed by its direction in any letter case. It does not check the fields.
 *
 * @throws Failure `invalid_input` for a direction without a field, or too many fields
 */
export function parseSort(sort: string | undefined): SortKey[] {
  const keys: SortKey[] = [];
  let isFieldBefore = false;
  for (const part of sort?.trim() ? sort.split(/[:,]/) : []) {
    const name = part.trim();
    const direction = name.toLowerCase();
    if (direction !== 'asc' && direction !== 'desc') {
      if (keys.length === MAX_SORT_FIELDS) throw invalidSort(`no more than ${MAX_SORT_FIELDS} fields are allowed`);
      keys.push({ field: name, direction: 'asc' });
    } else if (isFieldBefore) Object.assign(keys.at(-1) ?? {}, { direction });
    else throw invalidSort(`'${name}' must follow a field`);
    isFieldBefore = direction !== 'asc' && direction !== 'desc';
  }
  return keys;
}

const KEYWORD = /^(?:null|exists|missing)$/;
const BLANKS = /\s+/y;
const OPERATOR = /[<>]=?/y;

class Parser {
  private at = 0;
  private wordTerms = 0;

  constructor(private readonly q: string) {}

  terms(): Term[] {
    const terms: Term[] = [];
    this.take(BLANKS);
    while (this.at < this.q.length) {
      if (terms.length === MAX_TERMS) throw invalidQuery(this.at, `q must have no more than ${MAX_TERMS} terms`);
      terms.push(this.term());
      if (!this.take(BLANKS) && this.at < this.q.length) throw invalidQuery(this.at, 'a blank must end the value');
    }
    return terms;
  }

  private term(): Term {
    const { at } = this;
    const field = this.take(/[^\s:]+/y);
    if (!field) throw invalidQuery(at, "a field is missing before ':'");
    if (!this.take(/:/y)) return this.words(field, at);
    if (field === 'compoundLogicalQuery') throw invalidQuery(at, 'compoundLogicalQuery is not available for customers');
    return { field, at, test: this.test() };
  }

  private words(words: string, at: number): WordTerm {
    if (!/[\p{L}\p{N}]/u.test(words)) throw invalidQuery(at, `'${words}' has no letter or digit`);
    if (++this.wordTerms > MAX_WORDS) throw invalidQuery(at, `q must have no more than ${MAX_WORDS} words`);
    return { words, at };
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

  /** Parses the text after `(`: a regular expression, a range, or a list. */
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
      if (!operator) throw invalidQuery(this.at, "'>', '>=', '<' or '<=' is missing");
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
      if (values.length === MAX_LIST_VALUES)
        throw invalidQuery(this.at, `a list must have no more than ${MAX_LIST_VALUES} values`);
      const value = this.value(/[^\s,)]+/y);
      if (isKeyword(value))
        throw invalidQuery(
          value.at,
          `'${value.text}' is not allowed in a list: put it in quotes to search for the text`,
        );
      values.push(value);
      this.take(BLANKS);
    } while (this.take(/,/y));
    this.close("',' or ')'");
    return { is: 'any', values };
  }

  /** Parses a quoted text, or a value that matches `bare`. */
  private value(bare: RegExp): Literal {
    const { at } = this;
    if (!this.take(/"/y)) {
      const text = this.take(bare);
      if (!text) throw invalidQuery(at, 'a value is missing');
      return { text, quoted: false, at };
    }
    const text = this.take(/(?:[^"\\]|\\["\\])*/y);
    if (this.take(/\\/y)) throw invalidQuery(this.at - 1, `'\\' in quotes must be followed by '"' or '\\'`);
    if (!this.take(/"/y)) throw invalidQuery(at, 'the quote is not closed');
    return { text: text.replace(/\\(["\\])/g, '$1'), quoted: true, at };
  }

  private close(expected: string): void {
    if (!this.take(/\)/y)) throw invalidQuery(this.at, `${expected} is missing`);
  }

  /** Consumes the match of a sticky expression at the current position. Returns an empty string if there is none. */
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
