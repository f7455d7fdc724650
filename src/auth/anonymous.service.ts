import { Injectable } from '@nestjs/common';
import { Failure, invalid } from '../common/failure.js';
import { AccessTokens } from '../sessions/signing/access-tokens.js';
import type { SessionContext } from '../sessions/session.entity.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { IssuedTokens } from '../sessions/signing/session-tokens.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** Sessions of anonymous visitors. The client requires no secret, but must belong to the tenant. */
@Injectable()
export class AnonymousService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws Failure `tenant_unknown`, `client_unknown` */
  async login(tenant: string, clientId: string, context: SessionContext): Promise<IssuedTokens> {
    await this.enter(tenant, clientId);
    return this.sessions.startAnonymous(clientId, context);
  }

  /** @throws Failure `tenant_unknown`, `client_unknown`, `refresh_rejected` */
  async refresh(
    tenant: string,
    clientId: string,
    refreshToken: string,
    context: SessionContext,
  ): Promise<IssuedTokens> {
    await this.enter(tenant, clientId);
    return this.sessions.refreshAnonymous(clientId, refreshToken, context);
  }

  /**
   * The deprecated way, with the access token in place of the refresh token.
   *
   * @throws Failure `tenant_unknown`, `client_unknown`, `refresh_rejected`, `invalid_input` without a token
   */
  async renew(
    tenant: string,
    clientId: string,
    token: string | undefined,
    context: SessionContext,
  ): Promise<Omit<IssuedTokens, 'refreshToken'>> {
    if (token === undefined) throw invalid('refresh_token', 'refresh_token is required');
    await this.enter(tenant, clientId);
    const claims = this.tokens.verify(token);
    if (claims?.aud !== tenant || claims.kind !== 'anonymous') throw new Failure('refresh_rejected');
    return this.sessions.renewAnonymous(claims.sid, clientId, context);
  }

  private async enter(tenant: string, clientId: string): Promise<void> {
    await this.tenants.enter(tenant);
    if (this.tenants.client(clientId)?.kind !== 'storefront') throw new Failure('client_unknown');
  }
}
