import { Module } from '@nestjs/common';
import { CompaniesModule } from '../companies/companies.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { ImportController } from './import.controller.js';
import { ImportService } from './import.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';

@Module({
  imports: [CompaniesModule, CredentialsModule, CustomersModule, DatabaseModule, HistoryModule],
  controllers: [ImportController],
  providers: [ImportService],
})
export class ImportModule {}
