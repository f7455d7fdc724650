import { CallHandler, ExecutionContext, NestInterceptor, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, of } from 'rxjs';

/**
 * Marks a GET route that changes something, such as a logout. HEAD must not change anything (RFC 9110 9.2.1): the guards
 * check the request, but its handler does not run.
 */
export const ChangesState = (): MethodDecorator => UseInterceptors(new SkipHandlerOnHead());

class SkipHandlerOnHead implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    return method === 'HEAD' ? of(undefined) : next.handle();
  }
}
