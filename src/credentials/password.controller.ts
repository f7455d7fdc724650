import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { SecondFactorAccess } from '../second-factor/second-factor.guard.js';
import { Access, CalledBy, type Caller, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { PasswordChangeDto, PasswordResetRequestDto, PasswordUpdateDto } from './credentials.dto.js';
import { PasswordLinks } from './password-links.js';
import { PasswordsService } from './passwords.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('credentials')
@Controller('customer/:tenant/password')
export class PasswordController {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly passwordLinks: PasswordLinks,
  ) {}

  /**
   * Mails a link to set a new password
   *
   * @remarks
   * The response is the same whether or not the e-mail address has an account.
   */
  @Limited(limits.mail)
  @Post('reset')
  @HttpCode(204)
  @Access('anonymous')
  @ApiReturns('The request is accepted.')
  @ApiBody({ type: PasswordResetRequestDto, examples: { email: { value: { email: 'ada@demo.example' } } } })
  async requestPasswordReset(@Body() { email }: PasswordResetRequestDto): Promise<void> {
    await this.passwordLinks.requestReset(email);
  }

  /**
   * Sets a new password with a mailed token
   *
   * @remarks
   * All sessions of the customer end.
   */
  @Limited(limits.newPassword)
  @Post('reset/update')
  @HttpCode(204)
  @Access('anonymous')
  @ApiReturns('The password is changed.')
  @ApiBody({
    type: PasswordUpdateDto,
    examples: { password: { value: { token: '<token of the mail>', password: 'P@ssw0rd123' } } },
  })
  async resetPassword(@RequestOrigin() origin: Origin, @Body() { token, password }: PasswordUpdateDto): Promise<void> {
    await this.passwords.reset(token, password, origin);
  }

  /**
   * Changes the caller's password
   *
   * @remarks
   * The caller's other sessions end.
   */
  @Limited(limits.newPassword)
  @Post('change')
  @HttpCode(204)
  @SecondFactorAccess({ denyImpersonation: true })
  @ApiReturns('The password is changed.')
  async changePassword(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Body() { currentPassword, newPassword }: PasswordChangeDto,
  ): Promise<void> {
    await this.passwords.change(caller, currentPassword, newPassword, origin);
  }
}
