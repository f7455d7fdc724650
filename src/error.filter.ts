import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Failure } from './common/failure.js';
import { Config } from './config/config.js';
import { EmporixFilter } from './emporix/emporix.filter.js';
import { TokenErrorsFilter } from './emporix/token-errors.filter.js';
import { GlueFilter } from './glue/glue.filter.js';
import { GlueError } from './glue/glue-error.js';
import { LoginLocks } from './glue/login-locks.js';
import { OAuthFilter } from './glue/token.filter.js';
import { SecurityLog, isRejection } from './history/security-log.js';
import { RouteApis } from './route-apis.js';
import type { ApiName } from './sessions/access/access.js';

/** Converts each failure to the form of the API that was called, also if no controller was reached. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly filters: Record<ApiName, ExceptionFilter>;

  constructor(
    config: Config,
    private readonly apis: RouteApis,
    private readonly securityLog: SecurityLog,
    private readonly loginLocks: LoginLocks,
  ) {
    this.filters = {
      emporix: new EmporixFilter(),
      emporixToken: new TokenErrorsFilter(),
      glue: new GlueFilter(config.stores),
      oauth: new OAuthFilter(),
    };
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    if (!this.loginLocks.mayPrecede(error, request)) return this.respond(error, request, host);
    // Nothing waits for this promise, and a rejection that nothing handles would end the process.
    const respond = (reported: unknown): void => this.respond(reported, request, host);
    this.loginLocks.errorToReport(error, request).then(respond).catch(respond);
  }

  private respond(error: unknown, request: FastifyRequest, host: ArgumentsHost): void {
    this.note(error, request);
    this.filters[this.apis.of(request)].catch(error, host);
  }

  /** Logs the security event of every failure, whichever service threw it. */
  private note(error: unknown, { method, routeOptions }: FastifyRequest): void {
    const route = `${method} ${routeOptions.url}`;
    if (error instanceof GlueError && error.status === 403) this.securityLog.record('access_denied', { route });
    if (!(error instanceof Failure)) return;
    // The response of a strict tenant hides a lock. The log names it.
    const { code, facts } = error.cause instanceof Failure && error.cause.code === 'login_locked' ? error.cause : error;
    const { client, purpose, tokenTenant } = facts;
    if (isRejection(code)) this.securityLog.record(code, { route, client, purpose, tokenTenant });
  }
}
