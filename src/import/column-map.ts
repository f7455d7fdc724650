import { readFile } from 'node:fs/promises';
import { assertColumn } from './columns.js';
import { ImportFileError } from './import-file-error.js';

/** The names of an import's columns by those of a file's columns; null for a column that is ignored. */
export type ColumnMap = ReadonlyMap<string, string | null>;

/**
 * Reads a JSON object such as `{"E-Mail": "email", "Notes": null}`.
 *
 * @throws ImportFileError if it is not such an object, names a column that an import does not have, or names a column
 * twice; Error if the file cannot be read
 */
export async function readColumnMap(path: string): Promise<ColumnMap> {
  const json = parse(await readFile(path, 'utf8'));
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  const entries: [string, unknown][] = isObject ? Object.entries(json) : [];
  const names = entries.filter((entry): entry is [string, string | null] => isName(entry[1]));
  if (!isObject || names.length < entries.length) {
    throw new ImportFileError(
      `${path} must be a JSON object of column names, such as {"E-Mail": "email", "Notes": null}.`,
    );
  }
  for (const [, name] of names) if (name !== null) assertColumn(name);
  const targets = names.flatMap(([, name]) => name ?? []);
  const repeated = targets.find((name, i) => targets.indexOf(name) < i);
  if (repeated !== undefined) throw new ImportFileError(`${path} maps two columns to '${repeated}'.`);
  return new Map(names);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' || value === null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
