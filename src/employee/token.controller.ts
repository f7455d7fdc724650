import { Body, Controller, Header, Headers, HttpCode, Post } from '@nestjs/common';
import { ApiBadRequestResponse, ApiConsumes, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { TokenErrorDto } from '../emporix/errors.dto.js';
import { invalid } from '../common/failure.js';
import { Access, RequestOrigin } from '../sessions/access/access.js';
import type { AccessOnly, IssuedTokens } from '../sessions/signing/session-tokens.js';
import type { Origin } from '../tenants/request-scope.js';
import { type ClientCredentials, clientCredentials } from './client-credentials.js';
import { IntrospectionDto, IntrospectionRequestDto } from './introspection.dto.js';
import { RevocationDto, TokenResponseDto, TokenRequestDto } from './token.dto.js';
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
   * A service authenticates with its secret, an employee with an e-mail and a password. A client sends its id and
   * secret in the form, or by HTTP Basic (RFC 6749, 2.3.1). Errors also have the properties of RFC 6749, 5.2.
   *
   * An employee gets a refresh token, which is valid for 30 minutes. Each refresh replaces the token. The session ends
   * 12 hours after the login at the latest. For 10 seconds after its first use, a replaced token can be sent again and
   * returns the same new refresh token. A later use ends the session.
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
  ): Promise<TokenResponseDto> {
    const requiresSecret = body.grant_type === 'client_credentials';
    const client = clientCredentials({ ...body, requiresSecret }, authorization);
    const issued = await this.issue(body, client, origin);
    const { refreshToken = '', refreshExpiresIn = 0 } = issued as Partial<IssuedTokens>;
    return {
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: issued.expiresIn,
      session_idle_time: refreshToken ? refreshExpiresIn : 120,
      refresh_token: refreshToken,
      refresh_token_expires_in: refreshExpiresIn,
      scope: issued.scope,
    };
  }

  /**
   * Revokes a token of an employee or a service and ends its session
   *
   * @remarks
   * RFC 7009. The client identifies itself as for `POST /oauth/token`. A token that is unknown, expired, already
   * revoked or issued to another client is ignored.
   */
  @Limited(limits.token)
  @Post('revoke')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBadRequestResponse({ description: 'The request is not valid.', type: TokenErrorDto })
  @ApiUnauthorizedResponse({ description: 'The client id or the secret is invalid.', type: TokenErrorDto })
  @ApiReturns('The session has ended, or the token was ignored.')
  async revokeToken(
    @Headers('authorization') authorization: string | undefined,
    @Body() body: RevocationDto,
  ): Promise<void> {
    await this.tokens.revoke(clientCredentials(body, authorization), body.token);
  }

  /**
   * Checks an access token for a service
   *
   * @remarks
   * RFC 7662. A service authenticates with its secret. It can check the access tokens of visitors, customers, employees
   * and services of its own tenant. If a token is expired, revoked or unknown, belongs to another tenant, or is not an
   * access token, the response is only `{"active": false}`.
   */
  @Limited(limits.introspection)
  @Post('introspect')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBadRequestResponse({ description: 'The request is not valid.', type: TokenErrorDto })
  @ApiUnauthorizedResponse({ description: 'The client id or the secret is invalid.', type: TokenErrorDto })
  @ApiReturns('Whether the token is valid, and the claims of a valid token.')
  async introspectToken(
    @Headers('authorization') authorization: string | undefined,
    @Body() body: IntrospectionRequestDto,
  ): Promise<IntrospectionDto> {
    const client = clientCredentials({ ...body, requiresSecret: true }, authorization);
    const claims = await this.tokens.introspect(client, body.token);
    return claims ? { active: true, token_type: 'Bearer', ...claims } : { active: false };
  }

  private issue(
    { grant_type, username = '', password = '', refresh_token = '', scope }: TokenRequestDto,
    client: ClientCredentials,
    origin: Origin,
  ): Promise<AccessOnly | IssuedTokens> {
    switch (grant_type) {
      case 'password':
        return this.tokens.forEmployee(client, { email: username, password }, origin, scope);
      case 'refresh_token':
        if (scope !== undefined) throw invalid('scope', 'scope must not be sent with refresh_token');
        return this.tokens.refresh(client, refresh_token);
      case 'client_credentials':
        return this.tokens.forService(client, scope);
    }
  }
}
