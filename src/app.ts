import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { NotFoundException, type Type, UnsupportedMediaTypeException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppModule } from './app.module.js';
import { servePage } from './backoffice/serve-page.js';
import type { Config } from './config/config.js';
import { createHttpServer } from './pipelined-requests.js';
import { redactor } from './config/redact.js';
import { allowOrigins } from './cors.js';
import { Failure, invalid } from './common/failure.js';
import { MAX_JSON_VALUES, TOO_MANY, jsonLimitExceeded } from './common/json-bounds.js';
import { proxyMatcher } from './common/network-address.js';
import { asKind } from './database/connection-queue.js';
import type { DemoCredentials } from './demo/demo-credentials.js';
import { rewriteUrl } from './emporix/rewrite-url.js';
import { rejectInvalidPages, rejectUrl, setJsonApiHeaders } from './glue/http.js';
import { inErrorForm } from './emporix/emporix.filter.js';
import { localeOf } from './glue/locales.js';
import { restrictMissingResources } from './glue/restricted-resources.js';
import { closeConnectionsOnStop } from './connections-on-stop.js';
import { supportHead } from './head-requests.js';
import { holdUntilSent } from './large-responses.js';
import { Log, logRequests } from './log.js';
import { createGlueDocument } from './glue/openapi.js';
import { createDocument } from './openapi.js';
import { RouteApis } from './route-apis.js';
import { challengeRejections, setSecurityHeaders } from './security-headers.js';
import { originOf, ruleOf } from './sessions/access/access.js';
import { LargeBodies } from './sessions/access/large-bodies.js';
import { serveStartPage } from './start-page/serve-start-page.js';
import { serveSwaggerUi } from './swagger-ui/serve-swagger-ui.js';
import { slowRejections } from './slowed-rejections.js';
import { RequestScope } from './tenants/request-scope.js';
import { TenantsService } from './tenants/tenants.service.js';
import { VERSION } from './version.js';

const MEGABYTE = 1024 * 1024;
/** The maximum length of a path parameter, in characters. Any text may be sent as a refresh token to revoke. */
const MAX_PARAMETER_LENGTH = 8000;
/** The maximum number of fields of a form. */
const MAX_FORM_FIELDS = 100;
/** The length to which an error shortens the name of a field. */
const SHOWN_CHARACTERS = 100;

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
  slowRejections(fastify, config);
  logRequests(fastify, log);
  const isGlue = (request: FastifyRequest): boolean => apis.of(request) === 'glue';
  setJsonApiHeaders(fastify, config.stores, isGlue);
  challengeRejections(fastify);
  setSecurityHeaders(fastify, config);
  allowOrigins(app, fastify, config);
  // After CORS, so that a page can read why its request is rejected.
  restrictMissingResources(fastify, config.stores, isGlue, (tenant) => app.get(TenantsService).settingsOf(tenant));
  rejectInvalidPages(fastify);
  app.get(LargeBodies).guard(fastify);

  fastify.addHook('preHandler', ({ method, routeOptions: { url } }, _reply, done) => asKind(`${method} ${url}`, done));
  const em = app.get(EntityManager);
  // After the body is read, because reading it loses the asynchronous context.
  fastify.addHook('preHandler', (request, reply, done) => {
    const work = (): void => {
      RequestScope.set({ holdUntilSent: (release) => holdUntilSent(reply, release) });
      done();
    };
    RequestScope.run(em, work, originOf(request));
  });

  const documents = { emporix: () => createDocument(app), glue: () => createGlueDocument(app, VERSION) };
  serveSwaggerUi(fastify, config, documents, demo);
  serveStartPage(fastify, config, demo);
  servePage(fastify, config, () => app.get(TenantsService).onlyName());
  await app.init();
  await fastify.ready();
  return app;
}

/**
 * Accepts JSON and JSON merge patches, which plain parsers would treat as an empty body. An absent body counts as an
 * empty body. Forms are accepted only where OAuth requires them: elsewhere a page of another origin could post one
 * without a preflight. A route may accept larger bodies: `@Access(…, { bodyLimit })`. A body that would be too large
 * after parsing is rejected before it is parsed.
 */
function parseBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { bodyLimit }: { bodyLimit?: number } = route.config ?? {};
    route.bodyLimit = bodyLimit;
  });
  fastify.addHook('preParsing', (request, reply, _body, done) => {
    const { is404, headers } = request;
    // Without a route, the response does not depend on the body.
    if (is404) return done(new NotFoundException());
    // Compressed bodies are not accepted: a small one could be large in memory.
    if (!/^identity$/i.test(headers['content-encoding'] ?? 'identity')) {
      void reply.header('Accept-Encoding', 'identity');
      return done(new Failure('body_compressed'));
    }
    // Some clients send a form's content type with requests that have no body. On routes that accept forms, an empty form
    // is valid: its client may authenticate in a header.
    const hasType = headers['content-type'] !== undefined;
    if (hasType && hasNoBody(request) && !ruleOf(request)?.acceptsForm) delete headers['content-type'];
    done();
  });
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json', 'application/vnd.api+json'],
    { parseAs: 'buffer' },
    (request, body: Buffer, done) => {
      if (body.length === 0) return done(null, undefined);
      // RFC 8259 8.1. Other bytes would be stored as U+FFFD.
      if (!isUtf8(body)) return done(invalid('', 'the body must be encoded in UTF-8'));
      const text = body.toString();
      const times = (request.routeOptions.bodyLimit ?? MEGABYTE) / MEGABYTE;
      const what = jsonLimitExceeded(text, MAX_JSON_VALUES * times);
      if (what) done(invalid('', `the value ${what}`));
      else void parseJson(request, text, done);
    },
  );
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    if (!ruleOf(request)?.acceptsForm) return done(new UnsupportedMediaTypeException());
    const text = body.toString();
    if (text.split('&', MAX_FORM_FIELDS + 1).length > MAX_FORM_FIELDS)
      return done(invalid('', `the value ${TOO_MANY}`));
    const fields = [...new URLSearchParams(text)];
    const repeated = fields.map(([name]) => name).find((name, index, names) => names.indexOf(name) < index);
    if (repeated === undefined) return done(null, Object.fromEntries(fields));
    // RFC 6749 3.2
    const shown = repeated.slice(0, SHOWN_CHARACTERS);
    done(invalid(shown, `${shown} must not be sent more than once`));
  });
}

/** Whether a request has no body, according to its headers. */
function hasNoBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
}
