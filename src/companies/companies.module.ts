import { Module } from '@nestjs/common';
import { CustomersModule } from '../customers/customers.module.js';
import { ContactAssignmentsController } from './contact-assignments.controller.js';
import { ContactAssignmentsService } from './contact-assignments.service.js';
import { LegalEntitiesController } from './legal-entities.controller.js';
import { LegalEntitiesService } from './legal-entities.service.js';
import { ListService } from './list.service.js';
import { Members } from './members.js';
import { MembershipRequestsController } from './membership-requests.controller.js';
import { MembershipRequestsService } from './membership-requests.service.js';
import { CompanyUsersService } from './company-users.service.js';
import { LocationsController } from './locations.controller.js';
import { LocationsService } from './locations.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { MailerModule } from '../mailer/mailer.module.js';

@Module({
  imports: [CustomersModule, DatabaseModule, MailerModule],
  controllers: [
    ...[LegalEntitiesController, ContactAssignmentsController, MembershipRequestsController],
    LocationsController,
  ],
  providers: [
    ...[LegalEntitiesService, ContactAssignmentsService, ListService, Members, MembershipRequestsService],
    ...[CompanyUsersService, LocationsService],
  ],
  exports: [CompanyUsersService, LegalEntitiesService, LocationsService, Members],
})
export class CompaniesModule {}
