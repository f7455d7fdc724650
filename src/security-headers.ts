import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { Config } from './config/config.js';

/** Sets helmet's headers on every answer. They are always the same, so helmet is asked for them once. */
export function secureAnswers(fastify: FastifyInstance, config: Config): void {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(options(config))(response.req, response, () => undefined);
  const headers = response.getHeaders();
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
}

/**
 * Swagger UI and the mailbox are pages with a style of their own; everything else is data. Each header costs every
 * answer, so those are left out that only old browsers knew, or that protect what we do not have.
 */
function options({ mode }: Config): HelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Pages of any origin may call: see CORS.
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
