import { Body, Controller, HttpCode, Post, applyDecorators } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy, type Caller, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { ActingLoginDto, ActingTokenDto } from './acting.dto.js';
import { ActingService } from './acting.service.js';

/** The decorators that both paths of assisted buying share. */
function AssistedBuyingLogin(): MethodDecorator {
  return applyDecorators(
    Access('staff', { scopes: ['customer.assistedBuying_manage'] }),
    ApiBody({
      type: ActingLoginDto,
      examples: { telephone: { value: { customerNumber: '<customer number>', reason: 'Order by telephone' } } },
    }),
    ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto }),
  );
}

@ApiTags('employee')
@Controller('customer/:tenant')
export class ActingController {
  constructor(private readonly acting: ActingService) {}

  /**
   * Issues a customer token to an employee for assisted buying
   *
   * @remarks
   * The token does not permit changes of the customer's password or e-mail.
   */
  @Post('assistedbuying/login')
  @HttpCode(200)
  @AssistedBuyingLogin()
  @ApiReturns('The tokens with which the employee acts for the customer.')
  async startAssistedBuying(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Body() { customerNumber, reason }: ActingLoginDto,
  ): Promise<ActingTokenDto> {
    return ActingTokenDto.of(await this.acting.start(customerNumber, caller, reason ?? undefined, origin));
  }

  /**
   * Issues a customer token to an employee, at the vendor's other path
   *
   * @remarks
   * Works like `POST /customer/{tenant}/assistedbuying/login`.
   */
  @Post('assisted-buying-login')
  @HttpCode(200)
  @AssistedBuyingLogin()
  @ApiReturns('The tokens with which the employee acts for the customer.')
  async startAssistedBuyingLogin(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Body() login: ActingLoginDto,
  ): Promise<ActingTokenDto> {
    return this.startAssistedBuying(caller, origin, login);
  }
}
