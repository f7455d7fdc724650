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

const TYPE = 'multi-factor-auth-type-deactivate';

@ApiTags('multi-factor-auth')
@Controller(TYPE)
export class MultiFactorAuthTypeDeactivateController {
  constructor(private readonly factors: SecondFactorService) {}

  /**
   * Deactivates a second factor with a code
   *
   * @remarks
   * The code is one of any active type, from `POST /multi-factor-auth-trigger`, or a recovery code.
   */
  @Post()
  @HttpCode(204)
  @GlueAccess('customer', { takes: TYPE, denyImpersonation: true })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, FactorTypeAttributes, { type: 'email' })
  @ApiErrors({ 400: 'The type is missing (5902) or not found (5906).', 403: codeRejected })
  @ApiReturns('The second factor is not active.')
  async deactivateFactor(
    @Presented() presented: PresentedCode,
    @Attributes() attributes: FactorTypeAttributes,
  ): Promise<void> {
    assertHasCode(presented);
    await this.factors.deactivate(presented, factorTypeOf(attributes));
  }
}
