import { Controller, type ExecutionContext, Header, HttpCode, Post, createParamDecorator } from '@nestjs/common';
import { ApiBadRequestResponse, ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { LoginService } from '../auth/login.service.js';
import { Failure } from '../common/failure.js';
import { findInvalidText } from '../common/validation.js';
import { maskLockout } from '../credentials/mask-lockout.js';
import { Access, RequestOrigin } from '../sessions/access/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { enterStore } from './access.js';
import { OAuthTokenDto, TokenFormDto } from './token.dto.js';
import { OAuthError, REQUEST_INVALID } from './token.filter.js';
import { glueClient, glueLifetimes } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

/** The description of the vendor's OAuth 2.0 server for a rejected grant. */
const GRANT_INVALID =
  'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is ' +
  'invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to ' +
  'another client.';

type Form = Partial<Record<keyof TokenFormDto, unknown>>;

/** The body, which the handler validates: the vendor has an error of its own for each parameter. */
const Form = createParamDecorator((_data: undefined, context: ExecutionContext): Form => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  return typeof body === 'object' && body !== null ? body : {};
});

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
   * The grant `password` requires `username` and `password`. The grant `refresh_token` requires `refresh_token`.
   */
  @Limited(limits.login)
  @Post()
  @HttpCode(200)
  @Access('public', { api: 'oauth', acceptsForm: true, enter: enterStore })
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ type: TokenFormDto })
  @ApiBadRequestResponse({
    description:
      'The grant is rejected (`invalid_grant`) or the request is not valid (`invalid_request`; RFC 6749, 5.2).',
  })
  @ApiReturns('The tokens of the customer.')
  async issueToken(@RequestOrigin() origin: Origin, @Form() form: Form): Promise<OAuthTokenDto> {
    const [client, lifetimes] = [glueClient(this.tenants), glueLifetimes(this.tenants)];
    switch (form.grant_type) {
      case 'password': {
        const [username, password] = [field(form, 'username'), field(form, 'password')];
        if (!isCredential(username) || !isCredential(password)) throw new Failure('login_rejected');
        const login = this.logins.login(username, password, { from: { client }, lifetimes, origin });
        // The vendor's errors for this login do not include a lock.
        return OAuthTokenDto.of(await maskLockout({ strict: true }, login));
      }
      case 'refresh_token':
        return OAuthTokenDto.of(await this.sessions.refreshCustomer(field(form, 'refresh_token'), lifetimes, client));
      default:
        throw new OAuthError('invalid_grant', GRANT_INVALID);
    }
  }
}

/** The value of a parameter, which may be empty. */
function field(form: Form, name: keyof TokenFormDto): string {
  const value = form[name];
  if (typeof value !== 'string') throw new OAuthError('invalid_request', REQUEST_INVALID);
  return value;
}

/** Whether a text can belong to an account. Others are rejected without a query and without a hash. */
function isCredential(text: string): boolean {
  return text !== '' && text.length <= 1024 && findInvalidText(text).length === 0;
}
