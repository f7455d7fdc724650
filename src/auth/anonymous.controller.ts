import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ErrorMessageDto, FaultDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import { AnonymousLoginQueryDto, AnonymousRefreshQueryDto, AnonymousTokenDto } from './anonymous.dto.js';
import { AnonymousService } from './anonymous.service.js';
import { SecretsInHeaders } from './secrets-in-headers.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('auth')
@ApiBadRequestResponse({ description: 'The tenant, the client or a parameter is not valid.', type: ErrorMessageDto })
@Access('public')
@Controller('customerlogin/auth/anonymous')
export class AnonymousController {
  constructor(private readonly anonymous: AnonymousService) {}

  /**
   * Starts a visitor's session. What is told here gives way to the profile of who logs in, and is what a new customer
   * prefers who says nothing else.
   */
  @Limited(limits.anonymous)
  @Get('login')
  @Header('Cache-Control', 'no-store')
  async login(@Query() { tenant, client_id, ...context }: AnonymousLoginQueryDto): Promise<AnonymousTokenDto> {
    return AnonymousTokenDto.of(await this.anonymous.login(tenant, client_id, context));
  }

  /** Carries a visitor's session on, under the same session id. */
  @Limited(limits.anonymous)
  @Get('refresh')
  @SecretsInHeaders({ refresh_token: 'Refresh-Token', anonymous_token: 'Anonymous-Token' })
  @Header('Cache-Control', 'no-store')
  @ApiUnauthorizedResponse({ description: 'The refresh token is unknown, used or expired.', type: FaultDto })
  async refresh(
    @Query() { tenant, client_id, refresh_token, anonymous_token }: AnonymousRefreshQueryDto,
  ): Promise<AnonymousTokenDto> {
    return refresh_token === undefined
      ? AnonymousTokenDto.withoutRefresh(await this.anonymous.renew(tenant, client_id, anonymous_token))
      : AnonymousTokenDto.of(await this.anonymous.refresh(tenant, client_id, refresh_token));
  }
}
