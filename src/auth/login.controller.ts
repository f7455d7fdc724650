import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { maskLockout } from '../credentials/mask-lockout.js';
import { ChangesState } from '../emporix/changes-state.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy, type Caller, Projected, RequestOrigin } from '../sessions/access/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type CurrentCustomer, currentCustomer } from './current-customer.js';
import { tokenLifetimes } from './token-lifetimes.js';
import { LoginService } from './login.service.js';
import { SecretsInHeaders } from '../emporix/secrets-in-headers.js';
import {
  CustomerTokenDto,
  LoginDto,
  LogoutQueryDto,
  RefreshQueryDto,
  RefreshedTokenDto,
  TokenValidationDto,
} from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('auth')
@Controller('customer/:tenant')
export class LoginController {
  constructor(
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Logs a customer in
   *
   * @remarks
   * The customer's session has the visitor's public session id, so that the cart is kept. After 15 consecutive rejected
   * logins from one network, the account is locked for this network, first for a minute and then for longer. A page
   * that waits for an activation must therefore not repeat the login.
   */
  @Limited(limits.login)
  @Post('login')
  @HttpCode(200)
  @ApiBadRequestResponse({
    description:
      'The login was rejected. The response does not reveal whether the e-mail or the password is wrong, or whether the ' +
      'customer is not active or is on hold.',
    type: ErrorMessageDto,
  })
  @Access('anonymous', { sessionCheckedInQuery: true })
  @ApiReturns('The tokens of the customer.')
  async logIn(
    @CalledBy('sessionId') sessionId: string,
    @RequestOrigin() origin: Origin,
    @Body() { email, password }: LoginDto,
  ): Promise<CustomerTokenDto> {
    const { settings } = this.tenants;
    const login = this.logins.login(email, password, {
      from: { visitor: sessionId },
      lifetimes: tokenLifetimes(settings),
      origin,
    });
    return CustomerTokenDto.of(await maskLockout(settings, login));
  }

  /**
   * Refreshes a customer's session; the session id stays the same
   *
   * @remarks
   * The Bearer token is an anonymous token or the customer's own token, which may have expired. With `legalEntityId`,
   * the customer acts for that company from now on. The refresh token is replaced. For 10 seconds after its first use,
   * it returns the same new refresh token, so that parallel requests and lost responses do no harm. A later use ends
   * the session.
   */
  @Get('refreshauthtoken')
  @ChangesState()
  @SecretsInHeaders({ refreshToken: 'Refresh-Token' })
  @Access(['anonymous', 'customer'], { allowExpired: true })
  @ApiReturns('The new tokens of the customer.')
  async refreshCustomerToken(
    @CalledBy() caller: Caller,
    @Query() { refreshToken, legalEntityId }: RefreshQueryDto,
  ): Promise<RefreshedTokenDto> {
    const lifetimes = tokenLifetimes(this.tenants.settings);
    return RefreshedTokenDto.of(await this.logins.refresh(caller, refreshToken, lifetimes, legalEntityId || undefined));
  }

  /** Validates the Bearer token */
  @Get('validateauthtoken')
  @Access('customer', { projection: currentCustomer })
  @ApiReturns('The token is valid. The response contains its scopes, remaining lifetime and session.')
  validateToken(@CalledBy() caller: Caller, @Projected() customer: CurrentCustomer): TokenValidationDto {
    return TokenValidationDto.of(caller, customer, this.clock.now());
  }

  /**
   * Logs a customer out
   *
   * @remarks
   * Ends the session of the Bearer token, which must also be in `accessToken`.
   */
  @Get('logout')
  @ChangesState()
  @SecretsInHeaders({ accessToken: 'Access-Token' })
  @HttpCode(204)
  @Access('customer', { sessionCheckedInQuery: true })
  @ApiReturns('The session has ended, and its tokens are revoked.')
  async logOut(@CalledBy() { sessionId, token }: Caller, @Query() { accessToken }: LogoutQueryDto): Promise<void> {
    if (token !== accessToken) throw new Failure('token_invalid');
    await this.sessions.end(sessionId);
  }
}
