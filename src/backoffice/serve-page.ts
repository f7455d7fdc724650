import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import staticFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';

const ROOT = join(import.meta.dirname, '../..');

/** `npm run build` writes the page to `dist/backoffice`. In `dist`, that is the folder beside `src`. */
const FOLDERS = [join(ROOT, 'backoffice'), join(ROOT, 'dist/backoffice')];

/** The page loads nothing from other origins and has no inline script or style. No text of a customer becomes HTML. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Shows the HTML that the page posts to it. Links of a mail do not lead away from the preview. */
const FRAME_SCRIPT = `
addEventListener('message', ({ source, data }) => {
  if (source === parent) document.documentElement.innerHTML = data;
});
addEventListener('click', (event) => event.preventDefault());
`;

const FRAME = `<!doctype html><html lang="en"><head><title>Mail</title><script>${FRAME_SCRIPT}</script></head></html>`;

/**
 * The preview of a mail needs inline styles, which the page forbids, so it is a document of its own. Its origin is
 * opaque. Only its own script runs, and it can send no requests, except for the logo of the shop.
 */
const FRAME_HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src 'sha256-${createHash('sha256').update(FRAME_SCRIPT).digest('base64')}'`,
    "style-src 'unsafe-inline'",
    'img-src https:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-scripts',
  ].join('; '),
  'X-Frame-Options': 'SAMEORIGIN',
};

/**
 * Serves the employees' page at `/backoffice`. Every path below it returns the same document, whose script shows the
 * view. The names of scripts and styles contain a hash of their content, so browsers cache them for a year. Does
 * nothing with `BACKOFFICE=off`, or if the page is not built.
 *
 * @param onlyTenant returns the name of the tenant if there is exactly one
 */
export function servePage(
  fastify: FastifyInstance,
  { backoffice, mode }: Pick<Config, 'backoffice' | 'mode'>,
  onlyTenant: () => Promise<string | undefined>,
): void {
  // The sources have no compressed files.
  const folder = FOLDERS.find((path) => existsSync(join(path, 'index.html.gz')));
  if (!backoffice || folder === undefined) return;

  const html = documentOf(readFileSync(join(folder, 'index.html'), 'utf8'), mode);
  const compressed = gzipSync(html);
  const send = ({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const acceptsGzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
    void reply.type('text/html; charset=utf-8').headers({
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      Vary: 'Accept-Encoding',
      ...(acceptsGzip && { 'Content-Encoding': 'gzip' }),
    });
    return reply.send(acceptsGzip ? compressed : html);
  };

  fastify.register(staticFiles, {
    root: join(folder, 'assets'),
    prefix: '/backoffice/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
  });
  fastify.get('/backoffice', async (request, reply) => {
    const tenant = await onlyTenant();
    return tenant === undefined ? send(request, reply) : reply.redirect(`/backoffice/${tenant}`);
  });
  fastify.get('/backoffice/*', send);
  fastify.get('/backoffice/assets/mail-frame', async (_request, reply) =>
    reply.type('text/html; charset=utf-8').headers(FRAME_HEADERS).send(FRAME),
  );
}

/** The demo's page offers the employee of the demo. */
function documentOf(html: string, mode: Config['mode']): string {
  return mode === 'demo' ? html.replace('</head>', '<meta name="foyer-mode" content="demo"></head>') : html;
}
