import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { SecondFactorAccess } from '../second-factor/second-factor.guard.js';
import { Access, CalledBy, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { EmailChangeConfirmDto, EmailChangeRequestDto, EmailChangeUndoDto } from './credentials.dto.js';
import { EmailChangeService } from './email-change.service.js';
import { EmailUndoService } from './email-undo.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('credentials')
@Controller('customer/:tenant/me/accounts/internal/email/change')
export class EmailChangeController {
  constructor(
    private readonly changes: EmailChangeService,
    private readonly undos: EmailUndoService,
  ) {}

  /**
   * Requests a change of the login e-mail
   *
   * @remarks
   * The new address gets a mail with a token, and the old address gets a notice. The login e-mail changes when the
   * token is confirmed. The old address then gets a mail with another token, which undoes the change.
   */
  @Limited(limits.mail)
  @Post()
  @HttpCode(204)
  @SecondFactorAccess({ scopes: ['customer.customerprofile_edit'], denyImpersonation: true })
  @ApiReturns('The mails are queued.')
  @ApiBody({
    type: EmailChangeRequestDto,
    examples: { email: { value: { newEmail: 'ada@acme.example', password: 'password123' } } },
  })
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
  @ApiBody({ type: EmailChangeConfirmDto, examples: { token: { value: { token: '<token of the mail>' } } } })
  async confirmEmailChange(@Body() { token }: EmailChangeConfirmDto): Promise<void> {
    await this.changes.confirm(token);
  }

  /**
   * Undoes a change of the login e-mail with the mailed token
   *
   * @remarks
   * The token was mailed to the old address when the e-mail changed. Restores the login e-mail and the contact e-mail.
   * All sessions of the customer end, the password becomes invalid, and the restored address gets a link to set a new
   * one. Identities, and second factors that were added since the change, are removed. Later changes can no longer be
   * undone. An old address that was never confirmed gets no token.
   */
  @Limited(limits.mail)
  @Post('undo')
  @HttpCode(204)
  @Access('anonymous')
  @ApiReturns('The old login e-mail is restored.')
  @ApiBody({ type: EmailChangeUndoDto, examples: { token: { value: { token: '<token of the mail>' } } } })
  async undoEmailChange(@Body() { token }: EmailChangeUndoDto): Promise<void> {
    await this.undos.undo(token);
  }
}
