import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { ContactAssignmentsController } from './contact-assignments.controller.js';
import { ContactAssignmentsService } from './contact-assignments.service.js';
import { LegalEntitiesController } from './legal-entities.controller.js';
import { LegalEntitiesService } from './legal-entities.service.js';
import { ListService } from './list.service.js';
import { Members } from './members.service.js';

@Module({
  imports: [CustomersModule],
  controllers: [LegalEntitiesController, ContactAssignmentsController],
  providers: [LegalEntitiesService, ContactAssignmentsService, ListService, Members],
  exports: [Members],
})
export class CompaniesModule {}
