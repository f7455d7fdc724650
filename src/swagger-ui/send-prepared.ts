import type { RouteOptions } from 'fastify';
import { PreparedBody } from '../common/prepared-body.js';

/** A handler for a text that never changes. The first request creates the text, and all requests share one buffer. */
export function sendPrepared(contentType: string, create: () => string): RouteOptions['handler'] {
  let prepared: PreparedBody | undefined;
  return (request, reply) => {
    prepared ??= new PreparedBody(create());
    // Fastify would serialize null as JSON.
    return reply.type(contentType).send(prepared.bodyFor(request, reply) ?? undefined);
  };
}
