import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBadRequestResponse, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { LoginService } from '../auth/login.service.js';
import { maskLockout } from '../credentials/mask-lockout.js';
import { Access, RequestOrigin } from '../sessions/access/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { enterStore } from './access.js';
import { OAuthTokenDto, TokenFormDto } from './token.dto.js';
import { OAuthError } from './token.filter.js';
import { glueClient, glueLifetimes } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('tokens')
@Controller('token')
export class GlueTokenController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Issues OAuth 2.0 tokens for a password or a refresh token
   *
   * @remarks
   * The grant `password` requires e-mail and password.
   */
  @Limited(limits.login)
  @Post()
  @HttpCode(200)
  @Access('public', { api: 'oauth', acceptsForm: true, enter: enterStore })
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBadRequestResponse({
    description: '`invalid_grant` or `invalid_request`, with `error_description` (RFC 6749 5.2).',
  })
  @ApiReturns('The tokens of the customer.')
  async issueToken(@RequestOrigin() origin: Origin, @Body() form: TokenFormDto): Promise<OAuthTokenDto> {
    const [client, lifetimes] = [glueClient(this.tenants), glueLifetimes(this.tenants)];
    switch (form?.grant_type) {
      case 'password': {
        const [username, password] = [field(form, 'username'), field(form, 'password')];
        const login = this.logins.login(username, password, { from: { client }, lifetimes, origin });
        return OAuthTokenDto.of(await maskLockout(this.tenants.settings, login));
      }
      case 'refresh_token':
        return OAuthTokenDto.of(await this.sessions.refreshCustomer(field(form, 'refresh_token'), lifetimes, client));
      default:
        throw new OAuthError('invalid_grant', 'The grant_type must be password or refresh_token.');
    }
  }
}

function field(form: TokenFormDto, name: 'username' | 'password' | 'refresh_token'): string {
  const value = form[name];
  if (typeof value !== 'string' || !value || value.length > 1024)
    throw new OAuthError('invalid_request', `The parameter ${name} is missing or not valid.`);
  return value;
}
