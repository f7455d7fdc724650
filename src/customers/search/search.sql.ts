import { normalEmail } from '../../common/email.js';
import { type Failure, invalid } from '../../common/failure.js';
import { type Column, type Field, type FindField, type JsonPlace, findField } from './fields.js';
import { unreadable } from './pattern.js';
import type { Literal, Term, Test } from './query.js';

const MOST_SORT_FIELDS = 10;
/**
 * For so many values the index on the mixins is asked, once a reading. Were they more, the planner might compare each
 * row with each of them: seconds, where looking a row's value up among them (`= any` hashes) takes a tenth of one.
 */
const MOST_PROBES = 10;

/**
 * A piece of SQL over the row `c`, which is one of `customers` unless fields of another table are asked for, and the
 * values of the parameters in it.
 */
export interface Fragment {
  text: string;
  values: unknown[];
}

export interface Condition extends Fragment {
  /**
   * Whether it runs a regular expression from outside: then it needs a statement timeout, and SQLSTATE 2201B (the
   * expression is not valid) is the caller's fault.
   */
  usesPattern: boolean;
}

/** Keeps a value, and answers the `$n` that stands for it. All that comes from outside goes through here. */
type Bind = (value: unknown) => string;

/** What a value of a typed column is read as; undefined where it cannot be. */
const readings = {
  text: { sql: 'text', what: 'text', read: (literal: string): string | undefined => literal },
  boolean: { sql: 'boolean', what: 'true or false', read: (literal: string) => /^(?:true|false)$/.exec(literal)?.[0] },
  // Not as the column's own integer: a number that does not fit into it is an honest question with an empty answer.
  number: { sql: 'numeric', what: 'a number', read: (literal: string) => (isNumber(literal) ? literal : undefined) },
  date: { sql: 'timestamptz', what: 'a date such as "2021-05-18T07:27:27.455Z"', read: instant },
};

/**
 * The condition that all terms hold; `true` without any. It says nothing of the tenant.
 *
 * @param offset how many parameters the statement has before these
 * @param find the fields; those of customers without it
 * @throws Failure `invalid_input` for a field that is not known, or a value that is not of its type
 */
