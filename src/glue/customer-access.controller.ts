import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { ApiResource } from './api-docs.js';
import type { Resource } from './resource.js';
import { CustomerAccessAttributes } from './customer-access.dto.js';

const TYPE = 'customer-access';

@ApiTags('customers')
@Controller(TYPE)
export class CustomerAccessController {
  constructor(private readonly tenants: TenantsService) {}

  /**
   * Lists the resource types that require a customer login
   *
   * @remarks
   * The list is the tenant setting `customerAccess`.
   */
  @Get()
  @GlueAccess('public')
  @ApiResource(200, TYPE, CustomerAccessAttributes, { list: true })
  @ApiReturns('A list of one resource with the resource types.')
  getCustomerAccess(): Resource[] {
    const attributes: CustomerAccessAttributes = { resourceTypes: this.tenants.settings.customerAccess };
    return [{ type: TYPE, id: null, path: TYPE, attributes }];
  }
}
