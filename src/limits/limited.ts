import { CanActivate, ExecutionContext, Injectable, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiTooManyRequestsResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { normalEmail } from '../common/email.js';
import { Failure } from '../common/failure.js';
import { Config } from '../config/config.js';
import { RequestScope } from '../tenants/request-scope.js';

/**
 * How often a call may be made: a minute from one network address, a minute by one customer, and an hour about one
 * e-mail address.
 */
export interface Limit {
  name: string;
  perAddress?: number;
  /** With it, whoever is no customer is not counted. */
  perCustomer?: number;
  perEmail?: number;
}

const LIMIT = Symbol('limit');
const MINUTE = 60;
const HOUR = 3600;

/**
 * Limits how often a route may be called. Each process counts for itself: it keeps machines from flooding, and people
 * from being flooded with mails; who guesses passwords meets the lockout, which counts in the database.
 */
export function Limited(limit: Limit): MethodDecorator {
  return applyDecorators(
    SetMetadata(LIMIT, limit),
    UseGuards(LimitGuard),
    ApiTooManyRequestsResponse({ description: 'Too often; `Retry-After` says for how many seconds.' }),
  );
}

@Injectable()
export class LimitGuard implements CanActivate {
  private static readonly counters = new WeakMap<Config, Map<string, RateLimiterMemory>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly config: Config,
  ) {}

  /** @throws Failure `too_many_requests` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (!this.config.rateLimits) return true;
    const limit = this.reflector.get<Limit>(LIMIT, context.getHandler());
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    if (limit.perAddress !== undefined) {
      await this.count(`${limit.name} address`, limit.perAddress, MINUTE, request.ip, reply);
    }
    const { tenant = '' } = request.params as { tenant?: string };
    const customer = RequestScope.current?.customer;
    if (limit.perCustomer !== undefined) {
      if (customer === undefined) return true;
      await this.count(`${limit.name} customer`, limit.perCustomer, MINUTE, `${tenant} ${customer}`, reply);
    }
    const email = limit.perEmail === undefined ? undefined : emailIn(request.body);
    if (limit.perEmail !== undefined && email) {
      await this.count(`${limit.name} email`, limit.perEmail, HOUR, `${tenant} ${normalEmail(email)}`, reply);
    }
    return true;
  }

  private async count(name: string, points: number, duration: number, key: string, reply: FastifyReply): Promise<void> {
    const counter = this.counter(name, points, duration);
    const result = await counter.consume(key).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const seconds = Math.max(Math.ceil(result.msBeforeNext / 1000), 1);
    // IETF draft-ietf-httpapi-ratelimit-headers, in the form that clients know.
    void reply.headers({
      'RateLimit-Limit': points,
      'RateLimit-Remaining': Math.max(result.remainingPoints, 0),
      'RateLimit-Reset': seconds,
    });
    if (result.consumedPoints > points) throw new Failure('too_many_requests', { facts: { seconds: String(seconds) } });
  }

  /** The counters belong to the service, not to the guard, of which each controller has one. */
  private counter(name: string, points: number, duration: number): RateLimiterMemory {
    let counters = LimitGuard.counters.get(this.config);
    if (!counters) LimitGuard.counters.set(this.config, (counters = new Map<string, RateLimiterMemory>()));
    let counter = counters.get(name);
    if (!counter) counters.set(name, (counter = new RateLimiterMemory({ points, duration })));
    return counter;
  }
}

/** The e-mail address that a body is about, and that a mail goes to, in either dialect. */
function emailIn(body: unknown): string | undefined {
  const { newEmail, email, contactEmail, data } = (body ?? {}) as Record<
    'newEmail' | 'email' | 'contactEmail',
    unknown
  > & {
    data?: { attributes?: { email?: unknown } };
  };
  const found = newEmail ?? email ?? contactEmail ?? data?.attributes?.email;
  return typeof found === 'string' ? found.slice(0, 400) : undefined;
}
