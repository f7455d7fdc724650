import { Body, Controller, Header, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBadRequestResponse, ApiConsumes, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { TokenErrorDto } from '../emporix/errors.dto.js';
import { Access, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { clientCredentials } from './client-credentials.js';
import { StaffTokenDto, TokenRequestDto } from './token.dto.js';
import { TokenService } from './token.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('employee')
@Access('public', { api: 'emporixToken', acceptsForm: true })
@Controller('oauth')
export class TokenController {
  constructor(private readonly tokens: TokenService) {}

  /**
   * Issues a token for a service or an employee
   *
   * @remarks
   * A service authenticates with its secret, an employee with e-mail and password. A client sends its id and secret in
   * the form, or by HTTP Basic (RFC 6749, 2.3.1). Errors have the properties of RFC 6749, 5.2, too.
   */
  @Limited(limits.token)
  @Post('token')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBadRequestResponse({ description: 'The request is not valid.', type: TokenErrorDto })
  @ApiUnauthorizedResponse({ description: 'The client id or the secret is invalid.', type: TokenErrorDto })
  @ApiReturns('The access token.')
  async issueToken(
    @RequestOrigin() origin: Origin,
    @Headers('authorization') authorization: string | undefined,
    @Body() body: TokenRequestDto,
  ): Promise<StaffTokenDto> {
    const { username = '', password = '', scope } = body;
    const { id, secret } = clientCredentials(body, authorization);
    const issued =
      body.grant_type === 'password'
        ? await this.tokens.forEmployee(id, secret, { email: username, password }, origin, scope)
        : await this.tokens.forService(id, secret, scope);
    return {
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: issued.expiresIn,
      session_idle_time: 120,
      refresh_token: '',
      refresh_token_expires_in: 0,
      scope: issued.scope,
    };
  }
}
