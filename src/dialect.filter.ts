import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure } from './common/failure.js';
import { FailureFilter } from './common/failure.filter.js';
import { GlueFilter } from './glue/glue.filter.js';
import { isGlue, routeOf } from './glue/paths.js';
import { Refusal } from './glue/refusal.js';
import { OAuthFilter } from './glue/token.filter.js';
import { SecurityLog, isRefusal } from './history/security-log.js';

/** Has each failure told by the dialect that was spoken to, also where no controller was reached. */
@Catch()
export class DialectFilter implements ExceptionFilter {
  private readonly first = new FailureFilter();
  private readonly second = new GlueFilter();
  private readonly oauth = new OAuthFilter();

  constructor(private readonly securityLog: SecurityLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    this.note(error, request);
    this.filterOf(request).catch(error, host);
  }

  /** Every refusal passes here, whichever service gave it. */
  private note(error: unknown, { method, routeOptions }: FastifyRequest): void {
    const route = `${method} ${routeOptions.url}`;
    if (error instanceof Refusal && error.status === 403) this.securityLog.tell('access_refused', { route });
    if (!(error instanceof Failure)) return;
    // A strict tenant's lock is told as any refused login; the log knows better.
    const { code, facts } = error.cause instanceof Failure && error.cause.code === 'login_locked' ? error.cause : error;
    const { client, purpose, tokenTenant } = facts;
    if (isRefusal(code)) this.securityLog.tell(code, { route, client, purpose, tokenTenant });
  }

  private filterOf(request: FastifyRequest): ExceptionFilter {
    if (request.routeOptions.url === '/token') return this.oauth;
    return isGlue(routeOf(request)) ? this.second : this.first;
  }
}
