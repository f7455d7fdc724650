import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { AccountsService } from './accounts.service.js';
import { EmailChangeController } from './email-change.controller.js';
import { EmailChangeService } from './email-change.service.js';
import { Lockout } from './lockout.js';
import { OneTimeTokens } from './one-time-tokens.js';
import { PasswordController } from './password.controller.js';
import { PasswordsService } from './passwords.service.js';

@Module({
  imports: [CustomersModule],
  controllers: [PasswordController, EmailChangeController],
  providers: [AccountsService, Lockout, OneTimeTokens, PasswordsService, EmailChangeService],
  exports: [AccountsService, Lockout, OneTimeTokens, PasswordsService],
})
export class CredentialsModule {}
