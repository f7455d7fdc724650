import { Controller, Get, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { ConsentsDto } from '../consents/consents.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { CustomerSupportService } from './customer-support.service.js';

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/consents')
export class CustomerConsentsController {
  constructor(private readonly support: CustomerSupportService) {}

  /**
   * Lists the consent decisions of a customer, newest first
   *
   * @remarks
   * The first decision on each text is the current one.
   */
  @Get()
  @Access('staff', { scopes: ['customer.customer_read'] })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The decisions, newest first.')
  async listCustomerConsents(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<ConsentsDto> {
    return ConsentsDto.of(await this.support.consentsOf(customerNumber, reach));
  }
}
