import { Controller, Delete, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { CalledBy, type Caller } from '../sessions/access/access.js';
import { LogoutService } from '../credentials/logout.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiResource, ApiErrors, ApiResourceBody } from './api-docs.js';
import type { Resource } from './resource.js';
import { RefreshAttributes, TokenAttributes, glueClient, glueLifetimes, tokensResource } from './tokens.dto.js';

const TYPE = 'refresh-tokens';

@ApiTags('tokens')
@Controller(TYPE)
export class RefreshTokensController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly logouts: LogoutService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Refreshes a customer's session
   *
   * @remarks
   * The refresh token is replaced. For 10 seconds after its first use it returns the same next refresh token, for
   * parallel requests and lost responses. A later use ends the session.
   */
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @ApiResourceBody(TYPE, RefreshAttributes, { refreshToken: 'the refresh token' })
  @ApiResource(201, TYPE, TokenAttributes)
  @ApiErrors({ 401: 'The refresh token is unknown, used or expired (004).' })
  @ApiReturns('The new tokens of the customer.')
  async refreshAccessToken(@Attributes() { refreshToken }: RefreshAttributes): Promise<Resource> {
    const client = glueClient(this.tenants);
    return tokensResource(TYPE, await this.sessions.refreshCustomer(refreshToken, glueLifetimes(this.tenants), client));
  }

  /**
   * Revokes a refresh token and ends its session
   *
   * @remarks
   * With `mine`, all sessions of the caller end. Refresh tokens of other customers are ignored. For an agent who acts
   * for the customer, `mine` ends only the agent's session, and the customer's refresh tokens are ignored.
   *
   * @param refreshToken - The refresh token, or `mine` for all sessions of the caller.
   */
  @Delete(':refreshToken')
  @HttpCode(204)
  @GlueAccess('customer')
  @ApiReturns('The session is ended, or the refresh token was ignored.')
  async revokeRefreshToken(
    @CalledBy() { id, sessionId, actorId }: Caller,
    @Param('refreshToken') refreshToken: string,
  ): Promise<void> {
    const mine = refreshToken === 'mine';
    if (actorId) await (mine && this.sessions.end(sessionId));
    else await (mine ? this.logouts.logOutEverywhere(id) : this.sessions.endByRefreshToken(id, refreshToken));
  }
}
