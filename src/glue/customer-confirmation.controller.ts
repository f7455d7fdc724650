import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { OptInService } from '../auth/opt-in.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiErrors, ApiResourceBody } from './api-docs.js';
import { ConfirmationAttributes } from './confirmations.dto.js';

const TYPE = 'customer-confirmation';

@ApiTags('customers')
@Controller(TYPE)
export class CustomerConfirmationController {
  constructor(private readonly optIn: OptInService) {}

  /** Confirms a new customer's e-mail address with the registration key */
  @Post()
  @HttpCode(204)
  @GlueAccess('public', { takes: TYPE })
  @ApiResourceBody(TYPE, ConfirmationAttributes, { registrationKey: '<key of the mail>' })
  @ApiErrors({ 422: 'The key is not valid (423) or is missing (901).' })
  @ApiReturns('The e-mail address is confirmed.')
  async confirmCustomer(@Attributes() { registrationKey }: ConfirmationAttributes): Promise<void> {
    await this.optIn.confirm(registrationKey);
  }
}
