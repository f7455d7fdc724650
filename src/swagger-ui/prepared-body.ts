import { createHash } from 'node:crypto';
import type { RouteOptions } from 'fastify';

/**
 * A handler for a text that never changes. It is created for the first request, and all requests share one buffer.
 * Clients that have the text get 304 without it (RFC 9110 13.1.2).
 */
export function sendOnce(contentType: string, create: () => string): RouteOptions['handler'] {
  let prepared: { bytes: Buffer; etag: string } | undefined;
  return ({ headers }, reply) => {
    const { bytes, etag } = (prepared ??= prepare(create()));
    void reply.type(contentType).headers({ ETag: etag, 'Cache-Control': 'no-cache' });
    const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
    if (!known.includes(etag) && !known.includes('*')) return reply.send(bytes);
    return reply.status(304).send();
  };
}

function prepare(text: string): { bytes: Buffer; etag: string } {
  const bytes = Buffer.from(text);
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}
