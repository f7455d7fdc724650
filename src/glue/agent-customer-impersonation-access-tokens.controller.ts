import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Failure } from '../common/failure.js';
import { CustomersService } from '../customers/customers.service.js';
import { ActingService } from '../employee/acting.service.js';
import { CalledBy, type Caller, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { AgentAccess, expectAgent } from './access.js';
import { ImpersonationAttributes } from './agents.dto.js';
import { Attributes } from './attributes.js';
import { ApiResource, ApiErrors, ApiResourceBody } from './api-docs.js';
import { GlueError } from './glue-error.js';
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

  /**
   * Creates a customer's access token for an agent
   *
   * @remarks
   * The agent acts for the customer with it. The token cannot be refreshed.
   */
  @Post()
  @AgentAccess(TYPE)
  @ApiResourceBody(TYPE, ImpersonationAttributes, { customerReference: 'DE--21' })
  @ApiResource(201, TYPE, TokenAttributes)
  @ApiErrors({
    401: 'The customer was not found or may not log in (4104), or the token is not that of an agent (4103).',
  })
  @ApiReturns('The access token for acting for the customer.')
  async impersonateCustomer(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Attributes() { customerReference }: ImpersonationAttributes,
  ): Promise<Resource> {
    expectAgent(caller);
    try {
      const customerId = await this.customers.idOf(customerReference, caller.reach);
      return tokensResource(TYPE, await this.acting.start(customerId, caller, undefined, origin));
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'token_invalid') throw error;
      throw new GlueError(401, '4104', 'Failed to impersonate a customer.');
    }
  }
}
