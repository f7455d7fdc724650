import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiConsumes, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Expand } from '../common/expand.js';
import { CustomersService } from '../customers/customers.service.js';
import { ExpandQueryDto, changesOf } from '../customers/profile.dto.js';
import { Access } from '../sessions/access.js';
import { CustomerChangesDto, CustomerDto } from './customers.dto.js';
import { StandingService } from './standing.service.js';

@ApiTags('employee')
@ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
@Controller('customer/:tenant/customers')
export class CustomersController {
  constructor(
    private readonly customers: CustomersService,
    private readonly standing: StandingService,
  ) {}

  /** One customer. */
  @Get(':customerNumber')
  @Access('staff', { scopes: ['customer.customer_read'] })
  async get(@Param('customerNumber') customerNumber: string, @Query() query: ExpandQueryDto): Promise<CustomerDto> {
    const expand = new Expand(query.expand);
    return CustomerDto.of(await this.customers.profile(customerNumber, expand.addresses), expand);
  }

  /** Changes a customer: what is not sent stays, null removes. `{"active": true, "onHold": false}` activates. */
  @Patch(':customerNumber')
  @Access('staff', { scopes: ['customer.customer_manage'] })
  @ApiBody({ type: CustomerChangesDto, examples: { activate: { value: { active: true, onHold: false } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiConflictResponse({ description: 'metadata.version is stale.', type: ErrorMessageDto })
  async change(@Param('customerNumber') customerNumber: string, @Body() body: CustomerChangesDto): Promise<void> {
    const { active, onHold, ...profile } = body;
    await this.standing.change(customerNumber, { ...changesOf(profile), active, onHold }, body.metadata?.version);
  }
}
