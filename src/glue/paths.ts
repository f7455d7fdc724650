import type { FastifyRequest } from 'fastify';

/** The first segments of the routes that are not Glue's: of the first dialect, and of the service itself. */
const others = new Set([
  'customer',
  'customerlogin',
  'customer-management',
  'session-context',
  'oauth',
  'admin',
  'health',
  'docs',
  'mailbox',
  '.well-known',
]);

/**
 * Whether a URL, or the path of a route, belongs to the second dialect; one that nobody knows does, as its clients know
 * the host alone.
 */
export function isGlue(url: string): boolean {
  return !others.has(/^(?:https?:\/\/[^/]*)?\/*([^/?#]*)/i.exec(url)?.[1] ?? '');
}

/** The path of the route that a request has found, however its URL was written; without one, the URL. */
export function routeOf({ routeOptions, url }: FastifyRequest): string {
  return routeOptions.url ?? url;
}
