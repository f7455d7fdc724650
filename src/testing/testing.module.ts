import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MailboxModule } from '../mailer/mailbox/mailbox.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { Snapshot } from './snapshot.js';
import { TestClock } from './test-clock.js';
import { TestCustomers } from './test-customers.js';
import { TestTenant } from './test-tenant.js';
import { TestMails } from './test-mails.js';
import { TestTokens } from './test-tokens.js';
import { TestingController } from './testing.controller.js';

/** The routes of `foyer test`. No other program loads this module. */
@Module({
  imports: [AuthModule, CustomersModule, JobsModule, MailboxModule, SessionsModule],
  controllers: [TestingController],
  providers: [Snapshot, TestClock, TestCustomers, TestTenant, TestMails, TestTokens],
  exports: [TestTenant],
})
export class TestingModule {}
