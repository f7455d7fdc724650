import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { FailureFilter } from './common/failure.filter.js';
import { GlueFilter } from './glue/glue.filter.js';
import { isGlue, routeOf } from './glue/paths.js';
import { OAuthFilter } from './glue/token.filter.js';

/** Has each failure told by the dialect that was spoken to, also where no controller was reached. */
@Catch()
export class DialectFilter implements ExceptionFilter {
  private readonly first = new FailureFilter();
  private readonly second = new GlueFilter();
  private readonly oauth = new OAuthFilter();

  catch(error: unknown, host: ArgumentsHost): void {
    this.filterOf(host.switchToHttp().getRequest<FastifyRequest>()).catch(error, host);
  }

  private filterOf(request: FastifyRequest): ExceptionFilter {
    if (request.routeOptions.url === '/token') return this.oauth;
    return isGlue(routeOf(request)) ? this.second : this.first;
  }
}
