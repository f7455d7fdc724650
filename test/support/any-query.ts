import * as fc from 'fast-check';

/** One of each type of column, and places in the mixins. */
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

/** Looks like nothing that we write ourselves. */
export const MARK = 'Zz9';
const dangerous = ["'", '"', '\\', '(', ')', '[', ']', '{', '}', ',', ':', '~', ' ', '<', '>', '=', '$1', '--', ';'];
/** A word with whatever means something to the language, to SQL or to a regular expression. */
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
/** Nearly always what the language knows. */
export const query = fc
  .array(
    fc.tuple(name, test).map(([field, one]) => `${field}:${one}`),
    { maxLength: 6 },
  )
  .map((terms) => terms.join(' '));
/** Anything, and anything of the letters that mean something. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.constantFrom(...dangerous, ...fields, 'AND', 'null', '\t'), { maxLength: 60 }).map((all) => all.join('')),
);
