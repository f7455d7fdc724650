import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CompaniesModule } from '../companies/companies.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { ActivationsController } from './activations.controller.js';
import { ActivationNotices } from './activation-notices.js';
import { ActivationsService } from './activations.service.js';
import { ActingController } from './acting.controller.js';
import { ActingService } from './acting.service.js';
import { CustomerAddressesController } from './addresses.controller.js';
import { CustomerAddressesService } from './customer-addresses.service.js';
import { CustomerCompanyService } from './customer-company.service.js';
import { CustomerConsentsController } from './consents.controller.js';
import { CustomerCreationService } from './customer-creation.service.js';
import { CustomerNotesController } from './customer-notes.controller.js';
import { CustomerNotesService } from './customer-notes.service.js';
import { CustomerSecurityController } from './customer-security.controller.js';
import { CustomerSecurityService } from './customer-security.service.js';
import { CustomerLoginService } from './customer-login.service.js';
import { CustomerMailsController } from './customer-mails.controller.js';
import { CustomerMailsService } from './customer-mails.service.js';
import { LoginEmailService } from './login-email.service.js';
import { CustomerSupportService } from './customer-support.service.js';
import { TimelineService } from './timeline.service.js';
import { CustomerUpdateService } from './customer-update.service.js';
import { CustomersController } from './customers.controller.js';
import { DiscoveryController } from './discovery.controller.js';
import { EmployeeLinks } from './employee-links.js';
import { EmployeePasswords } from './employee-passwords.js';
import { HistoryController } from './history.controller.js';
import { TokenController } from './token.controller.js';
import { TokenService } from './token.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { MailerModule } from '../mailer/mailer.module.js';
import { NotesModule } from '../notes/notes.module.js';
import { SecondFactorModule } from '../second-factor/second-factor.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';

@Module({
  imports: [
    AddressesModule,
    AuthModule,
    CompaniesModule,
    ConsentsModule,
    CredentialsModule,
    CustomersModule,
    DatabaseModule,
    HistoryModule,
    JobsModule,
    MailerModule,
    NotesModule,
    SecondFactorModule,
    SessionsModule,
  ],
  controllers: [
    TokenController,
    DiscoveryController,
    CustomersController,
    CustomerAddressesController,
    HistoryController,
    CustomerConsentsController,
    CustomerMailsController,
    CustomerNotesController,
    CustomerSecurityController,
    ActingController,
    ActivationsController,
  ],
  providers: [
    TokenService,
    EmployeeLinks,
    EmployeePasswords,
    CustomerCreationService,
    CustomerUpdateService,
    CustomerCompanyService,
    CustomerLoginService,
    LoginEmailService,
    CustomerAddressesService,
    CustomerSupportService,
    TimelineService,
    CustomerMailsService,
    CustomerNotesService,
    CustomerSecurityService,
    ActingService,
    ActivationsService,
    ActivationNotices,
  ],
  exports: [TokenService, EmployeeLinks, EmployeePasswords, ActingService],
})
export class EmployeeModule {}
