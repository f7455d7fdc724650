import { type Failure, invalid } from '../../common/failure.js';

/**
 * A value as it was written; `at` is its position, from 0. A quoted value is always a text, not a number, null or
 * keyword.
 */
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

/** The condition of a term on its field. */
export type Test =
  | { is: 'any'; values: Literal[] }
  | { is: 'within'; bounds: Bound[] }
  | { is: 'matching'; pattern: string }
  | { is: 'null' | 'exists' | 'missing' };

/** A condition on a field. */
export interface FieldTerm {
  field: string;
  at: number;
  test: Test;
}

/** Text without a field: each of its words must begin one of the customer's words. */
export interface WordTerm {
  words: string;
  at: number;
}

/** A condition of a search; all of them must match. */
export type Term = FieldTerm | WordTerm;

/** A field that a list is sorted by. */
export interface SortKey {
  field: string;
  direction: 'asc' | 'desc';
}

/** Creates the failure of an invalid `q`, with the reason and the position (`at` counts from 0, the message from 1). */
export function invalidQuery(at: number, reason: string): Failure {
  return invalid('q', `q, at character ${at + 1}: ${reason}`);
}

/** Creates the failure of an invalid `sort`, with the reason. */
export function invalidSort(reason: string): Failure {
  return invalid('sort', `sort: ${reason}`);
}
