import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiBadRequestResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { EmployeePasswords } from '../employee/employee-passwords.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { EmployeeResetDto, EmployeeResetRequestDto } from './own-account.dto.js';

const badRequest = { description: 'The request is not valid.', type: ErrorMessageDto };

@ApiTags('admin')
@Access('public')
@Controller('admin/:tenant/password')
export class EmployeePasswordController {
  constructor(private readonly passwords: EmployeePasswords) {}

  /**
   * Mails an employee a link to set a new password
   *
   * @remarks
   * The response is the same whether or not the e-mail address is that of an active employee. Earlier links to set a
   * password, such as an invitation, become invalid.
   */
  @Limited(limits.mail)
  @Post('reset')
  @HttpCode(204)
  @ApiBadRequestResponse(badRequest)
  @ApiReturns('The request is accepted.')
  async requestEmployeePasswordReset(@Body() { email }: EmployeeResetRequestDto): Promise<void> {
    await this.passwords.requestReset(email);
  }

  /**
   * Sets the password of an employee with a mailed token
   *
   * @remarks
   * The token is from the mail of an invitation or of a reset. All sessions of the employee end.
   */
  @Limited(limits.newPassword)
  @Post('reset/confirm')
  @HttpCode(204)
  @ApiBadRequestResponse(badRequest)
  @ApiReturns('The password is set.')
  @ApiBody({
    type: EmployeeResetDto,
    examples: { password: { value: { token: '<token of the mail>', password: 'violet-harbour-ladder-42' } } },
  })
  async resetEmployeePassword(
    @RequestOrigin() origin: Origin,
    @Body() { token, password }: EmployeeResetDto,
  ): Promise<void> {
    await this.passwords.reset(token, password, origin);
  }
}
