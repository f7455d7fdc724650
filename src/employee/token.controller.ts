import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBadRequestResponse, ApiConsumes, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import { StaffTokenDto, TokenRequestDto } from './token.dto.js';
import { TokenService } from './token.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('employee')
@Access('public')
@Controller('oauth')
export class TokenController {
  constructor(private readonly tokens: TokenService) {}

  /** A token for a service, by its secret, or for an employee, by e-mail and password. */
  @Limited(limits.token)
  @Post('token')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBadRequestResponse({ description: 'The request is not valid.', type: ErrorMessageDto })
  @ApiUnauthorizedResponse({ description: 'Client id or secret is not valid.', type: ErrorMessageDto })
  async token(@Body() body: TokenRequestDto): Promise<StaffTokenDto> {
    const { client_id, client_secret = '', username = '', password = '', scope } = body;
    const issued =
      body.grant_type === 'password'
        ? await this.tokens.forEmployee(client_id, client_secret, { email: username, password }, scope)
        : await this.tokens.forService(client_id, client_secret, scope);
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
