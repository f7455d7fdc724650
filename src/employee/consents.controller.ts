import { Controller, Get, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { ConsentsDto } from '../consents/consents.dto.js';
import { ConsentsService } from '../consents/consents.service.js';
import { Access } from '../sessions/access.js';
import { InReach } from './reach.pipe.js';

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/consents')
export class CustomerConsentsController {
  constructor(private readonly consents: ConsentsService) {}

  /** Every decision of a customer, newest first: the first one of a text is in force. */
  @Get()
  @Access('staff', { scopes: ['customer.customer_read'] })
  @ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
  async list(@Param('customerNumber', InReach) customerId: string): Promise<ConsentsDto> {
    return ConsentsDto.of(await this.consents.all(customerId));
  }
}
