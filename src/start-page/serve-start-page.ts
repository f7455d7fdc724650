import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import type { DemoCredentials } from '../demo/demo-credentials.js';
import { startPage } from './start-page.js';

/** The page contains no scripts. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the start page at `/` in the demo and in development. In production, `/` returns 404: storefronts and services
 * do not need the page, and it would only reveal what is installed.
 *
 * @param demo the credentials of the demo, which its page shows; undefined in development
 */
export function serveStartPage(
  fastify: FastifyInstance,
  config: Pick<Config, 'mode' | 'backoffice' | 'docs'>,
  demo: DemoCredentials | undefined,
): void {
  if (config.mode === 'production') return;
  const html = startPage(config, demo);
  const style = readFileSync(new URL('start-page.css', import.meta.url), 'utf8');
  fastify.get('/', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'Cache-Control': 'no-store', 'Content-Security-Policy': CONTENT_SECURITY_POLICY })
      .send(html),
  );
  fastify.get('/start-page.css', (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('Cache-Control', 'no-cache').send(style),
  );
}
