import { extname } from 'node:path';
import type { ColumnMap } from './column-map.js';
import { type Tree, addCells, assertColumn, isColumn } from './columns.js';
import { readCsv } from './csv-rows.js';
import { ImportFileError } from './import-file-error.js';
import { type Encoding, readLines } from './file-text.js';
import { readJson, readJsonLines } from './json-rows.js';
import { looksLikeHash } from './secrets.js';
import { type Source, isFields } from './sources/source.js';

/** A row of a file: its item, or the problem that prevents reading it. */
export interface Row {
  /** The line number in the file, from 1: of a row of several lines, the first one. In a JSON list, the item's number. */
  line: number;
  item?: unknown;
  problem?: string;
  /** Whether the row is not a customer, and is not imported. */
  isSkipped?: boolean;
}

/** The form of a file. */
export interface FileForm {
  encoding: Encoding;
  /** The character between the cells of a CSV. */
  delimiter: string;
  columnMap: ColumnMap;
  /** The system that wrote the file; undefined for a file in the form of an import. */
  source?: Source;
}

/**
 * Reads a file of any size, row by row. A file with the extension `.ndjson` or `.jsonl` has one item on each line, a
 * `.json` file either the same or a list. Any other file is CSV, with the names of the columns in its first row.
 *
 * @throws ImportFileError when the file as a whole cannot be imported; Error when it cannot be read
 */
export async function* readRows(path: string, form: FileForm): AsyncIterable<Row> {
  const lines = readLines(path, form.encoding);
  const extension = extname(path).toLowerCase();
  const isLines = ['.ndjson', '.jsonl'].includes(extension);
  if (isLines || extension === '.json') {
    const rows = isLines ? readJsonLines(lines) : readJson(path, lines, form.source?.list);
    for await (const row of rows) {
      yield 'problem' in row ? row : { line: row.line, ...itemOf(row.value, form) };
    }
    return;
  }
  for await (const row of readCsv(lines, form.delimiter, (titles) => assertTitles(titles, form))) {
    yield 'problem' in row ? row : { line: row.line, ...itemOf(row.cells, form, { account: {} }) };
  }
}

/**
 * @throws ImportFileError when a column occurs twice or is not known, or a column of the system or of the map is missing
 */
function assertTitles(titles: string[], { delimiter, columnMap, source }: FileForm): void {
  for (const title of columnMap.keys()) {
    if (!titles.includes(title)) throw new ImportFileError(`The file has no column '${title}', which --map renames.`);
  }
  const [title = ''] = titles;
  const likely = [',', ';', '\t'].find((one) => one !== delimiter && titles.length === 1 && title.includes(one));
  if (likely) {
    throw new ImportFileError(
      `Use --delimiter ${likely === '\t' ? 'tab' : `'${likely}'`}: the file has only one column.`,
    );
  }
  if (source) {
    assertUnique(titles.filter((name) => name !== ''));
    source.assertTitles(titles);
    return;
  }
  const names = titles.map((name) => columnMap.get(name) ?? name).filter((_, i) => !isDropped(titles[i], columnMap));
  for (const [i, name] of names.entries()) {
    // Without titles, the first row is a customer. The message must not contain a hash.
    if (!isColumn(name) && looksLikeHash(name))
      throw new ImportFileError(`Column ${i + 1} has no title: the first row must contain the column titles.`);
    assertColumn(name);
  }
  assertUnique(names);
}

function isDropped(title: string | undefined, columnMap: ColumnMap): boolean {
  return title !== undefined && columnMap.get(title) === null;
}

function assertUnique(names: string[]): void {
  const duplicate = names.find((name, i) => names.indexOf(name) < i);
  if (duplicate !== undefined) throw new ImportFileError(`The column '${duplicate}' occurs twice.`);
}

/**
 * Converts the record of a row to an item.
 *
 * @param flat the item to which the cells of a CSV are added; undefined for a JSON value, which is nested already
 */
function itemOf(record: unknown, { columnMap, source }: FileForm, flat?: Tree): Pick<Row, 'item' | 'isSkipped'> {
  if (!isFields(record)) return { item: record };
  const entries = Object.entries(record);
  const own = Object.fromEntries(entries.filter(([name]) => !columnMap.has(name)));
  const renamed = entries.flatMap(([title, value]) => {
    const name = columnMap.get(title);
    return typeof name === 'string' ? [[name, value] as const] : [];
  });
  const item = source ? source.toItem(own) : flat ? addCells(flat, own) : own;
  return item ? { item: addCells(item as Tree, Object.fromEntries(renamed)) } : { isSkipped: true };
}
