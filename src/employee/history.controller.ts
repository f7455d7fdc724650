import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { PagingQueryDto, pageOf } from '../emporix/paging.dto.js';
import { CustomersService } from '../customers/customers.service.js';
import { History } from '../history/history.service.js';
import { Access } from '../sessions/access/access.js';
import { RequestScope } from '../tenants/request-scope.js';
import { HistoryEntryDto } from './history.dto.js';
import { PAGE_SIZE } from './paging.js';

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/history')
export class HistoryController {
  constructor(
    private readonly history: History,
    private readonly customers: CustomersService,
  ) {}

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
    @Param('customerNumber') customerNumber: string,
    @Query() query: PagingQueryDto,
  ): Promise<HistoryEntryDto[]> {
    const { offset, limit } = pageOf(query, PAGE_SIZE);
    // The restriction of a deleted customer, or of an earlier one with the same number, is no longer known. Staff
    // limited to restrictions therefore see only the entries of the current customer.
    const limited = RequestScope.current?.restrictions !== undefined;
    const since = limited ? await this.customers.madeAt(customerNumber) : undefined;
    const entries = await this.history.of(customerNumber, offset, limit, since);
    if (entries.length === 0) await this.customers.assertVisible(customerNumber);
    return entries.map((entry) => HistoryEntryDto.of(entry));
  }
}
