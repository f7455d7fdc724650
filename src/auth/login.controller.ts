import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { refusedAlike } from '../credentials/refused-alike.js';
import { Access, CalledBy, type Caller, Loaded } from '../sessions/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { spansOf } from './spans.js';
import { LoginService } from './login.service.js';
import { SecretsInHeaders } from './secrets-in-headers.js';
import {
  type CustomerByNow,
  CustomerTokenDto,
  LoginDto,
  LogoutQueryDto,
  RefreshQueryDto,
  RefreshedTokenDto,
  TokenValidationDto,
} from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

/** What a token says nothing of, or may have outlived. */
const byNow = {
  name: 'customer_by_now',
  expression: `json_build_object(
    'email', (select email from accounts a where a.tenant = s.tenant and a.customer_id = s.customer_id limit 1),
    'groups', (select coalesce(json_object_agg(m.legal_entity_id, m.company_group), '{}') from contact_assignments m
      where m.tenant = s.tenant and m.customer_id = s.customer_id))`,
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
  @Limited(limits.login)
  @Post('login')
  @HttpCode(200)
  @Access('anonymous', { checkedByHandler: true })
  async login(
    @CalledBy('sessionId') sessionId: string,
    @Body() { email, password }: LoginDto,
  ): Promise<CustomerTokenDto> {
    const { settings } = this.tenants;
    const login = this.logins.login(email, password, { from: { visitor: sessionId }, spans: spansOf(settings) });
    return CustomerTokenDto.of(await refusedAlike(settings, login));
  }

  /**
   * Carries a customer's session on: new tokens, the same session id. The Bearer token is an anonymous one, or the
   * customer's own, which may have expired. With `legalEntityId` the customer acts for that company from now on. The
   * refresh token is used up: for 10 seconds it is taken once more, for a second tab or an answer that got lost; after
   * that, its return ends the session.
   */
  @Get('refreshauthtoken')
  @SecretsInHeaders({ refreshToken: 'Refresh-Token' })
  @Access(['anonymous', 'customer'], { lapsed: true })
  async refresh(
    @CalledBy() caller: Caller,
    @Query() { refreshToken, legalEntityId }: RefreshQueryDto,
  ): Promise<RefreshedTokenDto> {
    const spans = spansOf(this.tenants.settings);
    return RefreshedTokenDto.of(await this.logins.refresh(caller, refreshToken, spans, legalEntityId || undefined));
  }

  /** Says what the Bearer token is good for, and for how long. */
  @Get('validateauthtoken')
  @Access('customer', { load: byNow })
  validate(@CalledBy() caller: Caller, @Loaded() customer: CustomerByNow): TokenValidationDto {
    return TokenValidationDto.of(caller, customer, this.clock.now());
  }

  /** Ends the session of the Bearer token; `accessToken` must be the same token. */
  @Get('logout')
  @SecretsInHeaders({ accessToken: 'Access-Token' })
  @HttpCode(204)
  @Access('customer', { checkedByHandler: true })
  async logout(@CalledBy() { sessionId, token }: Caller, @Query() { accessToken }: LogoutQueryDto): Promise<void> {
    if (token !== accessToken) throw new Failure('token_invalid');
    await this.sessions.end(sessionId);
  }
}
