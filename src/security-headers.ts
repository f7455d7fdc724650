import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { Config } from './config/config.js';
import { ruleOf } from './sessions/access/access.js';

/** Sets helmet's headers on every response. They are always the same, so they are computed once. */
export function setSecurityHeaders(fastify: FastifyInstance, config: Config): void {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(options(config))(response.req, response, () => undefined);
  const headers = response.getHeaders();
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}

/**
 * Sets the challenge that every 401 requires (RFC 9110 15.5.2), unless an API has set its own. `Basic` is sent only to a
 * client that used it (RFC 6749 5.2). Otherwise, a browser would open a login window.
 */
export function challengeRejections(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode === 401 && !reply.hasHeader('WWW-Authenticate')) {
      const usesBasic = ruleOf(request)?.acceptsForm && /^Basic( |$)/i.test(request.headers.authorization ?? '');
      void reply.header('WWW-Authenticate', usesBasic ? 'Basic realm="Foyer"' : 'Bearer');
    }
    done();
  });
}

/**
 * Pages set policies of their own; everything else is data. Each header adds bytes to every response. So headers for
 * old browsers, and headers for features that Foyer does not have, are left out.
 */
function options({ mode }: Config): HelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Pages of every origin may send requests: see CORS.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    strictTransportSecurity: mode === 'production',
    xFrameOptions: { action: 'deny' },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  };
}
