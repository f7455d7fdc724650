import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { ApiSecondFactor, Presented } from '../second-factor/second-factor.guard.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResource, ApiResourceBody, codeRejected } from './api-docs.js';
import type { Resource } from './resource.js';
import { RecoveryCodesAttributes } from './multi-factor-auth.dto.js';

const TYPE = 'multi-factor-auth-recovery-codes';

class NewRecoveryCodesAttributes {}

@ApiTags('multi-factor-auth')
@Controller(TYPE)
export class MultiFactorAuthRecoveryCodesController {
  constructor(private readonly factors: SecondFactorService) {}

  /**
   * Creates ten recovery codes
   *
   * @remarks
   * The codes are returned only once, and earlier ones become invalid. A code of an active second factor is required.
   * The vendor's API does not have this route.
   */
  @Post()
  @GlueAccess('customer', { takes: TYPE, denyImpersonation: true })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, NewRecoveryCodesAttributes, {})
  @ApiResource(201, TYPE, RecoveryCodesAttributes)
  @ApiErrors({ 400: 'No second factor is active (5906).', 403: codeRejected })
  @ApiReturns('The recovery codes.')
  async createRecoveryCodes(@Presented() presented: PresentedCode): Promise<Resource> {
    const attributes: RecoveryCodesAttributes = { codes: await this.factors.createRecoveryCodes(presented) };
    return { type: TYPE, id: null, path: TYPE, attributes };
  }
}
