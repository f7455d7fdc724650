import { RESERVED, reservedNames } from '../common/reserved-names.js';
import { ImportFileError } from './import-file-error.js';

/** Text fields whose values cannot be removed. */
const requiredTexts = ['id', 'contactEmail', 'type', 'reference', 'createdAt'];
const requiredPreferences = ['preferredLanguage', 'preferredCurrency', 'preferredSite'];
/** Text fields whose values a cell with `\N` removes. */
const removableTexts = [
  ...['title', 'firstName', 'middleName', 'lastName', 'contactPhone', 'company', 'photoUrl', 'restriction'],
  ...['salutation', 'gender', 'dateOfBirth', 'b2b.companyRegistrationId'],
];
const flags = ['confirmed', 'active', 'onHold'];
const accountColumns = ['email', 'passwordHash', 'legacyAuth.algorithm', 'legacyAuth.hash'];

/** The fields of lists. The column of the first address's city is `addresses.0.city`. */
const lists: Record<string, { texts: string[]; flags: string[] }> = {
  addresses: {
    texts: [
      ...['id', 'contactName', 'salutation', 'firstName', 'lastName', 'companyName', 'street', 'streetNumber'],
      ...['streetAppendix', 'extraLine1', 'extraLine2', 'extraLine3', 'extraLine4', 'zipCode', 'city', 'country'],
      ...['state', 'contactPhone', 'tags'],
    ],
    flags: ['isDefault', 'isDefaultShipping', 'isDefaultBilling'],
  },
  consents: { texts: ['id', 'version', 'at'], flags: ['accepted'] },
  identities: { texts: ['provider', 'subject', 'issuer'], flags: [] },
  companyUsers: { texts: ['legalEntity', 'group'], flags: ['isActive', 'isDefault'] },
};

const listColumn = new RegExp(`^(${Object.keys(lists).join('|')})\\.(?:0|[1-9]\\d?)\\.(\\w+)$`);
const openColumn = /^(legacyAuth\.context|metadata\.mixins|mixins\.[^.]+)\.[^.]+$/;

const closedColumns = [...accountColumns, ...requiredTexts, ...requiredPreferences, ...removableTexts, ...flags];

const knownNames = [
  ...closedColumns,
  ...Object.keys(lists).map((list) => `${list}.{n}.…`),
  ...['legacyAuth.context.…', 'mixins.{name}.…', 'metadata.mixins.…'],
];

/** How MySQL writes NULL in a file. */
const NULL = '\\N';

export type Cell = string | number | boolean | null;

/** An item of an import. */
export interface Tree {
  [name: string]: Tree | Tree[] | Cell | string[];
}

/** Whether an import has a column of this name. */
export function isColumn(name: string): boolean {
  if (hasReservedName(name)) return false;
  const [, list = '', field = ''] = listColumn.exec(name) ?? [];
  const { texts = [], flags: listFlags = [] } = lists[list] ?? {};
  return closedColumns.includes(name) || openColumn.test(name) || [...texts, ...listFlags].includes(field);
}

function hasReservedName(column: string): boolean {
  return column.split('.').some((name) => reservedNames.includes(name));
}

/** @throws ImportFileError when an import has no column of this name */
export function assertColumn(name: string): void {
  if (isColumn(name)) return;
  if (hasReservedName(name)) throw new ImportFileError(`The column '${name}' ${RESERVED}.`);
  throw new ImportFileError(`The column '${name}' is not known. Known columns: ${knownNames.join(', ')}.`);
}

/**
 * Adds flat cells, such as `{ email, 'b2b.companyRegistrationId' }`, to a nested item of an import. Empty cells are
 * ignored. A mixin cell that is a JSON number, boolean or string is read as such; any other cell is a text.
 */
export function addCells(item: Tree, cells: Record<string, unknown>): Tree {
  const touched = new Set(Object.keys(cells).map((name) => listColumn.exec(name)?.[1] ?? ''));
  const names = Object.keys(lists).filter((name) => touched.has(name));
  for (const name of names) {
    const entries = item[name];
    if (Array.isArray(entries)) item[name] = Object.fromEntries(entries.map((entry, i) => [String(i), entry]));
  }
  for (const [name, value] of Object.entries(cells)) {
    if (value === '' || value === undefined) continue;
    const read = typeof value === 'string' ? readCell(name, value) : (value as Cell);
    if (read !== undefined) setValue(item, pathOf(name), read);
  }
  for (const name of names) {
    const entries = item[name];
    // An object lists integer keys in ascending order.
    if (isTree(entries)) item[name] = Object.values(entries).filter(isTree);
  }
  return item;
}

function pathOf(name: string): string[] {
  const path = name.split('.');
  return accountColumns.includes(name) || path[0] === 'legacyAuth' ? ['account', ...path] : path;
}

/** @returns undefined for a field without a value */
function readCell(name: string, value: string): Cell | string[] | undefined {
  if (value === NULL) return removableTexts.includes(name) || name.startsWith('mixins.') ? null : undefined;
  const [, list = '', field = ''] = listColumn.exec(name) ?? [];
  if (flags.includes(name) || lists[list]?.flags.includes(field)) return parseFlag(value);
  if (field === 'tags') return value.split(',').map((tag) => tag.trim());
  return name.startsWith('mixins.') ? parseJson(value) : value;
}

/** Parses a JSON value. A number that JavaScript would round, such as a long article number, stays a text. */
function parseJson(value: string): Cell {
  try {
    const json: unknown = JSON.parse(value);
    if (typeof json === 'string' || typeof json === 'boolean') return json;
    const exact = typeof json === 'number' && Math.abs(json) <= Number.MAX_SAFE_INTEGER;
    return exact ? json : value;
  } catch {
    return value;
  }
}

/** Parses a flag. Any other value is returned unchanged, so that validation reports it. */
function parseFlag(value: string): boolean | string {
  const text = value.trim().toLowerCase();
  if (['true', '1'].includes(text)) return true;
  return ['false', '0'].includes(text) ? false : value;
}

function setValue(tree: Tree, [name = '', ...rest]: string[], value: Cell | string[]): void {
  if (rest.length === 0) tree[name] = value;
  else {
    // A name such as `toString` also exists in the prototype.
    if (!Object.hasOwn(tree, name)) tree[name] = {};
    const child = tree[name];
    if (isTree(child)) setValue(child, rest, value);
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
