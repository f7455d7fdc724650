import { Controller, Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Failure } from '../common/failure.js';
import { TokenService } from '../employee/token.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Answers, Refuses, Takes } from './described.js';
import { Refusal } from './refusal.js';
import type { Resource } from './resource.js';
import { LoginAttributes, TokenAttributes, spans, tokensResource } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'agent-access-tokens';

@ApiTags('agents')
@Controller(TYPE)
export class AgentAccessTokensController {
  constructor(private readonly tokens: TokenService) {}

  /** Logs an employee in who may act for customers. */
  @Limited(limits.token)
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Header('Cache-Control', 'no-store')
  @Takes(TYPE, LoginAttributes, { username: 'staff@demo.example', password: 'password123' })
  @Answers(201, TYPE, TokenAttributes)
  @Refuses({ 401: 'For whatever reason (4101).' })
  async create(@Attributes() { username: email, password }: LoginAttributes): Promise<Resource> {
    try {
      return tokensResource(TYPE, await this.tokens.forAgent({ email, password }, spans.access));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Refusal(401, '4101', 'Failed to authenticate an agent.');
    }
  }
}
