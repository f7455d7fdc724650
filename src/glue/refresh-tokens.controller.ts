import { Controller, Delete, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CalledBy } from '../sessions/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Answers, Refuses, Takes } from './described.js';
import type { Resource } from './resource.js';
import { RefreshAttributes, TokenAttributes, glueClient, spans, tokensResource } from './tokens.dto.js';

const TYPE = 'refresh-tokens';

@ApiTags('tokens')
@Controller(TYPE)
export class RefreshTokensController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly tenants: TenantsService,
  ) {}

  /** Carries a customer's session on: new tokens for the refresh token, which is used up. */
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @Takes(TYPE, RefreshAttributes, { refreshToken: 'the refresh token' })
  @Answers(201, TYPE, TokenAttributes)
  @Refuses({ 401: 'The refresh token is unknown, used or expired (004).' })
  async create(@Attributes() { refreshToken }: RefreshAttributes): Promise<Resource> {
    return tokensResource(TYPE, await this.sessions.refreshCustomer(refreshToken, spans, glueClient(this.tenants)));
  }

  /** Ends the session of that refresh token, or with `mine` all sessions of the caller. Others' tokens are let be. */
  @Delete(':refreshToken')
  @HttpCode(204)
  @GlueAccess('customer')
  async revoke(@CalledBy('id') customerId: string, @Param('refreshToken') refreshToken: string): Promise<void> {
    if (refreshToken === 'mine') await this.sessions.endAllOf(customerId);
    else await this.sessions.endByRefreshToken(customerId, refreshToken);
  }
}
