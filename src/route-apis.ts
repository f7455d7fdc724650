import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ApiName, ruleOf } from './sessions/access/access.js';

/** Finds the API of a request, in whose form the response must be. A route declares its API with `@Access`. */
@Injectable()
export class RouteApis {
  /**
   * The first path segments of the routes of the Emporix API and of the service itself. The mailbox has no routes in
   * production, the back office has none with `BACKOFFICE=off`, and Swagger UI has none with `DOCS=off`. `caas-customer`
   * is an old prefix (`rewriteUrl`).
   */
  private readonly emporixSegments = new Set(['mailbox', 'backoffice', 'docs', 'caas-customer']);

  /** Reads the APIs of the routes that are registered from now on. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, config }) => {
      const { rule } = (config ?? {}) as { rule?: { api?: ApiName } };
      if (['emporix', 'emporixToken'].includes(rule?.api ?? 'emporix')) this.emporixSegments.add(firstSegment(url));
    });
  }

  of(request: FastifyRequest): ApiName {
    const rule = ruleOf(request);
    return rule ? (rule.api ?? 'emporix') : this.ofUrl(request.url);
  }

  /**
   * Returns the API of a URL that may match no route. An unknown path belongs to the Glue API, because a Glue client is
   * configured with the host only.
   */
  ofUrl(url: string): ApiName {
    const segment = firstSegment(url);
    return segment !== '' && this.emporixSegments.has(segment) ? 'emporix' : 'glue';
  }
}

/** Also of a URL with a host. */
function firstSegment(url: string): string {
  return /^(?:https?:\/\/[^/]*)?\/*([^/?#]*)/i.exec(url)?.[1] ?? '';
}
