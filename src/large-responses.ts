import { Readable } from 'node:stream';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/** Milliseconds within which a client must read a large response. */
const SENDING_TIMEOUT_MILLISECONDS = 60_000;

/** Characters of JSON that are created in one step of the event loop. */
const CHUNK_LENGTH = 16 * 1024;

/** Levels of lists and objects that are sent in parts: a page, its customers, their addresses. */
const MAX_DEPTH = 4;

/**
 * Sends the response of a request in chunks, so that a large one does not block the event loop, and calls `release`
 * when it is sent or its connection is closed. A client that does not read it within a minute is disconnected.
 */
export function holdUntilSent(reply: FastifyReply, release: () => void): void {
  const { raw } = reply;
  if (raw.closed) return release();
  const deadline = setTimeout(() => raw.destroy(), SENDING_TIMEOUT_MILLISECONDS).unref();
  raw.once('close', () => {
    clearTimeout(deadline);
    release();
  });
  // Fastify sends whatever a serializer returns, also a stream; its types allow only text.
  void reply.type('application/json; charset=utf-8').serializer(streamJson as (value: unknown) => never);
}

/** A stream of the JSON of a value, as `JSON.stringify` writes it. */
export function streamJson(value: unknown): Readable {
  return Readable.from(chunksOf(value), { objectMode: false, highWaterMark: CHUNK_LENGTH });
}

async function* chunksOf(value: unknown): AsyncGenerator<Buffer> {
  let text = '';
  for (const piece of piecesOf(value, MAX_DEPTH)) {
    text += piece;
    if (text.length < CHUNK_LENGTH) continue;
    yield Buffer.from(text);
    text = '';
    await nextTick();
  }
  yield Buffer.from(text);
}

function* piecesOf(value: unknown, depth: number): Generator<string> {
  if (Array.isArray(value) && depth > 0) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ',';
      yield* piecesOf(item ?? null, depth - 1);
    }
    yield ']';
  } else if (isPlain(value) && depth > 0) {
    let separator = '{';
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      yield `${separator}${JSON.stringify(key)}:`;
      yield* piecesOf(item, depth - 1);
      separator = ',';
    }
    yield separator === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

/** Whether a value is an object that JSON writes property by property. */
function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !('toJSON' in value);
}
