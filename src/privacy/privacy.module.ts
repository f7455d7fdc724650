import { Module } from '@nestjs/common';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { CustomerPrivacyController } from './customer-privacy.controller.js';
import { ErasureByMailController } from './erasure-by-mail.controller.js';
import { ErasureByMailService } from './erasure-by-mail.service.js';
import { OwnPrivacyController } from './own-privacy.controller.js';
import { PrivacyService } from './privacy.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';
import { MailerModule } from '../mailer/mailer.module.js';
import { SecondFactorModule } from '../second-factor/second-factor.module.js';

@Module({
  imports: [CredentialsModule, CustomersModule, DatabaseModule, HistoryModule, MailerModule, SecondFactorModule],
  controllers: [OwnPrivacyController, ErasureByMailController, CustomerPrivacyController],
  providers: [PrivacyService, ErasureByMailService],
})
export class PrivacyModule {}
