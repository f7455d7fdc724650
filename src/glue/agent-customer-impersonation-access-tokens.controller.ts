import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Failure } from '../common/failure.js';
import { CustomersService } from '../customers/customers.service.js';
import { ActingService } from '../employee/acting.service.js';
import { CalledBy, type Caller } from '../sessions/access.js';
import { AgentAccess, expectAgent } from './access.js';
import { ImpersonationAttributes } from './agents.dto.js';
import { Attributes } from './attributes.js';
import { Answers, Refuses, Takes } from './described.js';
import { Refusal } from './refusal.js';
import type { Resource } from './resource.js';
import { TokenAttributes, tokensResource } from './tokens.dto.js';

const TYPE = 'agent-customer-impersonation-access-tokens';

@ApiTags('agents')
@Controller(TYPE)
export class AgentCustomerImpersonationController {
  constructor(
    private readonly customers: CustomersService,
    private readonly acting: ActingService,
  ) {}

  /** A customer's token for the agent who acts for the customer. There is nothing to refresh it with. */
  @Post()
  @AgentAccess(TYPE)
  @Takes(TYPE, ImpersonationAttributes, { customerReference: 'DE--21' })
  @Answers(201, TYPE, TokenAttributes)
  @Refuses({ 401: 'No such customer, or one who may not log in (4104); the token is no agent’s (4103).' })
  async create(
    @CalledBy() caller: Caller,
    @Attributes() { customerReference }: ImpersonationAttributes,
  ): Promise<Resource> {
    expectAgent(caller);
    try {
      const customerId = await this.customers.idOf(customerReference);
      return tokensResource(TYPE, await this.acting.start(customerId, caller, undefined));
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'token_invalid') throw error;
      throw new Refusal(401, '4104', 'Failed to impersonate a customer.');
    }
  }
}
