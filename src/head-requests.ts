import { Readable } from 'node:stream';
import type { FastifyInstance, onSendHookHandler } from 'fastify';
import type { AccessRule } from './sessions/access/access.js';

/** Adds HEAD to the GET routes whose access rule allows it: with the same handler and headers, without the body. */
export function supportHead(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', ({ method, url, handler, config }) => {
    const { rule } = (config ?? {}) as { rule?: AccessRule };
    if (method === 'GET' && rule?.supportsHead) {
      fastify.route({ method: 'HEAD', url, handler, config, onSend: omitBody });
    }
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
