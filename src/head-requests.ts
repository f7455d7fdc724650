import { Readable } from 'node:stream';
import type { FastifyInstance, onSendHookHandler } from 'fastify';

/**
 * Adds HEAD to all GET routes: with the same handler and headers, without the body. The handler of a route that
 * `@ChangesState` marks does not run.
 */
export function supportHead(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', ({ method, url, handler, config }) => {
    if (method === 'GET') fastify.route({ method: 'HEAD', url, handler, config, onSend: omitBody });
  });
}

const omitBody: onSendHookHandler = (_request, reply, payload, done) => {
  // The length of a stream is unknown.
  if (payload instanceof Readable) payload.destroy();
  else if (typeof payload === 'string' || Buffer.isBuffer(payload)) {
    void reply.header('content-length', Buffer.byteLength(payload));
  }
  done(null, null);
};
