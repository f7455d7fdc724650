import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { FailureFilter } from './common/failure.filter.js';
import { GlueFilter } from './glue/glue.filter.js';
import { isGlue } from './glue/paths.js';

/** Has each failure told by the dialect that was spoken to, also where no controller was reached. */
@Catch()
export class DialectFilter implements ExceptionFilter {
  private readonly first = new FailureFilter();
  private readonly second = new GlueFilter();

  catch(error: unknown, host: ArgumentsHost): void {
    const { url } = host.switchToHttp().getRequest<FastifyRequest>();
    (isGlue(url) ? this.second : this.first).catch(error, host);
  }
}
