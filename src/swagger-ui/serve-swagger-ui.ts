import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance, RouteHandlerMethod } from 'fastify';
import type { Config } from '../config/config.js';
import type { DemoCredentials } from '../demo/demo-credentials.js';
import { type DocumentedApi, callersOf } from './callers.js';
import { documentPage } from './document-page.js';
import { sendOnce } from './send-once.js';

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The page loads nothing from other origins, and has no inline script or style. */
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
 * Serves Swagger UI for the Emporix API at `/docs`, with the document at `/docs/json`; for the Glue API at `/docs/glue`
 * and `/docs/glue/json`. Does nothing with `DOCS=off`.
 *
 * @param documents create the OpenAPI documents, when they are requested for the first time
 * @param demo the credentials of the demo, with which its page fetches tokens; in other modes, the page asks for them
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
      sendOnce('application/json; charset=utf-8', () => JSON.stringify(documents[api]())),
    );
  };
  serve('emporix', '/docs');
  serve('glue', '/docs/glue');
  fastify.get(
    '/docs/assets/docs.js',
    sendOnce('text/javascript; charset=utf-8', () => asset('docs.js')),
  );
  fastify.get(
    '/docs/assets/docs.css',
    sendOnce('text/css; charset=utf-8', () => asset('docs.css')),
  );
  fastify.register(staticFiles, {
    root: SWAGGER_UI,
    prefix: '/docs/assets/',
    allowedPath: (path) => ['/swagger-ui-bundle.js', '/swagger-ui.css'].includes(path),
    index: false,
    decorateReply: false,
  });
}

/** The page of the demo contains its credentials, so no cache keeps it. */
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
