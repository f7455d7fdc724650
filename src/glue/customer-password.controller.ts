import { Controller, HttpCode, Param, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PasswordsService } from '../credentials/passwords.service.js';
import { CalledBy, type Caller, Loaded } from '../sessions/access.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Refuses, Takes } from './described.js';
import { own, ownReference } from './own.js';
import { PasswordChangeAttributes } from './passwords.dto.js';
import { passwordsDiffer } from './refusal.js';

const TYPE = 'customer-password';

@ApiTags('passwords')
@Controller(TYPE)
export class CustomerPasswordController {
  constructor(private readonly passwords: PasswordsService) {}

  /** Changes the caller's password; the caller's other sessions end. */
  @Patch(':customerReference')
  @HttpCode(204)
  @GlueAccess('customer', { takes: TYPE, load: ownReference, inPerson: true })
  @Takes(TYPE, PasswordChangeAttributes, {
    password: 'a long password',
    newPassword: 'another password',
    confirmPassword: 'another password',
  })
  @Refuses({ 400: 'The present password is wrong (408).', 403: 'The reference is not the caller’s (411).' })
  async change(
    @Param('customerReference') reference: string,
    @Loaded() ownOne: string,
    @CalledBy() { id, sessionId }: Caller,
    @Attributes() { password, newPassword, confirmPassword }: PasswordChangeAttributes,
  ): Promise<void> {
    own(reference, ownOne);
    if (newPassword !== confirmPassword) throw passwordsDiffer('newPassword', 'confirmPassword');
    await this.passwords.change(id, sessionId, password, newPassword);
  }
}
