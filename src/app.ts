import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { allowOrigins } from './cors.js';
import { invalid } from './common/failure.js';
import { MOST_VALUES, TOO_MANY, excess } from './common/json-bounds.js';
import { refuseUrl, speakJsonApi } from './glue/http.js';
import { isGlue } from './glue/paths.js';
import { Log, logRequests } from './log.js';
import { serveDocuments } from './openapi.js';
import { secureAnswers } from './security-headers.js';
import { LargeBodies } from './sessions/large-bodies.js';
import { RequestScope } from './tenants/request-scope.js';

const MEGABYTE = 1024 * 1024;
/** Of a form. */
const MOST_FIELDS = 100;

/** The whole service, not yet listening: what the server, the tests and the OpenAPI generator share. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const log = new Log(config.logLevel);
  const adapter = new FastifyAdapter({
    bodyLimit: MEGABYTE,
    requestTimeout: 30_000,
    // Node would look every half a minute for those that take longer, and let bodies have the minute that headers have.
    http: { headersTimeout: 30_000, connectionsCheckingInterval: 1000 },
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    // A URL that cannot be read never reaches a filter.
    frameworkErrors: ({ statusCode: status = 400 }: FastifyError, { url }: FastifyRequest, reply: FastifyReply) => {
      const message = 'The URL is not valid.';
      if (isGlue(url)) refuseUrl(reply, status, message);
      else void reply.status(status).send({ status, type: 'bad_request', message });
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config), adapter, {
    bodyParser: false,
    logger: log,
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  // Those that still wait for an answer would be kept open after it, and the process with them.
  fastify.addHook('preClose', (done) => {
    fastify.server.keepAliveTimeout = 1;
    done();
  });
  takeBodies(fastify);
  logRequests(fastify, log);
  speakJsonApi(fastify);
  secureAnswers(fastify, config);
  allowOrigins(app, fastify, config);
  // Behind CORS, so that a page can read why it is refused.
  app.get(LargeBodies).guard(fastify, MEGABYTE);

  const em = app.get(EntityManager);
  // After the body is read, for reading it loses the context.
  fastify.addHook('preHandler', ({ ip, id, headers }, _reply, done) =>
    RequestScope.run(em, done, { address: ip, userAgent: headers['user-agent'], requestId: id }),
  );

  serveDocuments(app, config);
  await app.init();
  await fastify.ready();
  return app;
}

/**
 * JSON, and JSON merge patches, which plain parsers would take for an empty body; nothing sent is an empty body. A form
 * only where OAuth asks for one: elsewhere it would let a foreign page post without a preflight. A route may take more
 * than others: `@Access(…, { bodyLimit })`. What would be too much once it is parsed is refused as text.
 */
function takeBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit }: { bodyLimit?: number } = route.config ?? {};
    route.bodyLimit = bodyLimit;
  });
  // No body is unpacked: a small one could be large.
  fastify.addHook('preParsing', ({ headers: { 'content-encoding': coding = 'identity' } }, _reply, _body, done) =>
    done(/^identity$/i.test(coding) ? null : new UnsupportedMediaTypeException()),
  );
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json', 'application/vnd.api+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body.length === 0) return done(null, undefined);
      const text = body.toString();
      const times = (request.routeOptions.bodyLimit ?? MEGABYTE) / MEGABYTE;
      const what = excess(text, MOST_VALUES * times);
      if (what) done(invalid('', `the value ${what}`));
      else void parseJson(request, text, done);
    },
  );
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    if (['/oauth/token', '/token'].includes(request.routeOptions.url ?? '')) {
      if (body.toString().split('&', MOST_FIELDS + 1).length > MOST_FIELDS) {
        return done(invalid('', `the value ${TOO_MANY}`));
      }
      const form = Object.fromEntries(new URLSearchParams(body.toString()));
      done(null, { ...clientOf(request.headers.authorization), ...form });
    } else done(new UnsupportedMediaTypeException());
  });
}

/** RFC 6749 2.3.1: a client may name itself and its secret in the header instead of the form, each form-encoded. */
function clientOf(authorization = ''): { client_id?: string; client_secret?: string } {
  const [, credentials] = /^Basic ([\w+/=-]+)$/i.exec(authorization) ?? [];
  if (!credentials) return {};
  const [id = '', ...secret] = Buffer.from(credentials, 'base64').toString().split(':');
  const decoded = new URLSearchParams(`id=${id}&secret=${secret.join(':')}`);
  return { client_id: decoded.get('id') ?? '', client_secret: decoded.get('secret') ?? '' };
}
