import { Controller, HttpCode, Patch } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { PasswordsService } from '../credentials/passwords.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Refuses, Takes } from './described.js';
import { RestorePasswordAttributes } from './passwords.dto.js';
import { passwordsDiffer } from './refusal.js';

const TYPE = 'customer-restore-password';

@ApiTags('passwords')
@Controller(TYPE)
export class CustomerRestorePasswordController {
  constructor(private readonly passwords: PasswordsService) {}

  /** Sets a new password with the key from the mail; all sessions of the customer end. */
  @Patch(':any')
  @HttpCode(204)
  @GlueAccess('public', { takes: TYPE })
  @ApiParam({ name: 'any', description: 'Anything: the key is in the body.', example: 'mine' })
  @Takes(TYPE, RestorePasswordAttributes, {
    restorePasswordKey: 'the key',
    password: 'another password',
    confirmPassword: 'another password',
  })
  @Refuses({ 422: 'The key is not valid (415), the passwords differ (406), or an attribute is not valid (901).' })
  async restore(
    @Attributes() { restorePasswordKey, password, confirmPassword }: RestorePasswordAttributes,
  ): Promise<void> {
    if (password !== confirmPassword) throw passwordsDiffer('password', 'confirmPassword');
    await this.passwords.reset(restorePasswordKey, password);
  }
}
