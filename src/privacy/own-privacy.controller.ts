import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CustomersService } from '../customers/customers.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, type Caller } from '../sessions/access.js';
import { CustomerExportDto, PasswordProofDto } from './privacy.dto.js';
import { PrivacyService } from './privacy.service.js';

@ApiTags('privacy')
@Access('customer', { inPerson: true })
@Controller('customer/:tenant/me')
export class OwnPrivacyController {
  constructor(
    private readonly privacy: PrivacyService,
    private readonly customers: CustomersService,
  ) {}

  /** Everything that is known of the caller. */
  @Limited(limits.token)
  @Post('export')
  @HttpCode(200)
  async export(
    @CalledBy() { id, sessionId }: Caller,
    @Body() { password = '' }: PasswordProofDto,
  ): Promise<CustomerExportDto> {
    await this.privacy.prove(id, sessionId, password);
    return (await this.privacy.export(id)) as unknown as CustomerExportDto;
  }

  /** Removes everything that is known of the caller. The e-mail is free again; tokens are dead. */
  @Limited(limits.token)
  @Post('erasure')
  @HttpCode(204)
  async erase(@CalledBy() { id, sessionId }: Caller, @Body() { password = '' }: PasswordProofDto): Promise<void> {
    await this.privacy.prove(id, sessionId, password);
    await this.customers.remove(id);
  }
}
