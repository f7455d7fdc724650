import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import { CustomerExportDto } from './privacy.dto.js';
import { PrivacyService } from './privacy.service.js';

@ApiTags('privacy')
@Access('staff', { scopes: ['customer.customer_manage'] })
@ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
@Controller('customer/:tenant/customers/:customerNumber')
export class CustomerPrivacyController {
  constructor(private readonly privacy: PrivacyService) {}

  /** Everything that is known of a customer. */
  @Get('export')
  @Header('Cache-Control', 'no-store')
  async export(@Param('customerNumber') customerNumber: string): Promise<CustomerExportDto> {
    return (await this.privacy.export(customerNumber)) as unknown as CustomerExportDto;
  }

  /** Removes everything that is known of a customer. What staff did to it stays in its history, which names nobody. */
  @Post('erasure')
  @HttpCode(204)
  async erase(@Param('customerNumber') customerNumber: string): Promise<void> {
    await this.privacy.erase(customerNumber);
  }
}
