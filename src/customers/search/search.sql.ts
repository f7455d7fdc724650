import { normalEmail } from '../../common/email.js';
import { type Column, type Field, type FindField, type JsonPlace, findField } from './fields.js';
import {
  type FieldTerm,
  type Literal,
  type SortKey,
  type Term,
  type Test,
  invalidQuery,
  invalidSort,
} from './terms.js';

/**
 * The maximum number of values for which the index on the mixins is used, with one lookup per interpretation of a
 * value. With more values, the planner might compare each row with each value, which takes seconds. A lookup of a row's
 * value among them (`= any` hashes) takes a tenth of a second.
 */
const MAX_PROBES = 10;

/**
 * A piece of SQL and the values of its parameters. The row `c` is one of `customers`, unless the fields belong to
 * another table.
 */
export interface Fragment {
  text: string;
  values: unknown[];
}

export interface Condition extends Fragment {
  /**
   * Whether it runs a caller's regular expression. It then requires a statement timeout. SQLSTATE 2201B (invalid
   * expression) is an error of the caller.
   */
  usesPattern: boolean;
  /** Whether it has words without a field, which `withWords` compares. */
  usesWords: boolean;
}

/** Stores a value, and returns its placeholder `$n`. All values from requests must be bound in this way. */
type Bind = (value: unknown) => string;

/** Parses a literal for a column of a type; undefined if it is invalid. */
const literalTypes = {
  text: { sql: 'text', expected: 'text', read: (literal: string): string | undefined => literal },
  boolean: {
    sql: 'boolean',
    expected: 'true or false',
    read: (literal: string) => /^(?:true|false)$/.exec(literal)?.[0],
  },
  // Not the column's own integer type: a number that is out of its range is a valid query with an empty result.
  number: {
    sql: 'numeric',
    expected: 'a number',
    read: (literal: string) => (isNumber(literal) ? literal : undefined),
  },
  date: { sql: 'timestamptz', expected: 'a date such as "2021-05-18T07:27:27.455Z"', read: instant },
};

/**
 * Returns the condition that all terms match; `true` without terms. It does not include the tenant.
 *
 * @param offset the number of parameters before these in the statement
 * @param find finds the fields; by default those of customers
 * @param withWords SQL for the condition that a row has the words of a text; if omitted, each term must name a field
 * @throws Failure `invalid_input` for an unknown field, or a value of another type
 */
export function searchCondition(
  terms: Term[],
  offset = 0,
  find: FindField = findField,
  withWords?: (text: string) => string,
): Condition {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${offset + values.push(value)}`;
  const conditions = terms.map((term) => {
    if ('words' in term) {
      if (!withWords) throw invalidQuery(term.at + term.words.length, `':' is missing after '${term.words}'`);
      return withWords(`${bind(term.words)}::text`);
    }
    const field = find(term.field, (reason) => invalidQuery(term.at, reason));
    return field.type === 'json' ? jsonCondition(field, term.test, bind) : columnCondition(field, term, bind);
  });
  const usesPattern = terms.some((term) => 'test' in term && term.test.is === 'matching');
  const usesWords = terms.some((term) => 'words' in term);
  return { text: conditions.map((one) => `(${one})`).join(' and ') || 'true', values, usesPattern, usesWords };
}

function columnCondition(
  { type, sql, folded, some, isName }: Column,
  { field, at, test }: FieldTerm,
  bind: Bind,
): string {
  const { sql: sqlType, expected, read } = literalTypes[type];
  const readOne = (literal: Literal): string => {
    const value = read(isName ? literal.text.normalize() : literal.text);
    if (value === undefined) throw invalidQuery(literal.at, `'${field}' must be ${expected}, not '${literal.text}'`);
    return value;
  };
  const has = some ?? ((condition: string) => condition);
  switch (test.is) {
    case 'exists':
      return has(`${sql} is not null`);
    case 'null':
    case 'missing':
      return `not ${has(`(${sql} is not null)`)}`;
    case 'any': {
      const values = folded ? test.values.flatMap(spellings) : test.values.map(readOne);
      return has(`${folded ?? sql} = any(${bind(values)}::${sqlType}[])`);
    }
    case 'within': {
      if (type !== 'number' && type !== 'date') throw invalidQuery(at, `'${field}' is neither a number nor a date`);
      const bounds = test.bounds.map(({ operator, value }) => `${sql} ${operator} ${bind(readOne(value))}::${sqlType}`);
      return has(bounds.join(' and '));
    }
    case 'matching':
      if (type !== 'text') throw invalidQuery(at, `'${field}' is not a text, so a regular expression cannot match it`);
      return has(`${sql} ~ ${bind(isName ? test.pattern.normalize() : test.pattern)}::text`);
  }
}

/** A login e-mail is stored normalised, a contact e-mail as it was typed: `ada@münchen.example` may be either. */
function spellings({ text }: Literal): string[] {
  return [...new Set([normalEmail(text), text.trim().toLowerCase()])];
}

function jsonCondition({ sql, path }: JsonPlace, test: Test, bind: Bind): string {
  if (test.is === 'any' && test.values.length <= MAX_PROBES) {
    // Uses containment instead of a comparison, because the GIN index on the mixins supports containment.
    const documents = test.values.flatMap(jsonInterpretations).flatMap((value) => [at(path, value), at(path, [value])]);
    return `${sql} @> any(${bind(documents.map((one) => JSON.stringify(one)))}::jsonb[])`;
  }
  const keys = `${bind(path)}::text[]`;
  const place = `${sql} #> ${keys}`;
  // `case` and not `and`: only `case` guarantees that the cast is not applied to a value of another type.
  const typed = (type: string, condition: string): string =>
    `case when jsonb_typeof(${place}) = '${type}' then ${condition} end`;
  switch (test.is) {
    case 'any': {
      const values = test.values.flatMap(jsonInterpretations).map((value) => JSON.stringify(value));
      return `exists (select 1 from jsonb_path_query(${place}, 'lax $[*]') v where v = any(${bind(values)}::jsonb[]))`;
    }
    case 'exists':
      return `${place} is not null`;
    case 'missing':
      return `${place} is null`;
    case 'null':
      return `coalesce(${place}, 'null') = 'null'`;
    case 'matching':
      return typed('string', `(${sql} #>> ${keys}) ~ ${bind(test.pattern)}::text`);
    case 'within': {
      const bounds = test.bounds.map(({ operator, value: { text, quoted } }) =>
        !quoted && isNumber(text)
          ? typed('number', `(${place})::numeric ${operator} ${bind(text)}::numeric`)
          : typed('string', `(${sql} #>> ${keys}) collate "C" ${operator} ${bind(text)}::text`),
      );
      return bounds.join(' and ');
    }
  }
}

