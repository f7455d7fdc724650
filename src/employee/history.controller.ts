import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { PagingQueryDto, pageOf } from '../emporix/paging.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { CustomerSupportService } from './customer-support.service.js';
import { HistoryEntryDto } from './history.dto.js';
import { PAGE_SIZE } from './paging.js';

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/history')
export class HistoryController {
  constructor(private readonly support: CustomerSupportService) {}

  /**
   * Lists the actions of employees on a customer, newest first
   *
   * @remarks
   * Contains the actions of services too, and those on a deleted customer.
   */
  @Get()
  @Access('staff', { scopes: ['customer.customer_read'] })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The actions, newest first.')
  async listCustomerHistory(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Query() query: PagingQueryDto,
  ): Promise<HistoryEntryDto[]> {
    const entries = await this.support.historyOf(customerNumber, pageOf(query, PAGE_SIZE), reach);
    return entries.map((entry) => HistoryEntryDto.of(entry));
  }
}
