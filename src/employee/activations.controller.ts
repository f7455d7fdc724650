import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { ActivationsDto, DecisionResultDto } from './activations.dto.js';
import { ActivationsService } from './activations.service.js';
import { ACTIVATIONS_MANAGE } from './employee-scopes.js';

@ApiTags('employee')
@Controller('admin/:tenant/activations')
export class ActivationsController {
  constructor(private readonly activations: ActivationsService) {}

  /**
   * Activates or declines up to 200 customers
   *
   * @remarks
   * A customer who cannot be activated or declined does not stop the others. A decision that was already made changes
   * nothing. Customers who can now log in get a mail. Declined customers get a mail if the setting `declinedNotice` is
   * on. Each decision is stored in the customer's history.
   */
  @Post()
  @HttpCode(207)
  @Access('staff', { scopes: [ACTIVATIONS_MANAGE] })
  @ApiBody({
    type: ActivationsDto,
    examples: { activate: { value: { customerNumbers: ['<customer number>'], decision: 'activate' } } },
  })
  @ApiResponse({
    status: 207,
    description: 'One result for each number, in the order of the request.',
    type: [DecisionResultDto],
  })
  async decideActivations(
    @CalledBy('reach') reach: Reach,
    @Body() { customerNumbers, decision, reason }: ActivationsDto,
  ): Promise<DecisionResultDto[]> {
    const failures = await this.activations.decide(customerNumbers, decision, reason?.trim() || undefined, reach);
    return customerNumbers.map((number, index) => DecisionResultDto.of(number, failures[index]));
  }
}
