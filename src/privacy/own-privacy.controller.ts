import { Body, Controller, HttpCode, Post, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { AccountErasureService } from '../credentials/account-erasure.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { SecondFactorAccess } from '../second-factor/second-factor.guard.js';
import { CalledBy, type Caller, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { CustomerExportDto, PasswordProofDto } from './privacy.dto.js';
import { PrivacyService } from './privacy.service.js';

@ApiTags('privacy')
@SecondFactorAccess({ denyImpersonation: true })
@Controller('customer/:tenant/me')
export class OwnPrivacyController {
  constructor(
    private readonly privacy: PrivacyService,
    private readonly erasure: AccountErasureService,
  ) {}

  /** Exports everything that is stored about the caller */
  @Limited(limits.export)
  @Post('export')
  @HttpCode(200)
  @ApiOkResponse({ description: 'Everything that is stored about the caller.', type: CustomerExportDto })
  async exportData(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Body() { password = '' }: PasswordProofDto,
  ): Promise<StreamableFile> {
    await this.privacy.reauthenticate(caller, password, origin);
    return CustomerExportDto.of(await this.privacy.export(caller.id, caller.reach));
  }

  /**
   * Erases all data of the caller
   *
   * @remarks
   * All tokens become invalid. The e-mail address can be used for a new account.
   */
  @Limited(limits.token)
  @Post('erasure')
  @HttpCode(204)
  @ApiReturns('The account is erased.')
  async eraseAccount(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Body() { password = '' }: PasswordProofDto,
  ): Promise<void> {
    await this.privacy.reauthenticate(caller, password, origin);
    await this.erasure.erase(caller.id, caller.reach);
  }
}
