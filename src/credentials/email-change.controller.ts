import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access, CalledBy } from '../sessions/access.js';
import { EmailChangeConfirmDto, EmailChangeRequestDto } from './credentials.dto.js';
import { EmailChangeService } from './email-change.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('credentials')
@Controller('customer/:tenant/me/accounts/internal/email/change')
export class EmailChangeController {
  constructor(private readonly changes: EmailChangeService) {}

  /** Mails a token to the new address and a notice to the old one. The login e-mail stays until the token is back. */
  @Limited(limits.mail)
  @Post()
  @HttpCode(204)
  @Access('customer', { scopes: ['customer.customerprofile_edit'], inPerson: true })
  async request(
    @CalledBy('id') customerId: string,
    @Body() { email, password, newEmail, syncContactEmail = false }: EmailChangeRequestDto,
  ): Promise<void> {
    await this.changes.request(customerId, { email, password, newEmail, syncContactEmail });
  }

  /** Makes the new address the login e-mail, with the token that was mailed to it. */
  @Post('confirm')
  @HttpCode(204)
  @Access('anonymous')
  async confirm(@Body() { token }: EmailChangeConfirmDto): Promise<void> {
    await this.changes.confirm(token);
  }
}