/** Returns the possible values of an unquoted `20` or `true`: the text, and the number or boolean. */
function jsonInterpretations({ text, quoted }: Literal): unknown[] {
  if (quoted) return [text];
  // Converted with `Number`, as the stored value was, so that both have lost the same digits.
  if (isNumber(text)) return [text, Number(text)];
  return text === 'true' || text === 'false' ? [text, text === 'true'] : [text];
}

/** Nests a value in objects, one per key of the path. */
function at(path: string[], value: unknown): unknown {
  return path.reduceRight((inner, key) => ({ [key]: inner }), value);
}

/** The exponent is limited, because PostgreSQL would write all the zeros of a long one. */
function isNumber(text: string): boolean {
  return /^[+-]?(?:\d{1,40}(?:\.\d{1,40})?|\.\d{1,40})(?:e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text));
}

/**
 * Parses a date (its first moment in UTC) or a time (in UTC if it has no zone), and returns it in PostgreSQL's format.
 */
function instant(text: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!parts) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = parts;
  const [midnight, moment] = [`${day}T00:00Z`, `${day}T${time}${zone}`].map((one) => new Date(one));
  if (!midnight || !moment || isNaN(midnight.getTime()) || isNaN(moment.getTime())) return undefined;
  // JavaScript parses 30 February as 2 March, and accepts the year 0 and years after 9999.
  const iso = moment.toISOString();
  return midnight.toISOString().startsWith(`${day}T`) && /^(?!0000)\d{4}-/.test(iso) ? iso : undefined;
}

/** SQL for the creation time and the number of a customer `c`: the order of equal rows. */
export const CREATION = 'c.created_at, c.id';

/**
 * Returns the `order by` expressions for the keys of a sort. Rows without a value come last in either direction.
 * Creation time and number order equal rows, so that no page repeats or omits a customer.
 *
 * @param offset the number of parameters before these in the statement
 * @param find finds the fields; by default those of customers
 * @param creation SQL for the creation time and the number
 * @throws Failure `invalid_input` for an unknown field
 */
export function sortOrder(sort: SortKey[], offset = 0, find: FindField = findField, creation = CREATION): Fragment {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${offset + values.push(value)}`;
  const keys = sort.map(({ field: name, direction }) => {
    const field = find(name, invalidSort);
    if ('some' in field) throw invalidSort(`'${name}' cannot be sorted by, because it may have several values`);
    return `${sortKey(field, bind)} ${direction}${'required' in field ? '' : ' nulls last'}`;
  });
  return { text: [...keys, creation].join(', '), values };
}

function sortKey(field: Field, bind: Bind): string {
  if (field.type === 'json') return `${field.sql} #> ${bind(field.path)}::text[]`;
  return field.isName ? `${field.sql} collate "und-x-icu"` : field.sql;
}
