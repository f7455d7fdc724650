import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { pageOf } from '../emporix/paging.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { HistoryEntryDto, HistoryQueryDto } from './history.dto.js';
import { PAGE_SIZE } from './paging.js';
import { TimelineService } from './timeline.service.js';

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/history')
export class HistoryController {
  constructor(private readonly timeline: TimelineService) {}

  /**
   * Lists the history of a customer, newest first
   *
   * @remarks
   * Contains the actions of employees, services and operators on the customer, the customer's own security events, such
   * as logins and changes of the password, and the mails of the last 30 days. The customer's own events are deleted after
   * 180 days, and with the customer. The other actions are kept.
   *
   * New types of actions may be added: ignore unknown types.
   */
  @Get()
  @Access('staff', { scopes: ['customer.customer_read'] })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The entries, newest first.')
  async listCustomerHistory(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Query() query: HistoryQueryDto,
  ): Promise<HistoryEntryDto[]> {
    const entries = await this.timeline.of(
      customerNumber,
      { ...pageOf(query, PAGE_SIZE), action: query.action },
      reach,
    );
    return entries.map((entry) => HistoryEntryDto.of(entry));
  }
}
