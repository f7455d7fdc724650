import { Controller, Get, Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { LoginService } from '../auth/login.service.js';
import { RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiResource, ApiErrors, ApiResourceBody, attributesInvalid } from './api-docs.js';
import type { Resource } from './resource.js';
import {
  LoginAttributes,
  TokenAttributes,
  glueClient,
  glueLifetimes,
  passwordOf,
  tokensResource,
} from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'access-tokens';

@ApiTags('tokens')
@Controller(TYPE)
export class AccessTokensController {
  constructor(
    private readonly logins: LoginService,
    private readonly tenants: TenantsService,
  ) {}

  /** Creates access and refresh tokens for a customer */
  @Limited(limits.login)
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @ApiResourceBody(TYPE, LoginAttributes, { username: 'ada@demo.example', password: 'password123' })
  @ApiResource(201, TYPE, TokenAttributes)
  @ApiErrors({
    401: 'The e-mail or the password is wrong, or the account is not active (003).',
    422: attributesInvalid,
    429: 'The login is locked after too many failed attempts (4401).',
  })
  @ApiReturns('The tokens of the customer.')
  async createAccessToken(
    @RequestOrigin() origin: Origin,
    @Attributes() attributes: LoginAttributes,
  ): Promise<Resource> {
    const start = { from: { client: glueClient(this.tenants) }, lifetimes: glueLifetimes(this.tenants), origin };
    return tokensResource(TYPE, await this.logins.login(attributes.username, passwordOf(attributes), start));
  }
  /** Returns an empty list, because tokens are returned only on creation */
  @Get()
  @GlueAccess('public')
  @ApiResource(200, TYPE, TokenAttributes, { list: true })
  @ApiReturns('An empty list.')
  listAccessTokens(): Resource[] {
    return [];
  }
}
