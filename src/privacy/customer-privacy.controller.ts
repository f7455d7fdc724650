import { Controller, Get, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { AccountErasureService } from '../credentials/account-erasure.service.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { CustomerExportDto } from './privacy.dto.js';
import { PrivacyService } from './privacy.service.js';

@ApiTags('privacy')
@Access('staff', { scopes: ['customer.customer_manage'] })
@ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
@Controller('customer/:tenant/customers/:customerNumber')
export class CustomerPrivacyController {
  constructor(
    private readonly privacy: PrivacyService,
    private readonly erasure: AccountErasureService,
  ) {}

  /** Exports everything that is stored about a customer */
  @Get('export')
  @ApiOkResponse({ description: 'Everything that is stored about the customer.', type: CustomerExportDto })
  async exportCustomer(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<StreamableFile> {
    return CustomerExportDto.of(await this.privacy.export(customerNumber, reach));
  }

  /**
   * Erases all data of a customer
   *
   * @remarks
   * The actions of employees stay in the history, which contains no names.
   */
  @Post('erasure')
  @HttpCode(204)
  @ApiReturns('The customer is erased.')
  async eraseCustomer(@CalledBy('reach') reach: Reach, @Param('customerNumber') customerNumber: string): Promise<void> {
    await this.erasure.erase(customerNumber, reach);
  }
}
