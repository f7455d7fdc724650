import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy, type Caller, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { ActingLoginDto, ActingTokenDto } from './acting.dto.js';
import { ActingService } from './acting.service.js';

@ApiTags('employee')
@Controller('customer/:tenant/assistedbuying')
export class ActingController {
  constructor(private readonly acting: ActingService) {}

  /**
   * Issues a customer token to an employee for assisted buying
   *
   * @remarks
   * The token cannot change the customer's password or e-mail.
   */
  @Post('login')
  @HttpCode(200)
  @Access('staff', { scopes: ['customer.assistedBuying_manage'] })
  @ApiBody({
    type: ActingLoginDto,
    examples: { telephone: { value: { customerNumber: '<customer number>', reason: 'Order by telephone' } } },
  })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The tokens for acting for the customer.')
  async startAssistedBuying(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Body() { customerNumber, reason }: ActingLoginDto,
  ): Promise<ActingTokenDto> {
    return ActingTokenDto.of(await this.acting.start(customerNumber, caller, reason ?? undefined, origin));
  }
}
