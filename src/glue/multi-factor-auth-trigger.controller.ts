import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { SecondFactorMails } from '../credentials/second-factor-mails.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { Presented } from '../second-factor/second-factor.guard.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResourceBody } from './api-docs.js';
import { Attributes } from './attributes.js';
import { FactorTypeAttributes, factorTypeOf } from './multi-factor-auth.dto.js';

const TYPE = 'multi-factor-auth-trigger';

@ApiTags('multi-factor-auth')
@Controller(TYPE)
export class MultiFactorAuthTriggerController {
  constructor(private readonly mails: SecondFactorMails) {}

  /**
   * Requests a code of an active second factor
   *
   * @remarks
   * `email`: the code is mailed. It is valid for 30 minutes, in the caller's session. `totp`: nothing is sent, because the
   * authenticator app shows the code.
   */
  @Limited(limits.mail)
  @Post()
  @HttpCode(204)
  @GlueAccess('customer', { takes: TYPE })
  @ApiResourceBody(TYPE, FactorTypeAttributes, { type: 'email' })
  @ApiErrors({ 400: 'The type is missing (5902) or not found (5906), or no code was sent (5910).' })
  @ApiReturns('The code is sent, if the type requires it.')
  async sendCode(@Presented() presented: PresentedCode, @Attributes() attributes: FactorTypeAttributes): Promise<void> {
    await this.mails.trigger(presented, factorTypeOf(attributes));
  }
}
