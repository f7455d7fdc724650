import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiTags, ApiTooManyRequestsResponse } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { CustomerMailDto } from './customer-mails.dto.js';
import { CustomerMailsService } from './customer-mails.service.js';
import { MAILS_MANAGE } from './employee-scopes.js';

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/mails')
export class CustomerMailsController {
  constructor(private readonly mails: CustomerMailsService) {}

  /**
   * Sends a customer a mail with a new link
   *
   * @remarks
   * The links in earlier mails of the kind become invalid. `opt-in` requires a customer who must still confirm the
   * e-mail. `password-reset` requires a customer who is active. `initial-password` requires a customer who has not set
   * a password yet. The action is stored in the customer's history.
   */
  @Post()
  @HttpCode(202)
  @Access('staff', { scopes: [MAILS_MANAGE] })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiConflictResponse({ description: 'The mail does not apply to the customer now.', type: ErrorMessageDto })
  @ApiTooManyRequestsResponse({
    description: 'The recipient has received the maximum number of mails of this kind per hour.',
    type: ErrorMessageDto,
  })
  @ApiReturns('The mail is queued.')
  async sendCustomerMail(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Body() { kind }: CustomerMailDto,
  ): Promise<void> {
    await this.mails.send(customerNumber, kind, reach);
  }
}
