import { Controller, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiConflictResponse, ApiHeader, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { PAGE_SIZE } from '../employee/paging.js';
import { MAILS_MANAGE } from '../employee/employee-scopes.js';
import { OutboxRecords } from '../mailer/outbox-records.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { OutboxSupportService } from './outbox-support.service.js';
import { OutboxMailDto, OutboxQueryDto, filterOf } from './outbox.dto.js';

@ApiTags('admin')
@Access('staff', { scopes: [MAILS_MANAGE] })
@Controller('admin/:tenant/outbox')
export class OutboxController {
  constructor(
    private readonly records: OutboxRecords,
    private readonly support: OutboxSupportService,
  ) {}

  /**
   * Lists mails without their content, newest first
   *
   * @remarks
   * Mails are deleted 30 days after they were stored, and with their customer. If the scope is limited to restrictions,
   * the response contains only mails of customers with these restrictions. For the next page, send the id of the last
   * mail as `after`.
   */
  @Get()
  @ApiHeader({
    name: 'X-Total-Count',
    required: false,
    description: 'With `true`, the response has the header `X-Total-Count`.',
  })
  @ApiOkResponse({
    description: 'A page of mails.',
    type: [OutboxMailDto],
    headers: {
      Count: { description: 'The number of mails on this page.', schema: { type: 'integer' } },
      'X-Total-Count': {
        description: 'The number of mails on all pages, if requested.',
        schema: { type: 'integer' },
      },
    },
  })
  async listOutbox(
    @CalledBy('reach') reach: Reach,
    @Query() query: OutboxQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OutboxMailDto[]> {
    const filter = filterOf(query);
    const [mails, count] = await Promise.all([
      this.records.find(filter, { after: query.after, limit: query.pageSize ?? PAGE_SIZE }, reach),
      total === 'true' ? this.records.count(filter, reach) : undefined,
    ]);
    void reply.header('Count', mails.length);
    if (count !== undefined) void reply.header('X-Total-Count', count);
    return mails.map((mail) => OutboxMailDto.of(mail));
  }

  /**
   * Sends a mail again after it was given up
   *
   * @remarks
   * The number of attempts starts again at 0. The action is stored in the customer's history. If the link or code in
   * the mail has expired, send a new mail with `POST /customer/{tenant}/customers/{customerNumber}/mails`.
   */
  @Post(':mailId/retry')
  @HttpCode(202)
  @ApiNotFoundResponse({ description: 'Mail not found.', type: ErrorMessageDto })
  @ApiConflictResponse({
    description: 'The mail was not given up, or its link or code has expired.',
    type: ErrorMessageDto,
  })
  @ApiReturns('The mail is queued.')
  async retryMail(@CalledBy('reach') reach: Reach, @Param('mailId') mailId: string): Promise<void> {
    await this.support.retry(mailId, reach);
  }
}
