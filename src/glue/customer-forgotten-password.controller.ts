import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { LoginHelpService } from '../auth/login-help.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { ApiErrors, ApiResourceBody, attributesInvalid } from './api-docs.js';
import { ForgottenPasswordAttributes } from './passwords.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'customer-forgotten-password';

@ApiTags('passwords')
@Controller(TYPE)
export class CustomerForgottenPasswordController {
  constructor(private readonly help: LoginHelpService) {}

  /**
   * Mails a key to set a new password
   *
   * @remarks
   * A customer who has not confirmed the e-mail address gets a new registration key instead. The response is the same
   * whether or not the address has an account.
   */
  @Limited(limits.mail)
  @Post()
  @HttpCode(204)
  @GlueAccess('public', { takes: TYPE })
  @ApiResourceBody(TYPE, ForgottenPasswordAttributes, { email: 'ada@demo.example' })
  @ApiErrors({ 422: attributesInvalid })
  @ApiReturns('The request is accepted.')
  async requestPasswordReset(@Attributes() { email }: ForgottenPasswordAttributes): Promise<void> {
    await this.help.mailOnRequest(email);
  }
}
