import { Controller, Delete, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { Failure } from '../common/failure.js';
import { CalledBy, type Caller } from '../sessions/access/access.js';
import { LogoutService } from '../credentials/logout.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { agentScope } from '../sessions/signing/session-tokens.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess, agentToken } from './access.js';
import { Attributes } from './attributes.js';
import { ApiResource, ApiErrors, ApiResourceBody, attributesInvalid } from './api-docs.js';
import type { Resource } from './resource.js';
import { RefreshAttributes, TokenAttributes, glueClient, glueLifetimes, tokensResource } from './tokens.dto.js';

const TYPE = 'refresh-tokens';
/** A scope that every customer has. */
const anyCustomer = 'customer.customerprofile_edit';

@ApiTags('tokens')
@Controller(TYPE)
export class RefreshTokensController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly logouts: LogoutService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Refreshes the session of a customer or an agent
   *
   * @remarks
   * The new tokens have the same holder: the customer, the agent, or the agent who acts for the customer. The refresh
   * token is replaced. For 10 seconds after its first use, it returns the same new refresh token, so that parallel
   * requests and lost responses do no harm. A later use ends the session.
   */
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @ApiResourceBody(TYPE, RefreshAttributes, { refreshToken: '<refresh token>' })
  @ApiResource(201, TYPE, TokenAttributes)
  @ApiErrors({ 401: 'The refresh token is unknown, used or expired (004).', 422: attributesInvalid })
  @ApiReturns('The new tokens.')
  async refreshAccessToken(@Attributes() { refreshToken }: RefreshAttributes): Promise<Resource> {
    const client = glueClient(this.tenants);
    return tokensResource(TYPE, await this.sessions.refreshCustomer(refreshToken, glueLifetimes(this.tenants), client));
  }

  /** Returns an empty list, because tokens are returned only on creation */
  @Get()
  @GlueAccess('public')
  @ApiResource(200, TYPE, TokenAttributes, { list: true })
  @ApiReturns('An empty list.')
  listRefreshTokens(): Resource[] {
    return [];
  }

  /**
   * Revokes a refresh token and ends its session
   *
   * @remarks
   * With `mine`, all sessions of the caller end. For an agent, this includes those in which the agent acts for
   * customers. Refresh tokens of others are ignored. For an agent who acts for the customer, `mine` ends only this
   * session, and the customer's refresh tokens are ignored. `Authorization` takes precedence over
   * `X-Agent-Authorization`.
   *
   * @param refreshToken - The refresh token, or `mine` for all sessions of the caller.
   */
  @Delete(':refreshToken')
  @HttpCode(204)
  @GlueAccess(['customer', 'staff'], { scopes: [agentScope], ownScopes: [anyCustomer], token: tokenOfAgent })
  @ApiHeader({
    name: 'X-Agent-Authorization',
    required: false,
    description: "The agent's access token, as `Bearer …`.",
  })
  @ApiReturns('The session has ended, or the refresh token was ignored.')
  async revokeRefreshToken(@CalledBy() caller: Caller, @Param('refreshToken') refreshToken: string): Promise<void> {
    if (caller.kind === 'service') throw new Failure('access_denied');
    await (refreshToken === 'mine' ? this.endAllOf(caller) : this.sessions.endByRefreshToken(caller, refreshToken));
  }

  private async endAllOf({ kind, id, sessionId, actorId }: Caller): Promise<void> {
    if (kind === 'employee') await this.sessions.endAllOfEmployee(id);
    else await (actorId ? this.sessions.end(sessionId) : this.logouts.logOutEverywhere(id));
  }
}

/** The agent's token, if it is the only one. */
function tokenOfAgent(request: FastifyRequest): string | undefined {
  return request.headers.authorization === undefined ? agentToken(request) : undefined;
}
