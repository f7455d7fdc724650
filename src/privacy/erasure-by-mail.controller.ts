import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy } from '../sessions/access.js';
import { ErasureConfirmDto } from './erasure-by-mail.dto.js';
import { ErasureByMailService } from './erasure-by-mail.service.js';

@ApiTags('privacy')
@Controller('customer/:tenant')
export class ErasureByMailController {
  constructor(private readonly erasure: ErasureByMailService) {}

  /**
   * Mails the caller a link that removes the account, to the login e-mail, once a minute at most. Until it is used,
   * nothing changes.
   */
  @Limited(limits.mail)
  @Post('me/erasure/request')
  @HttpCode(204)
  @Access('customer', { inPerson: true })
  async request(@CalledBy('id') customerId: string): Promise<void> {
    await this.erasure.request(customerId);
  }

  /** Removes everything that is known of a customer, with the token from the mail. */
  @Post('erasure/confirm')
  @HttpCode(204)
  @Access('anonymous')
  async confirm(@Body() { token }: ErasureConfirmDto): Promise<void> {
    await this.erasure.confirm(token);
  }
}
