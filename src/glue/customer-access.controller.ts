import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { Answers } from './described.js';
import type { Resource } from './resource.js';

const TYPE = 'customer-access';

class CustomerAccessAttributes {
  /** Resources that only customers who have logged in may use. */
  resourceTypes!: string[];
}

@ApiTags('customers')
@Controller(TYPE)
export class CustomerAccessController {
  constructor(private readonly tenants: TenantsService) {}

  /** What the shop shows only to customers who have logged in: a setting of the tenant. */
  @Get()
  @GlueAccess('public')
  @Answers(200, TYPE, CustomerAccessAttributes)
  get(): Resource {
    const attributes: CustomerAccessAttributes = { resourceTypes: this.tenants.settings.customerAccess };
    return { type: TYPE, id: null, path: TYPE, attributes };
  }
}
