import type { RouteOptions } from 'fastify';
import { PreparedBody } from '../common/prepared-body.js';

/** A handler for a text that never changes. It is created for the first request, and all requests share one buffer. */
export function sendOnce(contentType: string, create: () => string): RouteOptions['handler'] {
  let prepared: PreparedBody | undefined;
  return (request, reply) => {
    prepared ??= new PreparedBody(create());
    // Fastify would serialize null as JSON.
    return reply.type(contentType).send(prepared.answer(request, reply) ?? undefined);
  };
}
