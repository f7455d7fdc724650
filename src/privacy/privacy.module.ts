import { Module } from '@nestjs/common';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { CustomerPrivacyController } from './customer-privacy.controller.js';
import { OwnPrivacyController } from './own-privacy.controller.js';
import { PrivacyService } from './privacy.service.js';

@Module({
  imports: [CredentialsModule, CustomersModule],
  controllers: [OwnPrivacyController, CustomerPrivacyController],
  providers: [PrivacyService],
})
export class PrivacyModule {}
