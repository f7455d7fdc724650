import { Controller, HttpCode, Param, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { PasswordsService } from '../credentials/passwords.service.js';
import { CalledBy, type Caller, Projected, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiErrors, ApiResourceBody } from './api-docs.js';
import { assertOwnReference, ownReference } from './own-reference.js';
import { PasswordChangeAttributes } from './passwords.dto.js';
import { passwordsDiffer } from './glue-error.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'customer-password';

@ApiTags('passwords')
@Controller(TYPE)
export class CustomerPasswordController {
  constructor(private readonly passwords: PasswordsService) {}

  /**
   * Changes the caller's password
   *
   * @remarks
   * The caller's other sessions end.
   */
  @Limited(limits.newPassword)
  @Patch(':customerReference')
  @HttpCode(204)
  @GlueAccess('customer', { takes: TYPE, projection: ownReference, denyImpersonation: true })
  @ApiResourceBody(TYPE, PasswordChangeAttributes, {
    password: 'a long password',
    newPassword: 'another password',
    confirmPassword: 'another password',
  })
  @ApiErrors({ 400: 'The current password is wrong (408).', 403: 'The reference is not that of the caller (411).' })
  @ApiReturns('The password is changed.')
  async changePassword(
    @Param('customerReference') reference: string,
    @Projected() ownOne: string,
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Attributes() { password, newPassword, confirmPassword }: PasswordChangeAttributes,
  ): Promise<void> {
    assertOwnReference(reference, ownOne);
    if (newPassword !== confirmPassword) throw passwordsDiffer('newPassword', 'confirmPassword');
    await this.passwords.change(caller, password, newPassword, origin);
  }
}
