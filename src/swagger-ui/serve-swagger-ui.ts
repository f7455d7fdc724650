import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import type { Config } from '../config/config.js';
import type { DemoCredentials } from '../demo/demo-credentials.js';
import { type DocumentedApi, callersOf } from './callers.js';
import { documentPage } from './document-page.js';
import { sendPrepared } from './send-prepared.js';

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The page loads nothing from other origins, and contains no inline scripts or styles. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves Swagger UI for the Emporix API at `/docs`, with the document at `/docs/json`, and for the Glue API at
 * `/docs/glue` and `/docs/glue/json`. Does nothing with `DOCS=off`.
 *
 * @param documents functions that create the OpenAPI documents; called at the first request
 * @param demo the credentials that the page of the demo contains; if undefined, the page asks for credentials
 */
export function serveSwaggerUi(
  fastify: FastifyInstance,
  { docs, mode }: Pick<Config, 'docs' | 'mode'>,
  documents: Record<DocumentedApi, () => object>,
  demo: DemoCredentials | undefined,
): void {
  if (!docs) return;
  const serve = (api: DocumentedApi, path: string): void => {
    const html = documentPage(api, callersOf(api, demo), mode !== 'production');
    fastify.get(path, page(html));
    fastify.get(
      `${path}/json`,
      sendPrepared('application/json; charset=utf-8', () => JSON.stringify(documents[api]())),
    );
  };
  serve('emporix', '/docs');
  serve('glue', '/docs/glue');
  fastify.get(
    '/docs/assets/docs.js',
    sendPrepared('text/javascript; charset=utf-8', () => asset('docs.js')),
  );
  fastify.get(
    '/docs/assets/docs.css',
    sendPrepared('text/css; charset=utf-8', () => asset('docs.css')),
  );
  fastify.register(staticFiles, {
    root: SWAGGER_UI,
    prefix: '/docs/assets/',
    allowedPath: (path) => ['/swagger-ui-bundle.js', '/swagger-ui.css'].includes(path),
    index: false,
    decorateReply: false,
  });
}

/** The page of the demo contains credentials, so it must not be cached. */
function page(html: string): RouteHandlerMethod {
  return (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'Cache-Control': 'no-store', 'Content-Security-Policy': CONTENT_SECURITY_POLICY })
      .send(html);
}

/** Reads a file of this folder. */
function asset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
