import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Logger as Pino, pino } from 'pino';

/** Nest's log lines and ours, as JSON lines on standard output. */
export class Log implements LoggerService {
  readonly pino: Pino;

  constructor(level: string) {
    this.pino = pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  /** Nest puts the name of the part that speaks last. */
  private write(level: 'info' | 'warn' | 'error' | 'debug', message: unknown, rest: unknown[]): void {
    const context = rest.pop();
    const text = rest.filter((part) => typeof part === 'string' && part !== '').join(' ');
    if (message instanceof Error) this.pino[level]({ context, err: withoutQuery(message) }, message.name);
    else if (typeof message === 'string') this.pino[level]({ context }, [message, text].filter(Boolean).join(' '));
    else this.pino[level]({ context, ...(message as object) }, text);
  }
}

/** An error of the ORM carries its SQL with the values in it; only what names no value is kept. */
function withoutQuery(error: Error): Record<string, unknown> {
  const [name = '', ...stack] = (error.stack ?? '').split('\n    at ');
  const code = 'code' in error ? error.code : undefined;
  const first = name.includes('insert ') || name.includes('select ') || name.includes('update ') ? error.name : name;
  return { type: error.name, code, stack: [first, ...stack].join('\n    at ') };
}

/** One line an answer: the route's pattern, never the URL, for tokens travel in queries and paths. */
export function logRequests(fastify: FastifyInstance, { pino: log }: Log): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request: FastifyRequest<{ Params?: { tenant?: string } }>, reply, done) => {
    log.info(
      {
        requestId: request.id,
        tenant: request.params?.tenant,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
}
