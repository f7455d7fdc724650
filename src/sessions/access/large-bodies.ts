import { Transform } from 'node:stream';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, NotFoundException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ByteBudget, type Release } from '../../common/byte-budget.js';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { clientAddress, networkOf } from '../../common/network-address.js';
import { Config } from '../../config/config.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { scopesFor } from './access-token.strategy.js';
import { AccessTokens } from '../signing/access-tokens.js';
import { type AccessRule, ruleOf } from './access.js';
import { holderOf } from './caller.js';
import { SessionCheck } from './session-check.js';

const MEBIBYTE = 1024 * 1024;

/** Up to this size a body is read without a budget: a packet may hold as many bytes, and headers may take as many. */
const SMALL_BODY = 16 * 1024;

/**
 * Bounds the memory of large request bodies. The guards of a route run only after its body has been read and parsed. So
 * a large body is rejected before it is read if its route, its type or its caller is not valid, and counts against a
 * budget.
 */
@Injectable()
export class LargeBodies {
  /** Bodies of ordinary size, by network; their bytes count as they arrive. */
  private readonly arriving = new ByteBudget({
    total: 32 * MEBIBYTE,
    perHolder: 8 * MEBIBYTE,
    maxWaiting: 500,
    maxWait: 2000,
  });
  /** Bodies of routes that allow larger ones, by tenant; each takes several times its size in memory. */
  private readonly oversized = new ByteBudget({
    total: 30 * MEBIBYTE,
    perHolder: 20 * MEBIBYTE,
    maxWaiting: 20,
    maxWait: 25_000,
  });

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly tokens: AccessTokens,
    private readonly sessionCheck: SessionCheck,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  guard(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (!isLarge(request) && !limitOf(request)) return done();
      this.admit(request, reply).then(
        () => done(),
        (error: Error) => {
          // The rest of the body is not read.
          void reply.header('connection', 'close');
          done(error);
        },
      );
    });
    fastify.addHook('preParsing', (request, reply, payload, done) => {
      const counts = isLarge(request) && !limitOf(request);
      done(null, counts ? payload.pipe(this.counter(request, reply)) : payload);
    });
  }

  /**
   * @throws NotFoundException, UnsupportedMediaTypeException, Failure `tenant_unknown`, `token_missing`,
   * `token_invalid`, `token_expired`, `access_denied`, `overloaded`
   */
  private async admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.is404) throw new NotFoundException();
    const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    const rule = ruleOf(request);
    if (isForm && !rule?.acceptsForm) throw new UnsupportedMediaTypeException();
    const tenant = rule && (await RequestScope.run(this.em, () => this.identify(request, rule)));
    const limit = limitOf(request);
    // A body in chunks has no length.
    const bytes = Number(request.headers['content-length'] ?? limit);
    if (!limit || !tenant || bytes <= MEBIBYTE) return;
    holdUntilClosed(reply, await this.oversized.reserve(tenant, bytes));
  }

  /**
   * Checks the caller as the guard does, and the session in the database.
   *
   * @returns the tenant
   */
  private async identify(request: FastifyRequest, rule: AccessRule): Promise<string> {
    const { tenant: named } = request.params as { tenant?: string };
    const tenant = named ?? rule.tenantOf?.(request, this.config);
    if (tenant !== undefined) await this.tenants.enter(tenant);
    if (rule.kinds.includes('public')) return tenant ?? '';
    const { authorization } = request.headers;
    const token = rule.token?.(request) ?? /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new Failure(authorization === undefined ? 'token_missing' : 'token_invalid');
    const claims = this.tokens.verify(token);
    if (!claims || claims.aud !== tenant) throw new Failure('token_invalid');
    const holder = holderOf(claims, token);
    const scopes = scopesFor(holder, rule, this.clock.now());
    if (!rule.allowExpired) await this.sessionCheck.check(holder.sessionId);
    if (scopes?.length === 0) throw new Failure('access_denied');
    return claims.aud;
  }

  /** Forwards a body as far as the budget allows. */
  private counter(request: FastifyRequest, { raw: outgoing }: FastifyReply): Transform {
    const network = networkOf(clientAddress(request));
    const releases: Release[] = [];
    outgoing.once('close', () => releases.forEach((release) => release()));
    const counter = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        this.arriving.reserve(network, chunk.length).then((release) => {
          if (outgoing.closed) release();
          else releases.push(release);
          done(null, chunk);
        }, done);
      },
    });
    request.raw.once('error', (error) => counter.destroy(error));
    return counter;
  }
}

function isLarge({ headers }: FastifyRequest): boolean {
  return Number(headers['content-length'] ?? 0) > SMALL_BODY || headers['transfer-encoding'] !== undefined;
}

/** The limit of a route that takes larger bodies than others, in bytes. */
function limitOf(request: FastifyRequest): number | undefined {
  return ruleOf(request)?.bodyLimit;
}

function holdUntilClosed({ raw }: FastifyReply, release: Release): void {
  if (raw.closed) release();
  else raw.once('close', release);
}
