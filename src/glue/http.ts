import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Store } from '../config/config.js';
import { ruleOf } from '../sessions/access/access.js';
import { queryTooLong } from './glue-error.js';
import { localeOf } from './locales.js';
import { type QueryParameters, pageOf } from './page.js';

const JSON_API = 'application/vnd.api+json';

/**
 * Sets the headers of Glue responses: the JSON:API media type without a parameter (JSON:API 1.1, section 5.4), the
 * locale, and on every 401 the challenge, whatever the code of the error.
 */
export function setJsonApiHeaders(
  fastify: FastifyInstance,
  stores: Store[],
  isGlue: (request: FastifyRequest) => boolean,
): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const type = reply.getHeader('content-type');
    const isJson = typeof type === 'string' && type.startsWith('application/json');
    // A redirect to the documentation and a preflight are not responses of the API.
    if ((isJson || reply.statusCode === 204) && request.method !== 'OPTIONS' && isGlue(request)) {
      if (isJson) void reply.header('content-type', JSON_API);
      void reply.header('content-language', localeOf(request, stores));
      if (reply.statusCode === 401) void reply.header('www-authenticate', 'Bearer realm="Access to shop API"');
    }
    done(null, payload);
  });
}

/** The maximum length of an encoded query, in characters. Every link in a response repeats the query. */
const MAX_QUERY_LENGTH = 1000;

/** Rejects long queries and invalid pages, on every route and before the body is read, as the vendor does. */
export function rejectInvalidQueries(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (ruleOf(request)?.api !== 'glue') return done();
    const [, queryText = ''] = request.url.split(/\?(.*)/s);
    if (queryText.length > MAX_QUERY_LENGTH) throw queryTooLong();
    pageOf(request.query as QueryParameters);
    done();
  });
}

/** Responds to a request whose URL cannot be parsed. Such a request reaches no filter and no hook. */
export function rejectUrl(reply: FastifyReply, status: number, detail: string, locale: string): void {
  // Sent as bytes: Fastify adds a charset to any other type.
  const body = Buffer.from(JSON.stringify({ errors: [{ status, detail }] }));
  void reply.status(status).headers({ 'content-type': JSON_API, 'content-language': locale }).send(body);
}