export function searchCondition(terms: Term[], offset = 0, find: FindField = findField): Condition {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${offset + values.push(value)}`;
  const conditions = terms.map((term) => {
    const field = find(term.field, (what) => unreadable(term.at, what));
    return field.type === 'json' ? jsonCondition(field, term.test, bind) : columnCondition(field, term, bind);
  });
  const usesPattern = terms.some(({ test }) => test.is === 'matching');
  return { text: conditions.map((one) => `(${one})`).join(' and ') || 'true', values, usesPattern };
}

function columnCondition({ type, sql, folded, some }: Column, { field, at, test }: Term, bind: Bind): string {
  const { sql: sqlType, what, read } = readings[type];
  const readOne = (literal: Literal): string => {
    const value = read(literal.text);
    if (value === undefined) throw unreadable(literal.at, `'${field}' needs ${what}, not '${literal.text}'`);
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
      if (type !== 'number' && type !== 'date') throw unreadable(at, `'${field}' is neither a number nor a date`);
      const bounds = test.bounds.map(({ operator, value }) => `${sql} ${operator} ${bind(readOne(value))}::${sqlType}`);
      return has(bounds.join(' and '));
    }
    case 'matching':
      if (type !== 'text') throw unreadable(at, `'${field}' is no text that an expression could match`);
      return has(`${sql} ~ ${bind(test.pattern)}::text`);
  }
}

/** A login e-mail is stored in its normal form, a contact e-mail as it was typed: `ada@münchen.example` is both. */
function spellings({ text }: Literal): string[] {
  return [...new Set([normalEmail(text), text.trim().toLowerCase()])];
}

function jsonCondition({ sql, path }: JsonPlace, test: Test, bind: Bind): string {
  if (test.is === 'any' && test.values.length <= MOST_PROBES) {
    // Containment and no comparison, for that is what the GIN index on the mixins answers.
    const documents = test.values.flatMap(jsonReadings).flatMap((value) => [at(path, value), at(path, [value])]);
    return `${sql} @> any(${bind(documents.map((one) => JSON.stringify(one)))}::jsonb[])`;
  }
  const keys = `${bind(path)}::text[]`;
  const place = `${sql} #> ${keys}`;
  // `case` and not `and`: only it promises that the cast never sees a value of another type.
  const typed = (type: string, condition: string): string =>
    `case when jsonb_typeof(${place}) = '${type}' then ${condition} end`;
  switch (test.is) {
    case 'any': {
      const values = test.values.flatMap(jsonReadings).map((value) => JSON.stringify(value));
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

/** What an unquoted `20` or `true` may be: a text, or what it looks like. */
function jsonReadings({ text, quoted }: Literal): unknown[] {
  if (quoted) return [text];
  // By way of `Number`, as the stored one came: both have lost the same digits.
  if (isNumber(text)) return [text, Number(text)];
  return text === 'true' || text === 'false' ? [text, text === 'true'] : [text];
}

/** The value inside objects, one a key of the path. */
function at(path: string[], value: unknown): unknown {
  return path.reduceRight((inner, key) => ({ [key]: inner }), value);
}

/** The exponent is short: PostgreSQL would write all the zeros of a long one. */
function isNumber(text: string): boolean {
  return /^[+-]?(?:\d{1,40}(?:\.\d{1,40})?|\.\d{1,40})(?:e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text));
}

/** A date (its first moment in UTC) or a time (in UTC when it names no zone), in the form that PostgreSQL reads. */
function instant(text: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!parts) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = parts;
  const [midnight, moment] = [`${day}T00:00Z`, `${day}T${time}${zone}`].map((one) => new Date(one));
  if (!midnight || !moment || isNaN(midnight.getTime()) || isNaN(moment.getTime())) return undefined;
  // JavaScript takes the 30th of February for the 2nd of March, and knows the year 0 and those after 9999.
  const iso = moment.toISOString();
  return midnight.toISOString().startsWith(`${day}T`) && /^(?!0000)\d{4}-/.test(iso) ? iso : undefined;
}

/**
 * What stands behind `order by` for a `sort` such as `lastName,mixins.shop.name.en:desc`. What has no value comes last
 * in either direction; creation and number decide between equals, so that no page repeats or leaves out a customer.
 *
 * @param offset how many parameters the statement has before these
 * @param find the fields; those of customers without it
 * @throws Failure `invalid_input` for a field or a direction that is not known
 */
export function sortOrder(sort: string | undefined, offset = 0, find: FindField = findField): Fragment {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${offset + values.push(value)}`;
  const parts = sort?.trim() ? sort.split(',') : [];
  if (parts.length > MOST_SORT_FIELDS) throw unsortable(`no more than ${MOST_SORT_FIELDS} fields are possible`);
  const keys = parts.map((part) => {
    const [name = '', direction = 'asc', ...rest] = part.trim().split(':');
    const field = find(name, unsortable);
    if ('some' in field) throw unsortable(`a customer may have several '${name}'`);
    if (!/^(?:asc|desc)$/.test(direction) || rest.length > 0) {
      throw unsortable(`'${part.trim()}' must end in ':asc' or ':desc'`);
    }
    return `${sortKey(field, bind)} ${direction}${'required' in field ? '' : ' nulls last'}`;
  });
  return { text: [...keys, 'c.created_at', 'c.id'].join(', '), values };
}

function sortKey(field: Field, bind: Bind): string {
  return field.type === 'json' ? `${field.sql} #> ${bind(field.path)}::text[]` : field.sql;
}

function unsortable(what: string): Failure {
  return invalid('sort', `sort: ${what}`);
}
