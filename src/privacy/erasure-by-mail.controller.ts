import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { SecondFactorAccess } from '../second-factor/second-factor.guard.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import { ErasureConfirmDto } from './erasure-by-mail.dto.js';
import { ErasureByMailService } from './erasure-by-mail.service.js';

@ApiTags('privacy')
@Controller('customer/:tenant')
export class ErasureByMailController {
  constructor(private readonly erasure: ErasureByMailService) {}

  /**
   * Mails the caller a link to erase the account
   *
   * @remarks
   * The mail is sent to the login e-mail, at most once a minute. Nothing changes until the link is used.
   */
  @Limited(limits.mail)
  @Post('me/erasure/request')
  @HttpCode(204)
  @SecondFactorAccess({ denyImpersonation: true })
  @ApiReturns('The mail is queued.')
  async requestErasure(@CalledBy('id') customerId: string): Promise<void> {
    await this.erasure.request(customerId);
  }

  /** Erases all data of a customer, with the token from the mail */
  @Post('erasure/confirm')
  @HttpCode(204)
  @Access('anonymous')
  @ApiReturns('The customer is erased.')
  @ApiBody({ type: ErasureConfirmDto, examples: { token: { value: { token: '<token of the mail>' } } } })
  async confirmErasure(@Body() { token }: ErasureConfirmDto): Promise<void> {
    await this.erasure.confirm(token);
  }
}
