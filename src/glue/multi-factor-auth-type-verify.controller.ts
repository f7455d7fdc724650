import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { ApiSecondFactor, Presented } from '../second-factor/second-factor.guard.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResourceBody, codeRejected } from './api-docs.js';
import { Attributes } from './attributes.js';
import { FactorTypeAttributes, assertHasCode, factorTypeOf } from './multi-factor-auth.dto.js';

const TYPE = 'multi-factor-auth-type-verify';

@ApiTags('multi-factor-auth')
@Controller(TYPE)
export class MultiFactorAuthTypeVerifyController {
  constructor(private readonly factors: SecondFactorService) {}

  /**
   * Activates a second factor with its code
   *
   * @remarks
   * The activation must have begun in the same session. Afterwards, changes to the account require a code.
   */
  @Post()
  @HttpCode(204)
  @GlueAccess('customer', { takes: TYPE, denyImpersonation: true })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, FactorTypeAttributes, { type: 'email' })
  @ApiErrors({
    400: 'The type is missing (5902), already active (5904) or not found (5906).',
    403: codeRejected,
  })
  @ApiReturns('The second factor is active.')
  async verifyFactor(
    @Presented() presented: PresentedCode,
    @Attributes() attributes: FactorTypeAttributes,
  ): Promise<void> {
    assertHasCode(presented);
    await this.factors.completeActivation(presented, factorTypeOf(attributes));
  }
}
