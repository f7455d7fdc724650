import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { CompaniesModule } from '../companies/companies.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { ImportCreationService } from './import-creation.service.js';
import { ImportUpdateService } from './import-update.service.js';
import { ImportController } from './import.controller.js';
import { ImportService } from './import.service.js';
import { ImportedLoginsService } from './imported-logins.service.js';
import { ImportedPartsService } from './imported-parts.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';

@Module({
  imports: [
    ...[AddressesModule, CompaniesModule, ConsentsModule, CredentialsModule, CustomersModule],
    ...[DatabaseModule, HistoryModule, SessionsModule],
  ],
  controllers: [ImportController],
  providers: [ImportService, ImportCreationService, ImportUpdateService, ImportedLoginsService, ImportedPartsService],
})
export class ImportModule {}
