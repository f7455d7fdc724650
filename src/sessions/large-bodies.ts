import { once } from 'node:events';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import pLimit from 'p-limit';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { scopesFor } from './access-token.strategy.js';
import { AccessTokens } from './access-tokens.js';
import { type AccessRule, callerOf } from './access.js';

/** How many are read and handled at a time: each takes several times its size of memory. */
const AT_ONCE = 2;

/**
 * Stands before the routes that take a larger body than others. Guards come when the body is read and parsed; here the
 * caller must be known before, and waits for a turn.
 */
@Injectable()
export class LargeBodies {
  private readonly turns = pLimit(AT_ONCE);

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly tokens: AccessTokens,
    private readonly clock: Clock,
  ) {}

  /** @param ordinary how large the bodies of other routes may be, in bytes */
  guard(fastify: FastifyInstance, ordinary: number): void {
    fastify.addHook('onRequest', async (request, reply) => {
      const { rule } = request.routeOptions.config as { rule?: AccessRule };
      if (!rule) return;
      try {
        await this.admit(request, rule);
      } catch (error) {
        // Nobody reads what is on its way.
        void reply.header('connection', 'close');
        throw error;
      }
      // A body in chunks does not say how large it is.
      if (Number(request.headers['content-length'] ?? Infinity) > ordinary) await this.turn(reply);
    });
  }

  /** @throws Failure `tenant_unknown`, `token_missing`, `token_invalid`, `token_expired`, `access_refused` */
  private async admit({ params, headers }: FastifyRequest, rule: AccessRule): Promise<void> {
    const { tenant } = params as { tenant: string };
    await RequestScope.run(this.em, () => this.tenants.enter(tenant));
    if (headers.authorization === undefined) throw new Failure('token_missing');
    const token = /^Bearer (\S+)$/i.exec(headers.authorization)?.[1] ?? '';
    const claims = this.tokens.verify(token);
    if (claims?.aud !== tenant) throw new Failure('token_invalid');
    scopesFor(callerOf(claims, token), rule, this.clock.now());
  }

  /** Waits for a turn, which ends with the answer or with the connection. */
  private turn({ raw }: FastifyReply): Promise<void> {
    return new Promise((granted) => {
      void this.turns(async () => {
        granted();
        if (!raw.closed) await once(raw, 'close');
      });
    });
  }
}
