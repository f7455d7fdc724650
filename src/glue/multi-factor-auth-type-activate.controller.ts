import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { SecondFactorMails } from '../credentials/second-factor-mails.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { ApiSecondFactor, Presented } from '../second-factor/second-factor.guard.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResourceBody, codeRejected } from './api-docs.js';
import { Attributes } from './attributes.js';
import { FactorTypeAttributes, factorTypeOf } from './multi-factor-auth.dto.js';

const TYPE = 'multi-factor-auth-type-activate';

@ApiTags('multi-factor-auth')
@Controller(TYPE)
export class MultiFactorAuthTypeActivateController {
  constructor(private readonly mails: SecondFactorMails) {}

  /**
   * Starts the activation of a second factor
   *
   * @remarks
   * `email`: a code of six digits is mailed. It is valid for 30 minutes, in the caller's session. `totp`: get the secret of
   * the authenticator app with `POST /multi-factor-auth-totp-secrets`. Complete the activation with
   * `POST /multi-factor-auth-type-verify`. If another type is active, its code is required.
   */
  @Limited(limits.mail)
  @Post()
  @HttpCode(204)
  @GlueAccess('customer', { takes: TYPE, denyImpersonation: true })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, FactorTypeAttributes, { type: 'email' })
  @ApiErrors({
    400: 'The type is missing (5902), already active (5904) or not found (5906), or no code was sent (5910).',
    403: codeRejected,
  })
  @ApiReturns('The activation is pending.')
  async activateFactor(
    @Presented() presented: PresentedCode,
    @Attributes() attributes: FactorTypeAttributes,
  ): Promise<void> {
    await this.mails.activate(presented, factorTypeOf(attributes));
  }
}
