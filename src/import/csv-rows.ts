import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { ImportFileError } from './import-file-error.js';
import type { Line } from './file-text.js';

/** Limits of a row of several lines. Without them, an unclosed quote would load the rest of the file into memory. */
const MAX_LINES = 1000;
const MAX_ROW_LENGTH = 1024 * 1024;

/** A row of a CSV, by the titles of the columns. */
export type Cells = Record<string, string>;

/** A row of a CSV, or the problem that prevents reading it. `line` is its first line, from 1. */
export type CsvRow = { line: number } & ({ cells: Cells } | { problem: string });

/**
 * Reads a CSV (RFC 4180), row by row. The first row has the names of the columns. Rows without any value are skipped. A
 * quoted cell may contain line breaks. If the quotes of a row of several lines are not correct, only its first line is
 * reported, and the next line starts a new row.
 *
 * @param assertTitles checks the first row
 * @throws ImportFileError when the first row cannot be read
 */
export async function* readCsv(
  source: AsyncIterable<Line>,
  delimiter: string,
  assertTitles: (titles: string[]) => void,
): AsyncIterable<CsvRow> {
  let titles: string[] | undefined;
  for await (const { line, row } of readRows(source, delimiter, () => titles)) {
    if (typeof row === 'string') {
      if (!titles) throw new ImportFileError(`Line ${line}: ${row}.`);
      yield { line, problem: row };
    } else if (!titles) {
      titles = row.map((title) => title.trim());
      assertTitles(titles);
    } else {
      yield { line, cells: Object.fromEntries(titles.map((title, i) => [title, row[i] ?? ''])) };
    }
  }
}

async function* readRows(
  source: AsyncIterable<Line>,
  delimiter: string,
  titles: () => string[] | undefined,
): AsyncIterable<{ line: number; row: string[] | string }> {
  const lines = source[Symbol.asyncIterator]();
  /** Lines to read again, because the row that they were read for is malformed. */
  let linesToReread: Line[] = [];
  const next = async (): Promise<Line | undefined> => {
    const line = linesToReread.shift();
    if (line) return line;
    const read = await lines.next();
    return read.done ? undefined : read.value;
  };
  try {
    for (let first = await next(); first; first = await next()) {
      const continued: Line[] = [];
      let text = first.text;
      let isOpen = hasOddQuotes(text);
      while (isOpen && continued.length < MAX_LINES && text.length < MAX_ROW_LENGTH) {
        const line = await next();
        if (!line) break;
        continued.push(line);
        text += line.text;
        if (hasOddQuotes(line.text)) isOpen = false;
      }
      const row = parseRow(text, delimiter, titles());
      if (typeof row === 'string') linesToReread = [...continued, ...linesToReread];
      if (typeof row === 'string' || row.some((cell) => cell.trim() !== '')) yield { line: first.number, row };
    }
  } finally {
    // Closes the file if the caller stops early.
    await lines.return?.();
  }
}

/** @returns the cells, or the problem of the row. The problem contains no cell, because a cell could be a hash */
function parseRow(text: string, delimiter: string, titles?: string[]): string[] | string {
  const row = parseCells(text, delimiter, titles);
  const isBlank = typeof row !== 'string' && row.every((cell) => cell.trim() === '');
  if (typeof row === 'string' || isBlank || !titles || row.length === titles.length) return row;
  return `the row has ${row.length} cells, but there are ${titles.length} columns`;
}

function parseCells(text: string, delimiter: string, titles?: string[]): string[] | string {
  const bare = text.replace(/\r\n$|\n$|\r$/, '');
  // Most rows have no quotes. `parse` takes many times as long, because it prepares its options for each row.
  if (!bare.includes('"')) return bare.split(delimiter);
  try {
    const [row = []] = parse(bare, { delimiter, relax_column_count: true, record_delimiter: [] });
    return row;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const title = typeof error.column === 'number' ? titles?.[error.column] : undefined;
    const cell = title ? `in column '${title}'` : 'in the row';
    return `a quote ${cell} is misplaced or not closed; a quote within a quoted cell must be doubled`;
  }
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let i = text.indexOf('"'); i >= 0; i = text.indexOf('"', i + 1)) odd = !odd;
  return odd;
}
