import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Failure } from '../common/failure.js';
import { Access, CalledBy, type Caller } from '../sessions/access.js';
import { ActingLoginDto, ActingTokenDto } from './acting.dto.js';
import { ActingService } from './acting.service.js';

@ApiTags('employee')
@Controller('customer/:tenant/assistedbuying')
export class ActingController {
  constructor(private readonly acting: ActingService) {}

  /** A customer's token for an employee who helps with buying. It can change neither password nor e-mail. */
  @Post('login')
  @HttpCode(200)
  @Access('staff', { scopes: ['customer.assistedBuying_manage'] })
  @ApiBody({
    type: ActingLoginDto,
    examples: { telephone: { value: { customerNumber: '<customer number>', reason: 'Order by telephone' } } },
  })
  @ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
  async login(@CalledBy() caller: Caller, @Body() { customerNumber, reason }: ActingLoginDto): Promise<ActingTokenDto> {
    // Who acts must be a person: a service has nobody to answer for it.
    if (caller.kind !== 'employee') throw new Failure('access_refused');
    return ActingTokenDto.of(await this.acting.start(customerNumber, caller, reason ?? undefined));
  }
}
