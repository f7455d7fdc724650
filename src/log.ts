import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Logger as Pino, pino } from 'pino';

/** Parts of Nest that name every module and route at the start: for debugging. */
const chatty = ['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver'];

/** Nest's log lines and ours, as JSON lines on standard output. */
export class Log implements LoggerService {
  readonly pino: Pino;

  constructor(level: string) {
    this.pino = pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(chatty.includes(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
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
    if (message instanceof Error) this.pino[level]({ context, err: withoutValues(message) }, message.name);
    else if (typeof message === 'string') this.pino[level]({ context }, [message, text].filter(Boolean).join(' '));
    else this.pino[level]({ context, ...(message as object) }, text);
  }
}

/** An error of the database tells the statement and the row, with the values in them; only its kind is kept. */
function withoutValues(error: Error): Record<string, unknown> {
  const code = 'code' in error ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  const ofDatabase = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  const { table, constraint } = error as { table?: string; constraint?: string };
  return {
    type: error.name,
    code,
    table,
    constraint,
    stack: [ofDatabase ? error.name : `${error.name}: ${error.message}`, ...frames].join('\n'),
  };
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
