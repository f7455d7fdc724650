import { Controller, Headers, HttpCode, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../../common/openapi.js';
import { ErrorMessageDto } from '../../emporix/errors.dto.js';
import { Limited } from '../../limits/limited.js';
import { limits } from '../../limits/limits.js';
import { Access, CalledBy, RequestOrigin } from '../../sessions/access/access.js';
import type { Origin } from '../../tenants/request-scope.js';
import { SecretsInHeaders } from '../../emporix/secrets-in-headers.js';
import { SocialLoginQueryDto, SocialTokenDto, codeLoginOf } from './social-login.dto.js';
import { SsoService } from './sso.service.js';
import { ExchangedTokenDto, TokenExchangeQueryDto } from './token-exchange.dto.js';

/** The visitor's token, which some storefronts send in the query instead of the header `Authorization`. */
function anonymousTokenOf({ headers, query }: FastifyRequest): string | undefined {
  const { anonymous_token: token } = query as { anonymous_token?: unknown };
  return headers.authorization === undefined && typeof token === 'string' ? token : undefined;
}

@ApiTags('auth')
@ApiNotFoundResponse({
  description: 'No account is linked to this identity, and auto-provisioning is off.',
  type: ErrorMessageDto,
})
@Controller('customer/:tenant')
export class SsoController {
  constructor(private readonly sso: SsoService) {}

  /**
   * Logs in with the authorization code of an identity provider
   *
   * @remarks
   * A login with a new identity creates a customer. If its e-mail address already has an account, the login is rejected
   * with the type `confirmation_required` until the owner of the account has confirmed the mail.
   */
  @Limited(limits.provider)
  @Post('socialLogin')
  @Access('anonymous', { token: anonymousTokenOf })
  @SecretsInHeaders({
    code: 'Authorization-Code',
    code_verifier: 'Code-Verifier',
    anonymous_token: 'Anonymous-Token',
  })
  @HttpCode(200)
  @ApiHeader({
    name: 'session-id',
    required: false,
    schema: { type: 'string' },
    description:
      'The session id of the visitor, if it is not that of the Bearer token. Ignored without an `anonymous_token` of that session.',
  })
  @ApiReturns('The tokens of the provider and of the customer.')
  async logInWithProvider(
    @CalledBy('sessionId') visitor: string,
    @RequestOrigin() origin: Origin,
    @Headers() headers: Record<string, string | undefined>,
    @Query() query: SocialLoginQueryDto,
  ): Promise<SocialTokenDto> {
    const kept = { sessionId: headers['session-id'], token: query.anonymous_token };
    return SocialTokenDto.of(await this.sso.byCode(codeLoginOf(query), visitor, origin, kept));
  }

  /**
   * Exchanges a token of another system for a login
   *
   * @remarks
   * The tenant setting `tokenExchange` defines how the token is verified.
   */
  @Limited(limits.provider)
  @Post('exchangeauthtoken')
  @Access('anonymous')
  @SecretsInHeaders({ subjectAccessToken: 'Subject-Access-Token' })
  @HttpCode(200)
  @ApiReturns('The tokens of the customer.')
  async exchangeToken(
    @CalledBy('sessionId') visitor: string,
    @RequestOrigin() origin: Origin,
    @Query() { subjectAccessToken, config }: TokenExchangeQueryDto,
  ): Promise<ExchangedTokenDto> {
    const login = await this.sso.byToken(subjectAccessToken, config, visitor, origin);
    return ExchangedTokenDto.of(subjectAccessToken, login);
  }
}
