import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiBadRequestResponse, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { LoginService } from '../auth/login.service.js';
import { refusedAlike } from '../credentials/refused-alike.js';
import { Access } from '../sessions/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { enterStore } from './access.js';
import { OAuthTokenDto, TokenFormDto } from './token.dto.js';
import { OAuthError } from './token.filter.js';
import { glueClient, glueSpans } from './tokens.dto.js';
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

  /** Tokens by OAuth 2.0: for e-mail and password, or for a refresh token. */
  @Limited(limits.login)
  @Post()
  @HttpCode(200)
  @Access('public', { enter: enterStore })
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBadRequestResponse({
    description: '`invalid_grant` or `invalid_request`, with `error_description` (RFC 6749 5.2).',
  })
  async token(@Body() form: TokenFormDto): Promise<OAuthTokenDto> {
    const [client, spans] = [glueClient(this.tenants), glueSpans(this.tenants)];
    switch (form?.grant_type) {
      case 'password': {
        const [username, password] = [needed(form, 'username'), needed(form, 'password')];
        const login = this.logins.login(username, password, { from: { client }, spans });
        return OAuthTokenDto.of(await refusedAlike(this.tenants.settings, login));
      }
      case 'refresh_token':
        return OAuthTokenDto.of(await this.sessions.refreshCustomer(needed(form, 'refresh_token'), spans, client));
      default:
        throw new OAuthError('invalid_grant', 'The grant_type must be password or refresh_token.');
    }
  }
}

function needed(form: TokenFormDto, name: 'username' | 'password' | 'refresh_token'): string {
  const value = form[name];
  if (typeof value !== 'string' || !value || value.length > 1024)
    throw new OAuthError('invalid_request', `The parameter ${name} is missing or not valid.`);
  return value;
}
