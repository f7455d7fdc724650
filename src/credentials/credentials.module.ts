import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { AccountsService } from './accounts.service.js';
import { EmailChangeController } from './email-change.controller.js';
import { EmailChangeService } from './email-change.service.js';
import { IdentitiesService } from './identities.service.js';
import { Lockout } from './lockout.js';
import { NewPasswords } from './new-passwords.js';
import { OneTimeTokens } from './one-time-tokens.js';
import { Ownership } from './ownership.js';
import { PasswordController } from './password.controller.js';
import { PasswordMigration } from './password-migration.service.js';
import { PasswordsService } from './passwords.service.js';
import { RetentionController } from './retention.controller.js';
import { Retention } from './retention.service.js';

@Module({
  imports: [CustomersModule],
  controllers: [PasswordController, EmailChangeController, RetentionController],
  providers: [
    AccountsService,
    IdentitiesService,
    Lockout,
    NewPasswords,
    OneTimeTokens,
    Ownership,
    PasswordsService,
    EmailChangeService,
    Retention,
    PasswordMigration,
  ],
  exports: [AccountsService, IdentitiesService, Lockout, NewPasswords, OneTimeTokens, PasswordsService, Retention],
})
export class CredentialsModule {}
