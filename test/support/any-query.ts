import * as fc from 'fast-check';

/** A field for each type of column, and paths in the mixins. */
export const fields = [
  'id',
  'firstName',
  'contactEmail',
  'email',
  'active',
  'lastLogin',
  'metadata.version',
  'businessModel',
  'addresses.city',
  'b2b.legalEntities.id',
  'mixins.shop.name',
  'metadata.mixins.shop',
];

/** Does not occur in any text of ours. */
export const MARK = 'Zz9';
const dangerous = ["'", '"', '\\', '(', ')', '[', ']', '{', '}', ',', ':', '~', ' ', '<', '>', '=', '$1', '--', ';'];
/** A word with characters that are special in the query language, in SQL or in regular expressions. */
export const word = fc
  .array(fc.oneof(fc.constantFrom(...dangerous), fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 8 })
  .map((parts) => MARK + parts.join(''));
const quoted = word.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`);
const bare = word.map((text) => text.replace(/[\s,()"<>~\\]/g, ''));
const number = fc.oneof(fc.integer().map(String), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String));
const value = fc.oneof(quoted, bare, number, fc.constantFrom('true', '2021-05-18T07:27:27Z'));
const bound = fc.tuple(fc.constantFrom('<', '<=', '>', '>='), value).map(([operator, one]) => `${operator}${one}`);
const test = fc.oneof(
  fc.constantFrom('null', 'exists', 'missing'),
  value,
  bound,
  fc.array(value, { minLength: 1, maxLength: 15 }).map((values) => `(${values.join(', ')})`),
  fc.array(bound, { minLength: 1, maxLength: 3 }).map((bounds) => `(${bounds.join(' AND ')})`),
  word.map((pattern) => `~${pattern}`),
  word.map((pattern) => `(~${pattern})`),
);
export const name = fc.oneof(
  fc.constantFrom(...fields),
  word.map((key) => `mixins.${key.replace(/[\s:]/g, '')}`),
);
/** A query that is nearly always valid. */
export const query = fc
  .array(
    fc.tuple(name, test).map(([field, one]) => `${field}:${one}`),
    { maxLength: 6 },
  )
  .map((terms) => terms.join(' '));
/** Any text, or a text of special characters and words. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.constantFrom(...dangerous, ...fields, 'AND', 'null', '\t'), { maxLength: 60 }).map((all) => all.join('')),
);
