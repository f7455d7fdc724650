import { randomUUID } from 'node:crypto';
import formBody from '@fastify/formbody';
import { EntityManager, RequestContext } from '@mikro-orm/postgresql';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { Log, logRequests } from './log.js';
import { serveDocuments } from './openapi.js';

const MEGABYTE = 1024 * 1024;

/** The whole service, not yet listening: what the server, the tests and the OpenAPI generator share. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const log = new Log(config.logLevel);
  const adapter = new FastifyAdapter({
    bodyLimit: MEGABYTE,
    requestTimeout: 30_000,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    exposeHeadRoutes: false,
    return503OnClosing: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config), adapter, {
    bodyParser: false,
    logger: log,
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  takeBodies(fastify);
  await fastify.register(formBody);
  logRequests(fastify, log);
  // Tokens travel in a header, never in a cookie: a foreign page has nothing to borrow.
  app.enableCors({ origin: '*', exposedHeaders: ['Count', 'X-Total-Count', 'X-Request-Id', 'Retry-After'] });

  const em = app.get(EntityManager);
  // After the body is read, for reading it loses the context.
  fastify.addHook('preHandler', (_request, _reply, done) => RequestContext.create(em, done));

  serveDocuments(app, config);
  await app.init();
  await fastify.ready();
  return app;
}

/** JSON, and JSON merge patches, which plain parsers would take for an empty body. Nothing sent is an empty body. */
function takeBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'string' },
    (request, body, done) => {
      if (body.length === 0) done(null, undefined);
      else void parseJson(request, body.toString(), done);
    },
  );
}
