import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access, CalledBy, type Caller } from '../sessions/access.js';
import { PasswordChangeDto, PasswordResetRequestDto, PasswordUpdateDto } from './credentials.dto.js';
import { PasswordsService } from './passwords.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('credentials')
@Controller('customer/:tenant/password')
export class PasswordController {
  constructor(private readonly passwords: PasswordsService) {}

  /** Mails a link to set a new password. The answer is the same whether or not the address has an account. */
  @Limited(limits.mail)
  @Post('reset')
  @HttpCode(204)
  @Access('anonymous')
  async requestReset(@Body() { email }: PasswordResetRequestDto): Promise<void> {
    await this.passwords.requestReset(email);
  }

  /** Sets a new password with the token from the mail; all sessions of the customer end. */
  @Post('reset/update')
  @HttpCode(204)
  @Access('anonymous')
  async reset(@Body() { token, password }: PasswordUpdateDto): Promise<void> {
    await this.passwords.reset(token, password);
  }

  /** Changes the caller's password; the caller's other sessions end. */
  @Post('change')
  @HttpCode(204)
  @Access('customer', { inPerson: true })
  async change(
    @CalledBy() { id, sessionId }: Caller,
    @Body() { currentPassword, newPassword }: PasswordChangeDto,
  ): Promise<void> {
    await this.passwords.change(id, sessionId, currentPassword, newPassword);
  }
}
