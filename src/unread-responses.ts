import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Smaller responses fit into the buffers of the operating system. */
const MIN_BYTES = 16 * 1024;
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;
const TIMEOUT_MILLISECONDS = 60_000;

/**
 * Limits the memory of responses that clients do not read. Beyond 32 MiB in total, the connections with the oldest of
 * these responses are closed. A client that does not read its response within a minute is disconnected.
 *
 * Only responses that are sent as one text count. Prepared responses share their buffers, and streamed responses
 * have budgets of their own (`ResponseBudget`, `pacedStream`).
 *
 * @param timeout in milliseconds
 */
export function limitUnreadResponses(fastify: FastifyInstance, timeout = TIMEOUT_MILLISECONDS): void {
  /** The unread responses, oldest first, each with the function that removes it. */
  const unread = new Map<ServerResponse, () => void>();
  let total = 0;

  fastify.addHook('onSend', (_request, { raw }, payload, done) => {
    const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : 0;
    if (bytes > MIN_BYTES && !raw.closed) {
      const timer = setTimeout(() => raw.destroy(), timeout).unref();
      total += bytes;
      unread.set(raw, () => {
        clearTimeout(timer);
        if (unread.delete(raw)) total -= bytes;
      });
      raw.once('close', () => unread.get(raw)?.());
      for (const [oldest, remove] of unread) {
        if (total <= MAX_TOTAL_BYTES) break;
        remove();
        oldest.destroy();
      }
    }
    done();
  });
}
