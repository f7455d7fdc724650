import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const JSON_API = 'application/vnd.api+json';

/** Sets the JSON:API media type on Glue responses, without a parameter (JSON:API 1.1, section 5.4). */
export function speakJsonApi(fastify: FastifyInstance, isGlue: (request: FastifyRequest) => boolean): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const type = reply.getHeader('content-type');
    const isJson = typeof type === 'string' && type.startsWith('application/json');
    if (isJson && isGlue(request)) void reply.header('content-type', JSON_API);
    done(null, payload);
  });
}

/** Responds to a request whose URL cannot be parsed. Such a request reaches no filter and no hook. */
export function refuseUrl(reply: FastifyReply, status: number, detail: string): void {
  // Sent as bytes: Fastify adds a charset to any other type.
  const body = Buffer.from(JSON.stringify({ errors: [{ status, detail }] }));
  void reply.status(status).header('content-type', JSON_API).send(body);
}
