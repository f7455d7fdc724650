import { Readable } from 'node:stream';

/** The maximum times, in milliseconds, for a client to read one piece and the whole stream. */
const MAX_MILLISECONDS = { piece: 30_000, whole: 300_000 };

/**
 * A stream of UTF-8 text in pieces. Each piece is created after the client has read the previous one. A client that
 * reads too slowly is disconnected.
 *
 * @param pieces must call `taken` before it creates a piece
 */
export function pacedStream(pieces: (taken: () => void) => AsyncGenerator<string>): Readable {
  const slow = (): Readable => stream.destroy(new Error('The client reads an export too slowly'));
  let timer = setTimeout(slow, MAX_MILLISECONDS.piece);
  const end = setTimeout(slow, MAX_MILLISECONDS.whole);
  const taken = (): void => {
    clearTimeout(timer);
    timer = setTimeout(slow, MAX_MILLISECONDS.piece);
  };
  const stream = Readable.from(pieces(taken));
  return stream.once('close', () => [timer, end].forEach(clearTimeout));
}
