import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type CsvError, type Info, parse } from 'csv-parse';

/** A row of a file: its item, or the problem that prevents reading it. */
export interface Row {
  /** The line number in the file, from 1. For a row of several lines, the last one. */
  line: number;
  item?: unknown;
  problem?: string;
}

const plainColumns = [
  ...['id', 'title', 'firstName', 'middleName', 'lastName', 'contactEmail', 'contactPhone', 'company'],
  ...['preferredLanguage', 'preferredCurrency', 'preferredSite', 'photoUrl', 'type', 'restriction'],
  ...['reference', 'salutation', 'gender', 'dateOfBirth'],
];
const flagColumns = ['confirmed'];
const accountColumns = ['email', 'passwordHash', 'legacyAuth.algorithm', 'legacyAuth.hash'];
const openColumns = /^(legacyAuth\.context|metadata\.mixins|mixins\.[^.]+)\.[^.]+$|^b2b\.companyRegistrationId$/;

/** Names that every object inherits, or that would change the prototype of other objects. */
const forbidden = ['__proto__', 'constructor', 'prototype'];

/** A problem of the file as a whole. */
export class FileProblem extends Error {}

/**
 * Reads a file of any size, row by row. An `.ndjson` file has one item of the import on each line. Any other file is
 * CSV, with the flat names of an item's fields in its first line. Empty lines and empty cells are ignored. A mixin cell
 * that is a JSON number, boolean or string is read as such; any other cell is a text.
 *
 * @throws FileProblem when a CSV has an unknown column; Error when the file cannot be read
 */
export function readRows(path: string): AsyncIterable<Row> {
  return path.endsWith('.ndjson') ? readJsonLines(path) : readCsv(path);
}

async function* readJsonLines(path: string): AsyncIterable<Row> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    if (text.trim() !== '') yield { line, ...parseJson(text.replace(/^\uFEFF/, '')) };
  }
}

function parseJson(text: string): Pick<Row, 'item' | 'problem'> {
  try {
    return { item: JSON.parse(text) as unknown };
  } catch {
    return { problem: 'the line is not valid JSON' };
  }
}

async function* readCsv(path: string): AsyncIterable<Row> {
  const broken: Row[] = [];
  const parser = parse({
    bom: true,
    info: true,
    columns: knownColumns,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined) => {
      broken.push({ line: Number(error?.lines ?? 0), problem: error?.message ?? 'the row cannot be read' });
    },
  });
  const file = createReadStream(path);
  file.once('error', (error) => parser.destroy(error));
  for await (const { record, info } of file.pipe(parser) as AsyncIterable<{ record: Cells; info: Info }>) {
    yield* broken.splice(0);
    yield { line: info.lines, item: itemOf(record) };
  }
  yield* broken.splice(0);
}

type Cells = Record<string, string>;

const closedColumns = [...accountColumns, ...plainColumns, ...flagColumns];
const knownNames = [
  ...closedColumns,
  'legacyAuth.context.…',
  'b2b.companyRegistrationId',
  'mixins.{name}.…',
  'metadata.mixins.…',
];

function knownColumns(titles: string[]): string[] {
  const [only = '', ...others] = titles;
  if (others.length === 0 && only.includes(';'))
    throw new FileProblem('Separate the columns by commas, not semicolons.');
  return titles.map(knownColumn);
}

function knownColumn(title: string): string {
  const name = title.trim();
  const known = closedColumns.includes(name) || openColumns.test(name);
  if (known && !name.split('.').some((part) => forbidden.includes(part))) return name;
  throw new FileProblem(`The column '${name}' is not known; known are ${knownNames.join(', ')}.`);
}

type Cell = string | number | boolean;

interface Tree {
  [name: string]: Tree | Cell;
}

/** Converts flat cells, such as `{ email, 'b2b.companyRegistrationId' }`, to a nested item of the API. */
function itemOf(cells: Cells): Tree {
  const item: Tree = { account: {} };
  for (const [name, value] of Object.entries(cells)) {
    if (value === '') continue;
    const path = name.split('.');
    const inAccount = accountColumns.includes(name) || path[0] === 'legacyAuth';
    put(item, inAccount ? ['account', ...path] : path, read(name, value));
  }
  return item;
}

function read(name: string, value: string): Cell {
  if (flagColumns.includes(name)) return flagOf(value);
  return name.startsWith('mixins.') ? jsonOf(value) : value;
}

/** Parses a JSON value. A number that JavaScript would round, such as a long article number, stays a text. */
function jsonOf(value: string): Cell {
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
function flagOf(value: string): boolean | string {
  const text = value.trim().toLowerCase();
  return ['true', 'false'].includes(text) ? text === 'true' : value;
}

function put(tree: Tree, [name = '', ...rest]: string[], value: Cell): void {
  if (rest.length === 0) tree[name] = value;
  else {
    const branch = (tree[name] ??= {});
    if (typeof branch === 'object') put(branch, rest, value);
  }
}
