import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from './config/config.js';
import { RouteApis } from './route-apis.js';
import type { TenantSettings } from './tenants/tenant-settings.js';
import { TenantsService } from './tenants/tenants.service.js';

const ALLOWED = 'Access-Control-Allow-Origin';

/** Seconds for which browsers may cache a preflight: the maximum of Chromium. The response itself is checked each time. */
const MAX_AGE = 7200;

/** The CORS headers of a response that pages of all origins may read. */
const open = {
  [ALLOWED]: '*',
  'Access-Control-Expose-Headers':
    'Count, X-Total-Count, X-Request-Id, Retry-After, WWW-Authenticate, RateLimit-Limit, RateLimit-Remaining, ' +
    'RateLimit-Reset',
};

/**
 * Allows requests of pages of other origins: of every origin, or of those in the tenant's `corsOrigins`. Tokens are
 * sent in a header, never in a cookie, so a page of another origin cannot use the tokens of a visitor.
 */
export function allowOrigins(app: NestFastifyApplication, fastify: FastifyInstance, config: Config): void {
  // In a separate context the plugin handles preflights only. Other responses all have the same headers.
  fastify.register(async (preflights) => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    await preflights.register(cors, { origin: '*', strictPreflight: false, methods, maxAge: MAX_AGE });
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(open);
    done();
  });

  const [tenants, apis] = [app.get(TenantsService), app.get(RouteApis)];
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const names = tenantsOf(request, config, apis);
    // The tenant's settings of other requests are cached by now, unless the request was rejected earlier.
    if (!isPreflight(request)) {
      restrictTo(originsOf(names.map((name) => tenants.cachedSettings(name))), request, reply);
      return done();
    }
    const loading = names.map((name) => tenants.settingsOf(name).catch(() => undefined));
    void Promise.all(loading).then((settings) => {
      restrictTo(originsOf(settings), request, reply);
      done();
    });
  });
}

const isPreflight = ({ method }: FastifyRequest): boolean => method === 'OPTIONS';

/** The allowed origins of the existing tenants; all origins if no tenant exists, because there is nothing to protect. */
function originsOf(settings: (TenantSettings | undefined)[]): string[] {
  const found = settings.filter((one) => one !== undefined);
  return found.length > 0 ? found.flatMap(({ corsOrigins }) => corsOrigins) : ['*'];
}

/** Allows the origin of the request only if it is one of these. */
function restrictTo(origins: string[], { headers: { origin } }: FastifyRequest, reply: FastifyReply): void {
  if (origins.includes('*')) return;
  // A cache must not return the response for one origin to another.
  const vary = reply.getHeader('Vary');
  void reply.header('Vary', vary === undefined ? 'Origin' : `${String(vary)}, Origin`);
  if (origin !== undefined && origins.includes(origin)) void reply.header(ALLOWED, origin);
  else void reply.removeHeader(ALLOWED);
}

/** The tenants that a request may be for; none if the path has no tenant. */
function tenantsOf(request: FastifyRequest, { stores }: Config, apis: RouteApis): string[] {
  const { headers, query } = request;
  const params = request.params as { tenant?: string; '*'?: string };
  // Preflights have one route for all, whose parameter is the path.
  const path = isPreflight(request) ? (params['*'] ?? '') : request.url;
  const api = isPreflight(request) ? apis.ofUrl(path) : apis.of(request);
  if (api !== 'emporix') {
    // A preflight shows that the request has a store header, but not its value.
    if (isPreflight(request)) return [...new Set(stores.map(({ tenant }) => tenant))];
    const store = headers.store === undefined ? stores[0] : stores.find(({ code }) => code === headers.store);
    return store ? [store.tenant] : [];
  }
  const name = params.tenant ?? TENANT_IN_PATH.exec(path)?.[1] ?? (query as { tenant?: unknown }).tenant;
  return typeof name === 'string' ? [name] : [];
}

/** The tenant is the second segment in the paths of the Emporix API. */
const TENANT_IN_PATH = /^\/*(?:customer|customer-management|session-context|admin)\/+([^/:]+)/;
