import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { ImportFileError } from './import-file-error.js';

/** The encodings that a file may have. As in the Encoding Standard, `latin1` is read as its superset windows-1252. */
export const encodings = ['utf-8', 'latin1', 'windows-1252', 'utf-16'] as const;

export type Encoding = (typeof encodings)[number];

/** The longest line, in characters; the limit of a request body in the API. */
const MAX_LINE_LENGTH = 10 * 1024 * 1024;

/** The character by which the Encoding Standard replaces an invalid sequence of bytes. */
const REPLACEMENT = '\uFFFD';

/** A line of a file. */
export interface Line {
  /** From 1. */
  number: number;
  /** The line with its line break. */
  text: string;
}

/**
 * Reads the whole file once, so that a file with an invalid line is rejected before its first row is imported. A pipe
 * can be read only once and is checked while it is imported.
 *
 * @throws ImportFileError when a line does not have the encoding; Error when the file cannot be read
 */
export async function assertEncoding(path: string, encoding: Encoding): Promise<void> {
  if (!(await stat(path)).isFile()) return;
  const text = readText(path, encoding)[Symbol.asyncIterator]();
  while (!(await text.next()).done);
}

/**
 * Reads the lines of a file, which end in LF, CR LF or CR. A byte order mark is removed.
 *
 * @throws ImportFileError when a line does not have the encoding, or is longer than 10 MiB
 */
export async function* readLines(path: string, encoding: Encoding): AsyncIterable<Line> {
  let number = 1;
  let rest = '';
  for await (const text of readText(path, encoding)) {
    // The previous text has no line break, except possibly a CR at its end, which may be the first half of a CR LF.
    const searched = Math.max(0, rest.length - 1);
    rest += text;
    let start = 0;
    for (const { 0: lineBreak, index } of rest.slice(searched).matchAll(/\r\n|\n|\r(?!$)/g)) {
      const end = searched + index + lineBreak.length;
      yield { number, text: rest.slice(start, end) };
      number += 1;
      start = end;
    }
    rest = rest.slice(start);
    if (rest.length > MAX_LINE_LENGTH) throw new ImportFileError(`Line ${number} is longer than 10 MiB.`);
  }
  if (rest !== '') yield { number, text: rest };
}

async function* readText(path: string, encoding: Encoding): AsyncIterable<string> {
  let decoders: { strict: TextDecoder; lenient: TextDecoder } | undefined;
  let line = 1;
  /** Whether the previous text ends in a CR, which may be the first half of a CR LF. */
  let endsInCr = false;
  /** Without bytes, ends the text. */
  const decode = (bytes?: Buffer): string => {
    decoders ??= decodersOf(encoding, bytes);
    const stream = bytes !== undefined;
    const text = decoders.lenient.decode(bytes, { stream });
    if (endsInCr && text.startsWith('\n')) line -= 1;
    endsInCr = text.endsWith('\r');
    try {
      decoders.strict.decode(bytes, { stream });
    } catch {
      const number = line + lineBreaks(text.slice(0, text.indexOf(REPLACEMENT)));
      throw new ImportFileError(
        `Line ${number} is not valid ${encoding}. Use --encoding with the encoding of the file: ${encodings.join(', ')}.`,
      );
    }
    line += lineBreaks(text);
    return text;
  };
  for await (const bytes of createReadStream(path)) yield decode(bytes as Buffer);
  yield decode();
}

/** The first bytes of a UTF-16 file are its byte order mark. Without it, the file is little-endian, as on Windows. */
function decodersOf(encoding: Encoding, start?: Buffer): { strict: TextDecoder; lenient: TextDecoder } {
  const bigEndian = start?.[0] === 0xfe && start[1] === 0xff;
  const label = encoding === 'utf-16' ? (bigEndian ? 'utf-16be' : 'utf-16le') : encoding;
  return { strict: new TextDecoder(label, { fatal: true }), lenient: new TextDecoder(label) };
}

function lineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
