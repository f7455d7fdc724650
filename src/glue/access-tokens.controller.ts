import { Controller, Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LoginService } from '../auth/login.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Answers, Refuses, Takes } from './described.js';
import type { Resource } from './resource.js';
import { LoginAttributes, TokenAttributes, glueClient, glueSpans, tokensResource } from './tokens.dto.js';
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

  /** Logs a customer in. */
  @Limited(limits.login)
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @Takes(TYPE, LoginAttributes, { username: 'ada@demo.example', password: 'password123' })
  @Answers(201, TYPE, TokenAttributes)
  @Refuses({ 401: 'E-mail or password are wrong, or the account is not active (003).', 429: 'Locked out.' })
  async create(@Attributes() { username, password }: LoginAttributes): Promise<Resource> {
    const start = { from: { client: glueClient(this.tenants) }, spans: glueSpans(this.tenants) };
    return tokensResource(TYPE, await this.logins.login(username, password, start));
  }
}
