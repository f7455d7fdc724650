import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { servePage } from './backoffice/serve-page.js';
import type { Config } from './config/config.js';
import { createHttpServer } from './pipelined-requests.js';
import { redactor } from './config/redact.js';
import { allowOrigins } from './cors.js';
import { proxyMatcher } from './common/network-address.js';
import { asKind } from './database/connection-queue.js';
import type { DemoCredentials } from './demo/demo-credentials.js';
import { rewriteUrl } from './emporix/rewrite-url.js';
import { rejectInvalidQueries, rejectUrl, setJsonApiHeaders } from './glue/http.js';
import { inErrorForm } from './emporix/emporix.filter.js';
import { localeOf } from './glue/locales.js';
import { restrictMissingResources } from './glue/restricted-resources.js';
import { closeConnectionsOnStop } from './connections-on-stop.js';
import { supportHead } from './head-requests.js';
import { Log, logRequests } from './log.js';
import { createGlueDocument } from './glue/openapi.js';
import { createDocument } from './openapi.js';
import { MEGABYTE, parseBodies } from './parse-bodies.js';
import { manageRequestState } from './request-state.js';
import { RouteApis } from './route-apis.js';
import { challengeRejections, setSecurityHeaders } from './security-headers.js';
import { LargeBodies } from './sessions/access/large-bodies.js';
import { serveStartPage } from './start-page/serve-start-page.js';
import { serveSwaggerUi } from './swagger-ui/serve-swagger-ui.js';
import { slowRejections } from './slowed-rejections.js';
import { TenantsService } from './tenants/tenants.service.js';
import { limitUnreadResponses } from './unread-responses.js';
import { rejectUnreadable } from './unreadable-requests.js';
import { VERSION } from './version.js';

/** The maximum length of a path parameter, in characters. Any text may be sent as a refresh token to revoke. */
const MAX_PARAMETER_LENGTH = 8000;

/** What the service has in one mode only. */
export interface PartsOfMode {
  /** The credentials that the pages of the demo contain. */
  demo?: DemoCredentials;
  /** The modules that only the test double has. */
  modules?: Type[];
}

/**
 * Creates the service, which does not listen yet, for the server, the tests and the OpenAPI generator.
 *
 * @param parts what only one mode has
 */
export async function createApp(config: Config, parts: PartsOfMode = {}): Promise<NestFastifyApplication> {
  const { demo, modules = [] } = parts;
  const { secret, signingKeys, databaseUrl, smtpUrl } = config;
  const secrets = { FOYER_SECRET: secret, SIGNING_KEYS: signingKeys.join('\n') };
  const redact = redactor({ ...secrets, DATABASE_URL: databaseUrl ?? '', SMTP_URL: smtpUrl ?? '' });
  const log = new Log(config.logLevel, redact);
  const adapter = new FastifyAdapter({
    serverFactory: createHttpServer,
    bodyLimit: MEGABYTE,
    requestTimeout: 30_000,
    // By default, Node checks for slow requests every 30 seconds, and allows bodies the minute that headers may take.
    http: { headersTimeout: 30_000, connectionsCheckingInterval: 1000 },
    trustProxy: config.trustedProxies.length > 0 ? proxyMatcher(config.trustedProxies) : false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    exposeHeadRoutes: false,
    rewriteUrl: ({ url = '' }) => rewriteUrl(url),
    return503OnClosing: true,
    // In tests, a stop does not wait for connections. Browsers keep some open for later requests.
    forceCloseConnections: config.mode === 'test' ? true : 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PARAMETER_LENGTH },
    clientErrorHandler: rejectUnreadable,
    // A URL that cannot be parsed never reaches a filter.
    frameworkErrors: ({ statusCode: status = 400 }: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const message = 'The URL is not valid.';
      const isGlue = app.get(RouteApis).ofUrl(request.url) === 'glue';
      if (isGlue) rejectUrl(reply, status, message, localeOf(request, config.stores));
      else void reply.status(status).send(inErrorForm(request, { status, type: 'bad_request', message }));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config, modules), adapter, {
    bodyParser: false,
    logger: log,
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  closeConnectionsOnStop(fastify);
  const apis = app.get(RouteApis);
  apis.watch(fastify);
  supportHead(fastify);
  parseBodies(fastify);
  // Before a rejection waits.
  manageRequestState(fastify, app.get(EntityManager));
  slowRejections(fastify, config);
  limitUnreadResponses(fastify);
  logRequests(fastify, log);
  const isGlue = (request: FastifyRequest): boolean => apis.of(request) === 'glue';
  setJsonApiHeaders(fastify, config.stores, isGlue);
  challengeRejections(fastify);
  setSecurityHeaders(fastify, config);
  allowOrigins(app, fastify, config);
  // After CORS, so that a page can read why its request is rejected.
  restrictMissingResources(fastify, config.stores, isGlue, (tenant) => app.get(TenantsService).settingsOf(tenant));
  rejectInvalidQueries(fastify);
  app.get(LargeBodies).guard(fastify);

  fastify.addHook('preHandler', ({ method, routeOptions: { url } }, _reply, done) => asKind(`${method} ${url}`, done));

  const documents = { emporix: () => createDocument(app), glue: () => createGlueDocument(app, VERSION) };
  serveSwaggerUi(fastify, config, documents, demo);
  serveStartPage(fastify, config, demo);
  servePage(fastify, config, () => app.get(TenantsService).onlyName());
  await app.init();
  await fastify.ready();
  return app;
}
