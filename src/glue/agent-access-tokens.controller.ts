import { Controller, Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Failure } from '../common/failure.js';
import { TokenService } from '../employee/token.service.js';
import { RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiResource, ApiErrors, ApiResourceBody } from './api-docs.js';
import { GlueError } from './glue-error.js';
import type { Resource } from './resource.js';
import { LoginAttributes, TokenAttributes, tokenLifetimes, tokensResource } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'agent-access-tokens';

@ApiTags('agents')
@Controller(TYPE)
export class AgentAccessTokensController {
  constructor(private readonly tokens: TokenService) {}

  /**
   * Creates an access token for an agent
   *
   * @remarks
   * An agent is an employee who may act for customers.
   */
  @Limited(limits.token)
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @ApiResourceBody(TYPE, LoginAttributes, { username: 'staff@demo.example', password: 'password123' })
  @ApiResource(201, TYPE, TokenAttributes)
  @ApiErrors({ 401: 'The e-mail or the password is wrong, or the employee may not act for customers (4101).' })
  @ApiReturns('The access token of the agent.')
  async createAgentAccessToken(
    @RequestOrigin() origin: Origin,
    @Attributes() { username: email, password }: LoginAttributes,
  ): Promise<Resource> {
    try {
      return tokensResource(TYPE, await this.tokens.forAgent({ email, password }, tokenLifetimes.access, origin));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new GlueError(401, '4101', 'Failed to authenticate an agent.');
    }
  }
}
