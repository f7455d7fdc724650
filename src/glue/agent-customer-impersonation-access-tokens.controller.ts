import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Failure } from '../common/failure.js';
import { findInvalidText } from '../common/validation.js';
import { CustomersService } from '../customers/customers.service.js';
import { ActingService } from '../employee/acting.service.js';
import { CalledBy, type Caller, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { AgentAccess, assertAgent } from './access.js';
import { ImpersonationAttributes } from './agents.dto.js';
import { Attributes } from './attributes.js';
import { ApiResource, ApiErrors, ApiResourceBody } from './api-docs.js';
import { impersonationDenied } from './glue-error.js';
import type { Resource } from './resource.js';
import { TokenAttributes, glueClient, glueLifetimes, tokensResource } from './tokens.dto.js';

const TYPE = 'agent-customer-impersonation-access-tokens';

@ApiTags('agents')
@Controller(TYPE)
export class AgentCustomerImpersonationController {
  constructor(
    private readonly customers: CustomersService,
    private readonly acting: ActingService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Creates a customer's access and refresh tokens for an agent
   *
   * @remarks
   * With these tokens, the agent acts for the customer, who need not have confirmed the e-mail.
   */
  @Post()
  @AgentAccess(TYPE)
  @ApiResourceBody(TYPE, ImpersonationAttributes, { customerReference: '<customer reference>' })
  @ApiResource(201, TYPE, TokenAttributes)
  @ApiErrors({
    401: 'The customer does not exist, is inactive, or is on hold (4104).',
  })
  @ApiReturns('The tokens with which the agent acts for the customer.')
  async impersonateCustomer(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Attributes() { customerReference }: ImpersonationAttributes,
  ): Promise<Resource> {
    assertAgent(caller);
    if (!isReference(customerReference)) throw impersonationDenied();
    const start = { client: glueClient(this.tenants), lifetimes: glueLifetimes(this.tenants) };
    try {
      const customerId = await this.customers.idOf(customerReference, caller.reach);
      return tokensResource(TYPE, await this.acting.startAsAgent(customerId, caller, start, origin));
    } catch (error) {
      const isRejected = error instanceof Failure && ['customer_not_found', 'customer_blocked'].includes(error.code);
      throw isRejected ? impersonationDenied() : error;
    }
  }
}

/** The vendor has no rules for this attribute: any other value is treated as an unknown reference. */
function isReference(value: unknown): value is string {
  return typeof value === 'string' && findInvalidText(value).length === 0;
}
