import { stat } from 'node:fs/promises';
import { TOO_DEEP, jsonLimitExceeded } from '../common/json-bounds.js';
import { ImportFileError } from './import-file-error.js';
import type { Line } from './file-text.js';

/** The largest JSON document, in bytes. Unlike lines, a document is parsed as a whole. */
const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

/**
 * The depth up to which a value can be parsed and serialised. Validation rejects an item far earlier, with the name of
 * the field.
 */
const MAX_DEPTH = 1000;

/** A JSON value, or the problem that prevents reading it. `line` is from 1; in a document, the number of the item. */
export type JsonRow = { line: number } & ({ value: unknown } | { problem: string });

/** Reads a file with one JSON value on each line. Empty lines are skipped. */
export async function* readJsonLines(lines: AsyncIterable<Line>): AsyncIterable<JsonRow> {
  for await (const { number: line, text } of lines) {
    if (text.trim() !== '') yield { line, ...parseLine(text) };
  }
}

/**
 * Reads a `.json` file: a list of items, or an object with such a list, or one item on each line.
 *
 * @param list the name of the list in an object
 * @throws ImportFileError when the file is none of these, or is a document of more than 32 MiB
 */
export async function* readJson(path: string, lines: AsyncIterable<Line>, list?: string): AsyncIterable<JsonRow> {
  let document: string | undefined;
  let isFirst = true;
  for await (const { number: line, text } of lines) {
    if (document !== undefined) document += text;
    else if (text.trim() !== '') {
      const parsed = parseLine(text);
      const isLines = 'value' in parsed && !listIn(parsed.value, list);
      if (isFirst && !isLines) document = await startOf(path, text);
      else yield { line, ...parsed };
      isFirst = false;
    }
  }
  if (document !== undefined) yield* itemsOf(document, list);
}

/** @throws ImportFileError when the document is too large */
async function startOf(path: string, text: string): Promise<string> {
  const { size } = await stat(path);
  if (size <= MAX_DOCUMENT_BYTES) return text;
  throw new ImportFileError(
    'A JSON document must not be larger than 32 MiB. Write one item on each line of an .ndjson file.',
  );
}

function* itemsOf(text: string, list?: string): Iterable<JsonRow> {
  const parsed = parseLine(text);
  const items = 'value' in parsed ? listIn(parsed.value, list) : undefined;
  if ('problem' in parsed && parsed.problem.endsWith(TOO_DEEP)) throw new ImportFileError(`The file ${TOO_DEEP}.`);
  if (!items) {
    const object = list ? `, or an object with the list '${list}'` : '';
    throw new ImportFileError(`The file must be a JSON list of items${object}, or have one item on each line.`);
  }
  for (const [index, value] of items.entries()) yield { line: index + 1, value };
}

function listIn(value: unknown, list?: string): unknown[] | undefined {
  if (Array.isArray(value)) return value as unknown[];
  const isObject = typeof value === 'object' && value !== null;
  const listed: unknown = isObject && list ? (value as Record<string, unknown>)[list] : undefined;
  return Array.isArray(listed) ? (listed as unknown[]) : undefined;
}

function parseLine(text: string): { value: unknown } | { problem: string } {
  if (jsonLimitExceeded(text, Infinity, MAX_DEPTH)) return { problem: `the line ${TOO_DEEP}` };
  try {
    return { value: longInteger.test(text) ? parseExactly(text, keepDigits) : (JSON.parse(text) as unknown) };
  } catch {
    return { problem: 'the line is not valid JSON' };
  }
}

/** Matches each text with an integer that JavaScript may round. False positives occur. */
const longInteger = /\d{16}|\d[eE]\+?\d\d/;

type Reviver = (name: string, value: unknown, context: { source?: string }) => unknown;

/** `JSON.parse` with the third argument of its reviver, which TypeScript does not know yet. */
const parseExactly = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** An integer that JavaScript would round, such as the user id of an identity provider, becomes a text, as in a CSV. */
function keepDigits(_name: string, value: unknown, { source }: { source?: string }): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? source : value;
}
