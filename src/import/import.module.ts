import { Module } from '@nestjs/common';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { ImportController } from './import.controller.js';
import { ImportService } from './import.service.js';

@Module({
  imports: [CredentialsModule, CustomersModule],
  controllers: [ImportController],
  providers: [ImportService],
})
export class ImportModule {}
