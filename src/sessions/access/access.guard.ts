import { ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply } from 'fastify';
import { Config } from '../../config/config.js';
import { Failure } from '../../common/failure.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { ACCESS, AccessRule, CalledRequest } from './access.js';
import { type TokenHolder, holderOf } from './caller.js';
import { TokenCheck } from './token-check.js';

/** Admits a request to its handler only if the route's `@Access` allows it. */
@Injectable()
export class AccessGuard extends AuthGuard('access-token') {
  constructor(
    private readonly reflector: Reflector,
    private readonly tenants: TenantsService,
    private readonly config: Config,
    private readonly strategy: AccessTokenStrategy,
    private readonly tokenCheck: TokenCheck,
  ) {
    super();
  }

  /** @throws Failure `tenant_unknown`, `token_missing`, `token_invalid`, `token_expired`, `access_denied` */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!rule) throw new Failure('access_denied');
    const request = context.switchToHttp().getRequest<CalledRequest & { params: { tenant?: string } }>();
    const tenant = request.params.tenant ?? rule.enter?.(request, this.config);
    if (tenant !== undefined) await this.tenants.enter(tenant);
    request.rule = rule;
    const admit = (): Promise<void> => this.admit(request, context);
    if (!rule.authenticate) await admit();
    else {
      const assertValid = async (token: string): Promise<TokenHolder> =>
        holderOf(await this.tokenCheck.assertValid(token), token);
      const settings = tenant === undefined ? undefined : this.tenants.settings;
      await rule.authenticate(request, { admit, assertValid, settings });
    }
    return true;
  }

  private async admit(request: CalledRequest, context: ExecutionContext): Promise<void> {
    if (request.rule.kinds.includes('public')) return;
    // No cache may store a caller's data, whatever the status of the response.
    void context.switchToHttp().getResponse<FastifyReply>().header('Cache-Control', 'no-store');
    request.user = await this.strategy.admitCached(request);
    if (!request.user) await super.canActivate(context);
  }

  override handleRequest<User>(error: unknown, user: User | false, _info: unknown, context: ExecutionContext): User {
    if (error) throw error as Error;
    if (user) return user;
    const request = context.switchToHttp().getRequest<CalledRequest>();
    const sent = request.rule.token?.(request) ?? request.headers.authorization;
    throw new Failure(sent === undefined ? 'token_missing' : 'token_invalid');
  }
}
