import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { CustomersService } from '../customers/customers.service.js';
import { Access } from '../sessions/access.js';
import { CustomerExportDto } from './privacy.dto.js';
import { PrivacyService } from './privacy.service.js';

@ApiTags('privacy')
@Access('staff', { scopes: ['customer.customer_manage'] })
@ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
@Controller('customer/:tenant/customers/:customerNumber')
export class CustomerPrivacyController {
  constructor(
    private readonly privacy: PrivacyService,
    private readonly customers: CustomersService,
  ) {}

  /** Everything that is known of a customer. */
  @Get('export')
  async export(@Param('customerNumber') customerNumber: string): Promise<CustomerExportDto> {
    return (await this.privacy.export(customerNumber)) as unknown as CustomerExportDto;
  }

  /** Removes everything that is known of a customer. What staff did to it stays in its history, which names nobody. */
  @Post('erasure')
  @HttpCode(204)
  async erase(@Param('customerNumber') customerNumber: string): Promise<void> {
    await this.customers.remove(customerNumber);
  }
}
