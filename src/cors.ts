import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from './config/config.js';
import { isGlue, routeOf } from './glue/paths.js';
import type { TenantSettings } from './tenants/tenant-settings.js';
import { TenantsService } from './tenants/tenants.service.js';

const ALLOWED = 'Access-Control-Allow-Origin';

/** What an answer lets pages of any origin do with it. */
const open = {
  [ALLOWED]: '*',
  'Access-Control-Expose-Headers':
    'Count, X-Total-Count, X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset',
};

/**
 * Lets pages of other origins call: of any origin, or of those that the tenant's `corsOrigins` name. Tokens travel in a
 * header, never in a cookie: a foreign page has nothing to borrow.
 */
export function allowOrigins(app: NestFastifyApplication, fastify: FastifyInstance, config: Config): void {
  // In a context of its own the plugin answers preflights alone; at each other answer it would put the same together.
  fastify.register(async (preflights) => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    await preflights.register(cors, { origin: '*', strictPreflight: false, methods });
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(open);
    done();
  });

  const tenants = app.get(TenantsService);
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const names = tenantsOf(request, config);
    // Other requests have asked for their tenant's settings by now, unless they were refused before.
    if (!isPreflight(request)) {
      keepTo(known(names.map((name) => tenants.remembered(name))), request, reply);
      return done();
    }
    const asked = names.map((name) => tenants.settingsOf(name).catch(() => undefined));
    void Promise.all(asked).then((settings) => {
      keepTo(known(settings), request, reply);
      done();
    });
  });
}

const isPreflight = ({ method }: FastifyRequest): boolean => method === 'OPTIONS';

/** The origins of the tenants that there are; where there is none, nothing is to be kept from anybody. */
function known(settings: (TenantSettings | undefined)[]): string[] {
  const found = settings.filter((one) => one !== undefined);
  return found.length > 0 ? found.flatMap(({ corsOrigins }) => corsOrigins) : ['*'];
}

/** Names the request's origin if it is one of those, and no other. */
function keepTo(origins: string[], { headers: { origin } }: FastifyRequest, reply: FastifyReply): void {
  if (origins.includes('*')) return;
  // What one origin is told, no cache may tell another.
  const vary = reply.getHeader('Vary');
  void reply.header('Vary', vary === undefined ? 'Origin' : `${String(vary)}, Origin`);
  if (origin !== undefined && origins.includes(origin)) void reply.header(ALLOWED, origin);
  else void reply.removeHeader(ALLOWED);
}

/** The tenants that a request may be for; none where the path knows no tenants. */
function tenantsOf(request: FastifyRequest, { stores }: Config): string[] {
  const { headers, query } = request;
  const params = request.params as { tenant?: string; '*'?: string };
  // Preflights have one route for all, whose parameter is the path.
  const route = isPreflight(request) ? (params['*'] ?? '') : routeOf(request);
  if (isGlue(route)) {
    // A preflight tells that a store will be named, not which.
    if (isPreflight(request)) return [...new Set(stores.map(({ tenant }) => tenant))];
    const store = headers.store === undefined ? stores[0] : stores.find(({ code }) => code === headers.store);
    return store ? [store.tenant] : [];
  }
  const name = params.tenant ?? TENANT_IN_PATH.exec(route)?.[1] ?? (query as { tenant?: unknown }).tenant;
  return typeof name === 'string' ? [name] : [];
}

/** Second in the paths of the first dialect; of a route, it is its name there. */
const TENANT_IN_PATH = /^\/*(?:customer|customer-management|session-context|admin)\/+([^/:]+)/;
