import { Controller, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { OptInService } from '../auth/opt-in.service.js';
import { ApiReturns } from '../common/openapi.js';
import { CustomersService } from '../customers/customers.service.js';
import { ownReach } from '../tenants/reach.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResource, ApiResourceBody } from './api-docs.js';
import { Attributes } from './attributes.js';
import { CustomerAttributes, customerResource, requestedParts } from './customers.dto.js';
import type { QueryParameters } from './page.js';
import type { Resource } from './resource.js';
import { RegistrationKeyAttributes } from './confirmations.dto.js';

const TYPE = 'confirm-registration';

/** The equivalent of `POST /customer-confirmation` in the vendor's API Platform. */
@ApiTags('customers')
@Controller('customers/:customerReference/confirm-registration')
export class ConfirmRegistrationController {
  constructor(
    private readonly optIn: OptInService,
    private readonly customers: CustomersService,
  ) {}

  /** Confirms a new customer's e-mail address and returns the customer */
  @Post()
  @GlueAccess('public', { takes: [TYPE, 'customers'] })
  @ApiParam({ name: 'customerReference', description: 'Ignored: the key identifies the customer.', example: 'DE--21' })
  @ApiResourceBody(TYPE, RegistrationKeyAttributes, { registrationKey: '<key of the mail>' })
  @ApiResource(201, 'customers', CustomerAttributes)
  @ApiErrors({ 422: 'The key is not valid (423), or it is missing or too long (901).' })
  @ApiReturns('The customer, whose e-mail address is confirmed.')
  async confirmRegistration(
    @Attributes() { registrationKey }: RegistrationKeyAttributes,
    @Query() query: QueryParameters,
  ): Promise<Resource> {
    const { customerId } = await this.optIn.confirm(registrationKey);
    return customerResource(await this.customers.profile(customerId, requestedParts(query), ownReach));
  }
}
