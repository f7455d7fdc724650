import { Controller, Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { fitsAnEnvelope, isPlainEmail } from '../common/email.js';
import { Failure } from '../common/failure.js';
import { type Credentials, TokenService } from '../employee/token.service.js';
import { RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { AgentLoginAttributes } from './agents.dto.js';
import { Attributes } from './attributes.js';
import { ApiResource, ApiErrors, ApiResourceBody } from './api-docs.js';
import { agentRejected } from './glue-error.js';
import type { Resource } from './resource.js';
import { TokenAttributes, glueClient, glueLifetimes, passwordOf, tokensResource } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'agent-access-tokens';

@ApiTags('agents')
@Controller(TYPE)
export class AgentAccessTokensController {
  constructor(
    private readonly tokens: TokenService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Creates access and refresh tokens for an agent
   *
   * @remarks
   * An agent is an employee who may act for customers.
   */
  @Limited(limits.token)
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @ApiResourceBody(TYPE, AgentLoginAttributes, { username: 'staff@demo.example', password: 'password123' })
  @ApiResource(201, TYPE, TokenAttributes)
  @ApiErrors({
    401: 'The e-mail or the password is wrong or absent, or the employee may not act for customers (4101).',
    429: 'The login is locked after too many failed attempts (4401).',
  })
  @ApiReturns('The tokens of the agent.')
  async createAgentAccessToken(
    @RequestOrigin() origin: Origin,
    @Attributes() attributes: AgentLoginAttributes,
  ): Promise<Resource> {
    const credentials = credentialsOf(attributes);
    if (!credentials) throw agentRejected();
    const start = { client: glueClient(this.tenants), lifetimes: glueLifetimes(this.tenants) };
    try {
      return tokensResource(TYPE, await this.tokens.forAgent(credentials, start, origin));
    } catch (error) {
      const isRejected = error instanceof Failure && ['login_rejected', 'access_denied'].includes(error.code);
      throw isRejected ? agentRejected() : error;
    }
  }
}

/**
 * The vendor has no rules for these attributes: any other value is treated as wrong credentials.
 *
 * @returns undefined if no employee can have such an e-mail, so that no attempt is counted
 */
function credentialsOf(attributes: Partial<Record<keyof AgentLoginAttributes, unknown>>): Credentials | undefined {
  const { username } = attributes;
  if (typeof username !== 'string' || !isPlainEmail(username) || !fitsAnEnvelope(username)) return undefined;
  return { email: username, password: passwordOf(attributes) };
}
