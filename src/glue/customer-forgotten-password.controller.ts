import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PasswordsService } from '../credentials/passwords.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Refuses, Takes } from './described.js';
import { ForgottenPasswordAttributes } from './passwords.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'customer-forgotten-password';

@ApiTags('passwords')
@Controller(TYPE)
export class CustomerForgottenPasswordController {
  constructor(private readonly passwords: PasswordsService) {}

  /** Mails a key to set a new password. The answer is the same whether or not the address has an account. */
  @Limited(limits.mail)
  @Post()
  @HttpCode(204)
  @GlueAccess('public', { takes: TYPE })
  @Takes(TYPE, ForgottenPasswordAttributes, { email: 'ada@demo.example' })
  @Refuses({})
  async request(@Attributes() { email }: ForgottenPasswordAttributes): Promise<void> {
    await this.passwords.requestReset(email);
  }
}
