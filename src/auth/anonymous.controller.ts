import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ChangesState } from '../emporix/changes-state.js';
import { ErrorMessageDto, FaultDto } from '../emporix/errors.dto.js';
import { Access } from '../sessions/access/access.js';
import { AnonymousLoginQueryDto, AnonymousRefreshQueryDto, AnonymousTokenDto } from './anonymous.dto.js';
import { AnonymousService } from './anonymous.service.js';
import { SecretsInHeaders } from '../emporix/secrets-in-headers.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('auth')
@ApiBadRequestResponse({ description: 'The tenant, the client or a parameter is not valid.', type: ErrorMessageDto })
@Access('public')
@Controller('customerlogin/auth/anonymous')
export class AnonymousController {
  constructor(private readonly anonymous: AnonymousService) {}

  /**
   * Starts an anonymous session
   *
   * @remarks
   * These values are the defaults of the session. For omitted values, the tenant's defaults apply. After login, the
   * customer's profile takes precedence. A new customer gets these preferences unless the sign-up contains others.
   */
  @Limited(limits.anonymous)
  @Get('login')
  @ChangesState()
  @Header('Cache-Control', 'no-store')
  @ApiReturns('The tokens of the new session.')
  async startAnonymousSession(
    @Query() { tenant, client_id, ...context }: AnonymousLoginQueryDto,
  ): Promise<AnonymousTokenDto> {
    return AnonymousTokenDto.of(await this.anonymous.login(tenant, client_id, context));
  }

  /**
   * Refreshes an anonymous token; the session id stays the same
   *
   * @remarks
   * These values replace those of the anonymous login. Values that were set in the session still take precedence. While
   * a customer is logged in with this session id, the response contains the tokens of another anonymous session, which
   * has another id. After the logout, the session of this token is refreshed again.
   */
  @Limited(limits.anonymous)
  @Get('refresh')
  @ChangesState()
  @SecretsInHeaders({ refresh_token: 'Refresh-Token', anonymous_token: 'Anonymous-Token' })
  @Header('Cache-Control', 'no-store')
  @ApiUnauthorizedResponse({ description: 'The refresh token is unknown, used or expired.', type: FaultDto })
  @ApiReturns('The new tokens of the session.')
  async refreshAnonymousToken(
    @Query() { tenant, client_id, refresh_token, anonymous_token, ...context }: AnonymousRefreshQueryDto,
  ): Promise<AnonymousTokenDto> {
    return refresh_token === undefined
      ? AnonymousTokenDto.withoutRefresh(await this.anonymous.renew(tenant, client_id, anonymous_token, context))
      : AnonymousTokenDto.of(await this.anonymous.refresh(tenant, client_id, refresh_token, context));
  }
}
