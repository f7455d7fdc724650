import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { SecondFactorAccess } from '../second-factor/second-factor.guard.js';
import { Access, CalledBy, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { EmailChangeConfirmDto, EmailChangeRequestDto } from './credentials.dto.js';
import { EmailChangeService } from './email-change.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('credentials')
@Controller('customer/:tenant/me/accounts/internal/email/change')
export class EmailChangeController {
  constructor(private readonly changes: EmailChangeService) {}

  /**
   * Requests a change of the login e-mail
   *
   * @remarks
   * The new address gets a mail with a token, and the old address gets a notice. The login e-mail changes when the
   * token is confirmed.
   */
  @Limited(limits.mail)
  @Post()
  @HttpCode(204)
  @SecondFactorAccess({ scopes: ['customer.customerprofile_edit'], denyImpersonation: true })
  @ApiReturns('The mails are queued.')
  async requestEmailChange(
    @CalledBy('id') customerId: string,
    @RequestOrigin() origin: Origin,
    @Body() { email, password, newEmail, syncContactEmail = false }: EmailChangeRequestDto,
  ): Promise<void> {
    await this.changes.request(customerId, { email, password, newEmail, syncContactEmail }, origin);
  }

  /** Confirms a new login e-mail with the mailed token */
  @Post('confirm')
  @HttpCode(204)
  @Access('anonymous')
  @ApiReturns('The login e-mail is changed.')
  async confirmEmailChange(@Body() { token }: EmailChangeConfirmDto): Promise<void> {
    await this.changes.confirm(token);
  }
}
