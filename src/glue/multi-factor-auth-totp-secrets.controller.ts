import { Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { renderSVG } from 'uqr';
import { ApiReturns } from '../common/openapi.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { Presented } from '../second-factor/second-factor.guard.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResource, ApiResourceBody } from './api-docs.js';
import { ownReference } from './ownership.js';
import type { Resource } from './resource.js';
import { Projected } from '../sessions/access/access.js';
import { TotpSecretAttributes } from './multi-factor-auth.dto.js';

const TYPE = 'multi-factor-auth-totp-secrets';

class NewTotpSecretAttributes {}

@ApiTags('multi-factor-auth')
@Controller(TYPE)
export class MultiFactorAuthTotpSecretsController {
  constructor(private readonly factors: SecondFactorService) {}

  /**
   * Creates the secret of an authenticator app
   *
   * @remarks
   * Requires that `POST /multi-factor-auth-type-activate` began the activation of `totp` in the same session. The
   * secret is returned only once, and an earlier one becomes invalid. The vendor's API does not have this route.
   */
  @Post()
  @GlueAccess('customer', { takes: TYPE, projection: ownReference, denyImpersonation: true })
  @ApiResourceBody(TYPE, NewTotpSecretAttributes, {})
  @ApiResource(201, TYPE, TotpSecretAttributes)
  @ApiErrors({ 400: 'The type `totp` is already active (5904), or its activation did not begin (5906).' })
  @ApiReturns('The secret.')
  async createTotpSecret(@Presented() presented: PresentedCode, @Projected() reference: string): Promise<Resource> {
    const { secret, uri } = await this.factors.enrolApp(presented, reference);
    const attributes: TotpSecretAttributes = { secret, uri, qrCode: renderSVG(uri) };
    return { type: TYPE, id: null, path: TYPE, attributes };
  }
}
