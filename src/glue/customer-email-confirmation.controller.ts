import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { EmailChangeService } from '../credentials/email-change.service.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResourceBody } from './api-docs.js';
import { Attributes } from './attributes.js';
import { EmailConfirmationAttributes } from './confirmations.dto.js';

const TYPE = 'customer-email-confirmation';

/** Not in the vendor's API, whose storefront confirms a new e-mail address on a page of its own. */
@ApiTags('customers')
@Controller(TYPE)
export class CustomerEmailConfirmationController {
  constructor(private readonly emailChange: EmailChangeService) {}

  /** Confirms a new e-mail address with the key from the mail */
  @Post()
  @HttpCode(204)
  @GlueAccess('public', { takes: TYPE })
  @ApiResourceBody(TYPE, EmailConfirmationAttributes, { confirmationKey: '<key of the mail>' })
  @ApiErrors({ 422: 'The key is not valid (423) or is missing (901).' })
  @ApiReturns('The e-mail address is changed.')
  async confirmEmail(@Attributes() { confirmationKey }: EmailConfirmationAttributes): Promise<void> {
    await this.emailChange.confirm(confirmationKey);
  }
}
