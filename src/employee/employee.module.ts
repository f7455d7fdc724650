import { Module } from '@nestjs/common';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { CustomersController } from './customers.controller.js';
import { StandingService } from './standing.service.js';
import { TokenController } from './token.controller.js';
import { TokenService } from './token.service.js';

@Module({
  imports: [CredentialsModule, CustomersModule],
  controllers: [TokenController, CustomersController],
  providers: [TokenService, StandingService],
})
export class EmployeeModule {}
