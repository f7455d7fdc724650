import type { EntityManager } from '@mikro-orm/postgresql';
import type { FastifyInstance } from 'fastify';
import { holdUntilSent } from './large-responses.js';
import { originOf } from './sessions/access/access.js';
import { RequestScope } from './tenants/request-scope.js';

/**
 * Runs each handler in a `RequestScope`, and releases what a request has loaded as soon as its response no longer needs
 * it. A response can wait: for the client to read it, or as a slowed rejection. An idle connection keeps the scope of
 * its last request.
 */
export function manageRequestState(fastify: FastifyInstance, em: EntityManager): void {
  // After the body is read, because reading it loses the asynchronous context.
  fastify.addHook('preHandler', (request, reply, done) => {
    const work = (scope: RequestScope): void => {
      scope.holdUntilSent = (release) => holdUntilSent(reply, release);
      reply.raw.once('finish', () => RequestScope.release(scope));
      done();
    };
    RequestScope.run(em, work, originOf(request));
  });
  fastify.addHook('onSend', (request, _reply, payload, done) => {
    // A stream may still load data.
    if (typeof payload === 'string') {
      request.body = undefined;
      RequestScope.release();
    }
    done();
  });
}
