import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Failure } from '../common/failure.js';
import { ApiReturns } from '../common/openapi.js';
import { EmployeePasswords } from '../employee/employee-passwords.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, type Caller, RequestOrigin } from '../sessions/access/access.js';
import { isGlueClient } from '../sessions/glue-client.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { EmployeesService } from './employees.service.js';
import { EmployeePasswordChangeDto, OwnAccountDto } from './own-account.dto.js';

@ApiTags('admin')
@Access('staff')
@Controller('admin/:tenant/me')
export class OwnAccountController {
  constructor(
    private readonly employees: EmployeesService,
    private readonly passwords: EmployeePasswords,
    private readonly tenants: TenantsService,
  ) {}

  /** Returns the caller's employee account */
  @Get()
  @ApiReturns('The employee, and the scopes of the token.')
  async getOwnAccount(@CalledBy() caller: Caller): Promise<OwnAccountDto> {
    assertEmployee(caller);
    const scopes = caller.scopes.filter((scope) => !scope.startsWith('tenant='));
    const { actForLink } = this.tenants.settings.backoffice;
    return OwnAccountDto.of(await this.employees.get(caller.id), scopes, actForLink);
  }

  /**
   * Changes the caller's employee password
   *
   * @remarks
   * The caller's other sessions end.
   */
  @Limited(limits.newPassword)
  @Post('password')
  @HttpCode(204)
  @ApiReturns('The password is changed.')
  @ApiBody({
    type: EmployeePasswordChangeDto,
    examples: {
      password: { value: { currentPassword: '<current password>', newPassword: 'violet-harbour-ladder-42' } },
    },
  })
  async changeOwnPassword(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Body() { currentPassword, newPassword }: EmployeePasswordChangeDto,
  ): Promise<void> {
    assertEmployee(caller);
    await this.passwords.change(caller, currentPassword, newPassword, origin);
  }
}

/** A service has no account, and an agent's token permits only acting for customers. @throws `access_denied` */
function assertEmployee({ kind, clientId }: Caller): void {
  if (kind !== 'employee' || isGlueClient(clientId ?? null)) throw new Failure('access_denied');
}
