import { Global, Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { ResponseBudget } from './response-budget.js';
import { TenantsService } from './tenants.service.js';
import { DatabaseModule } from '../database/database.module.js';

@Global()
@Module({
  imports: [DatabaseModule],
  providers: [Clock, TenantsService, ResponseBudget],
  exports: [Clock, TenantsService, ResponseBudget],
})
export class TenantsModule {}
