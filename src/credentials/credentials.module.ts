import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { AccountsService } from './accounts.service.js';
import { EmailChangeController } from './email-change.controller.js';
import { EmailChangeService } from './email-change.service.js';
import { EmailUndoService } from './email-undo.service.js';
import { EmailUndos } from './email-undos.js';
import { AccountRecovery } from './account-recovery.js';
import { AddressRelease } from './address-release.js';
import { EmailChangeMails } from './email-change-mails.js';
import { AccountErasureService } from './account-erasure.service.js';
import { OwnerNotices } from './owner-notices.js';
import { EmailOwnership } from './email-ownership.js';
import { IdentitiesService } from './identities.service.js';
import { IdentityConfirmationService } from './identity-confirmation.service.js';
import { Lockout } from './lockout.js';
import { LogoutService } from './logout.service.js';
import { NewPasswords } from './new-passwords.js';
import { OneTimeTokens } from './one-time-tokens.js';
import { PasswordController } from './password.controller.js';
import { PasswordLinks } from './password-links.js';
import { PasswordMigration } from './password-migration.js';
import { PasswordsService } from './passwords.service.js';
import { RetentionController } from './retention.controller.js';
import { Retention } from './retention.js';
import { SecondFactorMails } from './second-factor-mails.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MailerModule } from '../mailer/mailer.module.js';
import { SecondFactorModule } from '../second-factor/second-factor.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';

@Module({
  imports: [
    CustomersModule,
    DatabaseModule,
    HistoryModule,
    JobsModule,
    MailerModule,
    SecondFactorModule,
    SessionsModule,
  ],
  controllers: [PasswordController, EmailChangeController, RetentionController],
  providers: [
    AccountsService,
    IdentitiesService,
    IdentityConfirmationService,
    Lockout,
    NewPasswords,
    OneTimeTokens,
    EmailOwnership,
    AccountRecovery,
    AddressRelease,
    EmailChangeMails,
    EmailUndos,
    EmailUndoService,
    AccountErasureService,
    OwnerNotices,
    PasswordsService,
    PasswordLinks,
    LogoutService,
    EmailChangeService,
    Retention,
    PasswordMigration,
    SecondFactorMails,
  ],
  exports: [
    AccountErasureService,
    AccountsService,
    EmailChangeService,
    EmailOwnership,
    IdentitiesService,
    IdentityConfirmationService,
    Lockout,
    LogoutService,
    NewPasswords,
    OneTimeTokens,
    OwnerNotices,
    PasswordLinks,
    PasswordsService,
    Retention,
    SecondFactorMails,
  ],
})
export class CredentialsModule {}
