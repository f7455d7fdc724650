import { Controller, HttpCode, Param, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { PasswordsService } from '../credentials/passwords.service.js';
import { CalledBy, type Caller, Projected, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { ApiSecondFactor, Presented } from '../second-factor/second-factor.guard.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiErrors, ApiResourceBody, notAllowed } from './api-docs.js';
import { type Owner, Ownership, resourceOwner } from './ownership.js';
import { PasswordChangeAttributes } from './passwords.dto.js';
import { passwordsDiffer } from './glue-error.js';
import { passwordOf } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'customer-password';

@ApiTags('passwords')
@Controller(TYPE)
export class CustomerPasswordController {
  constructor(
    private readonly passwords: PasswordsService,
    private readonly ownership: Ownership,
  ) {}

  /**
   * Changes the caller's password
   *
   * @remarks
   * The caller's other sessions end.
   */
  @Limited(limits.newPassword)
  @Patch(':customerReference')
  @HttpCode(204)
  @GlueAccess('customer', { takes: TYPE, projection: resourceOwner, denyImpersonation: true })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, PasswordChangeAttributes, {
    password: 'password123',
    newPassword: 'another password',
    confirmPassword: 'another password',
  })
  @ApiErrors({
    400: 'The current password is wrong (408), or the new one is common (422).',
    403: notAllowed,
    422: 'An attribute is missing or not valid (901), or the new passwords differ (406).',
    429: 'The password is locked after too many failed attempts (4401).',
  })
  @ApiReturns('The password is changed.')
  async changePassword(
    @Param('customerReference') reference: string,
    @Projected() owner: Owner,
    @Presented() presented: PresentedCode,
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Attributes() attributes: PasswordChangeAttributes,
  ): Promise<void> {
    await this.ownership.assert(reference, owner, presented);
    const { newPassword, confirmPassword } = attributes;
    if (newPassword !== confirmPassword) throw passwordsDiffer('newPassword', 'confirmPassword');
    await this.passwords.change(caller, passwordOf(attributes), newPassword, origin);
  }
}
