import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SignupService } from '../auth/signup.service.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import { Refuses, Takes } from './described.js';
import { RequiredText } from './rules.js';

const TYPE = 'customer-confirmation';

class ConfirmationAttributes {
  /** The key from the mail. */
  @RequiredText(200)
  registrationKey!: string;
}

@ApiTags('customers')
@Controller(TYPE)
export class CustomerConfirmationController {
  constructor(private readonly signup: SignupService) {}

  /** Confirms a new customer's e-mail address with the registration key. */
  @Post()
  @HttpCode(204)
  @GlueAccess('public', { takes: TYPE })
  @Takes(TYPE, ConfirmationAttributes, { registrationKey: 'the key' })
  @Refuses({ 422: 'The key is not valid (423), or missing (901).' })
  async confirm(@Attributes() { registrationKey }: ConfirmationAttributes): Promise<void> {
    await this.signup.confirm(registrationKey);
  }
}
