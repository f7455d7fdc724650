import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Logger as Pino, pino } from 'pino';
import { LogOutput } from './log-output.js';

/** The components of Nest that log every module and route at the start. Their lines have the level `debug`. */
const debugContexts = ['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver'];

/** Routes that monitoring systems request every few seconds. */
const PROBES = ['/health/live', '/health/ready', '/health-check'];

/** Writes the log lines of Nest and of Foyer as JSON lines on standard output. */
export class Log implements LoggerService {
  readonly pino: Pino;

  /** @param redact replaces secrets in the text of warnings and errors, which may quote settings */
  constructor(
    level: string,
    private readonly redact: (text: string) => string = (text) => text,
  ) {
    this.pino = pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, new LogOutput());
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(debugContexts.includes(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', this.redacted(message), rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', this.redacted(message), rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  private redacted(message: unknown): unknown {
    if (typeof message === 'string') return this.redact(message);
    if (message instanceof Error || typeof message !== 'object' || message === null) return message;
    const texts = Object.entries(message).map(([name, value]: [string, unknown]) => [
      name,
      typeof value === 'string' ? this.redact(value) : value,
    ]);
    return Object.fromEntries(texts);
  }

  /** Nest passes the name of the logging component as the last argument. */
  private write(level: 'info' | 'warn' | 'error' | 'debug', message: unknown, rest: unknown[]): void {
    const context = rest.pop();
    const text = rest.filter((part) => typeof part === 'string' && part !== '').join(' ');
    if (message instanceof Error) this.pino[level]({ context, err: this.withoutValues(message) }, message.name);
    else if (typeof message === 'string') this.pino[level]({ context }, [message, text].filter(Boolean).join(' '));
    else this.pino[level]({ context, ...(message as object) }, text);
  }

  /** The message of a database error contains the statement and its values, so only its code is logged. */
  private withoutValues(error: Error): Record<string, unknown> {
    const code = 'code' in error ? error.code : undefined;
    const frames = (error.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
    const ofDatabase = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
    const { table, constraint } = error as { table?: string; constraint?: string };
    return {
      type: error.name,
      code,
      table,
      constraint,
      stack: [ofDatabase ? error.name : `${error.name}: ${this.redact(error.message)}`, ...frames].join('\n'),
    };
  }
}

/**
 * Logs one line per response, with the route's pattern and never the URL, because queries and paths contain tokens.
 * Successful health probes are logged at the level `debug`.
 */
export function logRequests(fastify: FastifyInstance, { pino: log }: Log): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request: FastifyRequest<{ Params?: { tenant?: string } }>, reply, done) => {
    const url = request.routeOptions.url;
    const level = reply.statusCode < 400 && url && PROBES.includes(url) ? 'debug' : 'info';
    log[level](
      {
        requestId: request.id,
        tenant: request.params?.tenant,
        method: request.method,
        route: url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
}
