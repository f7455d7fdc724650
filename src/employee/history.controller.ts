import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { PagingQueryDto, pageOf } from '../common/paging.dto.js';
import { CustomersService } from '../customers/customers.service.js';
import { History } from '../history/history.service.js';
import { Access } from '../sessions/access.js';
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

  /** What staff did to a customer, newest first; also to one who is deleted. */
  @Get()
  @Access('staff', { scopes: ['customer.customer_read'] })
  @ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
  async list(
    @Param('customerNumber') customerNumber: string,
    @Query() query: PagingQueryDto,
  ): Promise<HistoryEntryDto[]> {
    const { offset, limit } = pageOf(query, PAGE_SIZE);
    // Of a deleted customer nobody knows any more who might see it; nor of an earlier one who had the number.
    const limited = RequestScope.current?.restrictions !== undefined;
    const since = limited ? await this.customers.madeAt(customerNumber) : undefined;
    const entries = await this.history.of(customerNumber, offset, limit, since);
    if (entries.length === 0) await this.customers.expect(customerNumber);
    return entries.map((entry) => HistoryEntryDto.of(entry));
  }
}
