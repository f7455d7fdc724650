import { Controller, Headers, HttpCode, Post, Query } from '@nestjs/common';
import { ApiHeader, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../../common/errors.dto.js';
import { Limited } from '../../limits/limited.js';
import { limits } from '../../limits/limits.js';
import { Access, CalledBy } from '../../sessions/access.js';
import { SecretsInHeaders } from '../secrets-in-headers.js';
import { SocialLoginQueryDto, SocialTokenDto, codeLoginOf } from './social-login.dto.js';
import { SsoService } from './sso.service.js';
import { ExchangedTokenDto, TokenExchangeQueryDto } from './token-exchange.dto.js';

@ApiTags('auth')
@Access('anonymous')
@ApiNotFoundResponse({ description: 'Nobody logs in so, and the tenant makes no customers.', type: ErrorMessageDto })
@Controller('customer/:tenant')
export class SsoController {
  constructor(private readonly sso: SsoService) {}

  /**
   * Logs in with the authorization code of an identity provider. Who is new becomes a customer; whose e-mail address
   * has an account is refused with the type `confirmation_required`, until the account's owner has confirmed the mail.
   */
  @Limited(limits.provider)
  @Post('socialLogin')
  @SecretsInHeaders({ code: 'Authorization-Code', code_verifier: 'Code-Verifier' })
  @HttpCode(200)
  @ApiHeader({
    name: 'session-id',
    required: false,
    schema: { type: 'string' },
    description: "The visitor's session to carry on, if it is not that of the Bearer token.",
  })
  async socialLogin(
    @CalledBy('sessionId') visitor: string,
    @Headers() headers: Record<string, string | undefined>,
    @Query() query: SocialLoginQueryDto,
  ): Promise<SocialTokenDto> {
    return SocialTokenDto.of(await this.sso.byCode(codeLoginOf(query), visitor, headers['session-id']));
  }

  /** Exchanges a token of another system, which is verified as the tenant's `tokenExchange` says, for a login. */
  @Limited(limits.provider)
  @Post('exchangeauthtoken')
  @SecretsInHeaders({ subjectAccessToken: 'Subject-Access-Token' })
  @HttpCode(200)
  async exchange(
    @CalledBy('sessionId') visitor: string,
    @Query() { subjectAccessToken, config }: TokenExchangeQueryDto,
  ): Promise<ExchangedTokenDto> {
    return ExchangedTokenDto.of(subjectAccessToken, await this.sso.byToken(subjectAccessToken, config, visitor));
  }
}
