import { Controller, Delete, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CalledBy, type Caller } from '../sessions/access.js';
import { PasswordsService } from '../credentials/passwords.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Answers, Refuses, Takes } from './described.js';
import type { Resource } from './resource.js';
import { RefreshAttributes, TokenAttributes, glueClient, glueSpans, tokensResource } from './tokens.dto.js';

const TYPE = 'refresh-tokens';

@ApiTags('tokens')
@Controller(TYPE)
export class RefreshTokensController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordsService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Carries a customer's session on: new tokens for the refresh token, which is used up. For 10 seconds it is taken
   * once more, for a second tab or an answer that got lost; after that, its return ends the session.
   */
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @Takes(TYPE, RefreshAttributes, { refreshToken: 'the refresh token' })
  @Answers(201, TYPE, TokenAttributes)
  @Refuses({ 401: 'The refresh token is unknown, used or expired (004).' })
  async create(@Attributes() { refreshToken }: RefreshAttributes): Promise<Resource> {
    const client = glueClient(this.tenants);
    return tokensResource(TYPE, await this.sessions.refreshCustomer(refreshToken, glueSpans(this.tenants), client));
  }

  /**
   * Ends the session of that refresh token, or with `mine` all sessions of the caller. Others' tokens are let be; to an
   * agent who acts for the customer, the customer's are others'.
   */
  @Delete(':refreshToken')
  @HttpCode(204)
  @GlueAccess('customer')
  async revoke(
    @CalledBy() { id, sessionId, actorId }: Caller,
    @Param('refreshToken') refreshToken: string,
  ): Promise<void> {
    const mine = refreshToken === 'mine';
    if (actorId) await (mine && this.sessions.end(sessionId));
    else await (mine ? this.passwords.logOutEverywhere(id) : this.sessions.endByRefreshToken(id, refreshToken));
  }
}
