import { Controller, HttpCode, Patch } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { PasswordsService } from '../credentials/passwords.service.js';
import { RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiErrors, ApiResourceBody } from './api-docs.js';
import { RestorePasswordAttributes } from './passwords.dto.js';
import { passwordsDiffer } from './glue-error.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'customer-restore-password';

@ApiTags('passwords')
@Controller(TYPE)
export class CustomerRestorePasswordController {
  constructor(private readonly passwords: PasswordsService) {}

  /**
   * Sets a new password with the key from the mail
   *
   * @remarks
   * All sessions of the customer end.
   */
  @Limited(limits.newPassword)
  @Patch(':any')
  @HttpCode(204)
  @GlueAccess('public', { takes: TYPE })
  @ApiParam({ name: 'any', description: 'Ignored: the key is in the body.', example: 'mine' })
  @ApiResourceBody(TYPE, RestorePasswordAttributes, {
    restorePasswordKey: '<key of the mail>',
    password: 'another password',
    confirmPassword: 'another password',
  })
  @ApiErrors({
    400: 'The key has expired (407), or the password is common (422).',
    422: 'The key is not valid (415), the passwords differ (406), or an attribute is not valid (901).',
  })
  @ApiReturns('The password is changed.')
  async restorePassword(
    @RequestOrigin() origin: Origin,
    @Attributes() { restorePasswordKey, password, confirmPassword }: RestorePasswordAttributes,
  ): Promise<void> {
    if (password !== confirmPassword) throw passwordsDiffer('password', 'confirmPassword');
    await this.passwords.reset(restorePasswordKey, password, origin);
  }
}
