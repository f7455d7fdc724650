import { CanActivate, ExecutionContext, Injectable, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiTooManyRequestsResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../common/failure.js';
import { clientAddress, networkOf } from '../common/network-address.js';
import { Config, type Rates } from '../config/config.js';
import type { CalledRequest, Caller } from '../sessions/access/access.js';
import { type Counted, Counters } from './counters.js';

/**
 * How often a route may be called in a minute: from one network (an IPv4 address or the /64 of an IPv6 address), and by
 * one customer. Mails to one recipient are counted where they are stored (`src/mailer/recipient-limits.ts`).
 */
export interface Limit {
  name: string;
  /** A number, or the name of the setting that contains it. */
  perAddress?: number | keyof Rates;
  /** Only requests of customers are counted. */
  perCustomer?: number;
  /** Requests of one session of a visitor or customer in a minute. */
  perSession?: number;
  /**
   * The maximum number of bytes that a request of a client that has not logged in can store. They count towards the
   * bytes that one network may store in an hour, over all routes. With `byCustomers`, requests of customers count too.
   */
  stores?: { bytes: number; perBodyByte?: number; byCustomers?: boolean };
}

const LIMIT = Symbol('limit');
const MINUTE = 60;
const HOUR = 3600;
const MEGABYTE = 1_000_000;

/** More than the /64 networks of a /48, so that such a network does not evict its own counters. */
const MAX_NETWORKS = 100_000;
const MAX_CUSTOMERS = 20_000;
const MAX_SESSIONS = 50_000;

/**
 * Limits how often a route may be called. Each process counts on its own, which is enough against floods. Guessed
 * passwords are counted in the database, by the lockout.
 */
export function Limited(limit: Limit): MethodDecorator {
  return applyDecorators(
    SetMetadata(LIMIT, limit),
    UseGuards(LimitGuard),
    ApiTooManyRequestsResponse({ description: 'Too many requests; `Retry-After` contains the seconds to wait.' }),
  );
}

interface ProcessCounters {
  networks: Counters;
  customers: Counters;
  sessions: Counters;
}

@Injectable()
export class LimitGuard implements CanActivate {
  /** The counters belong to the service, because each controller has a guard of its own. */
  private static readonly counters = new WeakMap<Config, ProcessCounters>();

  constructor(
    private readonly reflector: Reflector,
    private readonly config: Config,
  ) {}

  /** Resets all counters of the service. */
  static reset(config: Config): void {
    LimitGuard.counters.delete(config);
  }

  /** @throws Failure `too_many_requests` */
  canActivate(context: ExecutionContext): boolean {
    if (!this.config.rateLimits) return true;
    const limit = this.reflector.get<Limit>(LIMIT, context.getHandler());
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<CalledRequest>(), http.getResponse<FastifyReply>()];
    this.countRequest(limit, request, reply);
    this.countBytes(limit, request, reply);
    return true;
  }

  private countRequest(
    { name, perAddress, perCustomer, perSession }: Limit,
    request: CalledRequest,
    reply: FastifyReply,
  ): void {
    const { networks, customers, sessions } = this.counters;
    if (perAddress !== undefined) {
      const limit = typeof perAddress === 'number' ? perAddress : this.config.rates[perAddress];
      const counted = networks.add(networkOf(clientAddress(request)), { name, limit, seconds: MINUTE, amount: 1 });
      showLimit(reply, limit, counted);
      assertAllowed(counted);
    }
    const caller = request.user?.caller;
    const customer = customerOf(caller);
    if (perCustomer !== undefined && customer !== undefined) {
      const { tenant = '' } = request.params as { tenant?: string };
      const counted = customers.add(`${tenant} ${customer}`, { name, limit: perCustomer, seconds: MINUTE, amount: 1 });
      showLimit(reply, perCustomer, counted);
      assertAllowed(counted);
    }
    const session = caller?.sessionId;
    if (perSession !== undefined && session !== undefined) {
      const counted = sessions.add(session, { name, limit: perSession, seconds: MINUTE, amount: 1 });
      showLimit(reply, perSession, counted);
      assertAllowed(counted);
    }
  }

  private countBytes({ stores }: Limit, request: CalledRequest, reply: FastifyReply): void {
    const caller = request.user?.caller;
    if (!stores || caller?.reach.actor || (customerOf(caller) !== undefined && !stores.byCustomers)) return;
    const { bytes, perBodyByte = 0 } = stores;
    const amount = bytes + (perBodyByte > 0 ? perBodyByte * bodyBytes(request) : 0);
    const limit = this.config.rates.storedMegabytes * MEGABYTE;
    const counted = this.counters.networks.add(networkOf(clientAddress(request)), {
      name: 'stored',
      limit,
      seconds: HOUR,
      amount,
    });
    if (!counted.allowed) showLimit(reply, limit, { ...counted, remaining: 0 });
    assertAllowed(counted);
  }

  private get counters(): ProcessCounters {
    let counters = LimitGuard.counters.get(this.config);
    if (!counters) {
      counters = {
        networks: new Counters(MAX_NETWORKS),
        customers: new Counters(MAX_CUSTOMERS),
        sessions: new Counters(MAX_SESSIONS),
      };
      LimitGuard.counters.set(this.config, counters);
    }
    return counters;
  }
}

/** The number of the customer whose token the request has. */
function customerOf(caller: Caller | undefined): string | undefined {
  return caller?.kind === 'customer' ? caller.id : undefined;
}

/** A body in chunks has no length in its headers. */
function bodyBytes({ headers, body }: FastifyRequest): number {
  const length = headers['content-length'];
  return length === undefined ? Buffer.byteLength(JSON.stringify(body ?? null)) : Number(length);
}

/** The headers of the IETF draft draft-ietf-httpapi-ratelimit-headers, in the form that clients know. */
function showLimit(reply: FastifyReply, limit: number, { remaining, seconds }: Counted): void {
  void reply.headers({ 'RateLimit-Limit': limit, 'RateLimit-Remaining': remaining, 'RateLimit-Reset': seconds });
}

/** @throws Failure `too_many_requests` */
function assertAllowed({ allowed, seconds }: Counted): void {
  if (!allowed) throw new Failure('too_many_requests', { facts: { seconds: String(seconds) } });
}
