import type { FastifyInstance, FastifyReply } from 'fastify';
import { isGlue, routeOf } from './paths.js';

const JSON_API = 'application/vnd.api+json';

/** Answers of this dialect carry the media type of JSON:API, without a parameter (JSON:API 1.1, section 5.4). */
export function speakJsonApi(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const type = reply.getHeader('content-type');
    const ours = typeof type === 'string' && type.startsWith('application/json') && isGlue(routeOf(request));
    // OAuth has a form of its own (RFC 6749 5.1).
    if (ours && request.routeOptions.url !== '/token') void reply.header('content-type', JSON_API);
    done(null, payload);
  });
}

/** Answers a request whose URL cannot be read; no filter and no hook ever sees it. */
export function refuseUrl(reply: FastifyReply, status: number, detail: string): void {
  // As bytes: to anything else Fastify adds a charset.
  const body = Buffer.from(JSON.stringify({ errors: [{ status, detail }] }));
  void reply.status(status).header('content-type', JSON_API).send(body);
}
