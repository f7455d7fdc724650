import { Body, Controller, Get, Header, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { Access, CalledBy, type Caller, Loaded } from '../sessions/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { spansOf } from './spans.js';
import { LoginService } from './login.service.js';
import {
  CustomerTokenDto,
  LoginDto,
  LogoutQueryDto,
  RefreshQueryDto,
  RefreshedTokenDto,
  TokenValidationDto,
} from './tokens.dto.js';

const loginEmail = {
  name: 'login_email',
  expression: '(select email from accounts a where a.tenant = s.tenant and a.customer_id = s.customer_id limit 1)',
};

@ApiTags('auth')
@Controller('customer/:tenant')
export class LoginController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /** Logs a customer in. The visitor's session id passes to the customer. */
  @Post('login')
  @HttpCode(200)
  @Access('anonymous', { checkedByHandler: true })
  @Header('Cache-Control', 'no-store')
  async login(
    @CalledBy('sessionId') sessionId: string,
    @Body() { email, password }: LoginDto,
  ): Promise<CustomerTokenDto> {
    return CustomerTokenDto.of(
      await this.logins.login(email, password, { from: { visitor: sessionId }, spans: spansOf(this.tenants.settings) }),
    );
  }

  /**
   * Carries a customer's session on: new tokens, the same session id. The Bearer token is an anonymous one, or the
   * customer's own, which may have expired.
   */
  @Get('refreshauthtoken')
  @Access(['anonymous', 'customer'], { lapsed: true })
  @Header('Cache-Control', 'no-store')
  async refresh(
    @CalledBy('clientId') clientId: string | undefined,
    @Query() { refreshToken, legalEntityId }: RefreshQueryDto,
  ): Promise<RefreshedTokenDto> {
    // No customer belongs to a legal entity yet. Asked before the token is used up.
    if (legalEntityId) throw invalid('legalEntityId', 'The customer is not assigned to this legalEntityId');
    return RefreshedTokenDto.of(
      await this.sessions.refreshCustomer(refreshToken, spansOf(this.tenants.settings), clientId ?? null),
    );
  }

  /** Says what the Bearer token is good for, and for how long. */
  @Get('validateauthtoken')
  @Access('customer', { load: loginEmail })
  @Header('Cache-Control', 'no-store')
  validate(@CalledBy() caller: Caller, @Loaded() email: string): TokenValidationDto {
    return TokenValidationDto.of(caller, email, this.clock.now());
  }

  /** Ends the session of the Bearer token; `accessToken` must be the same token. */
  @Get('logout')
  @HttpCode(204)
  @Access('customer', { checkedByHandler: true })
  @Header('Cache-Control', 'no-store')
  async logout(@CalledBy() { sessionId, token }: Caller, @Query() { accessToken }: LogoutQueryDto): Promise<void> {
    if (token !== accessToken) throw new Failure('token_invalid');
    await this.sessions.end(sessionId);
  }
}
