import { Module } from '@nestjs/common';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { ClientsController } from './clients.controller.js';
import { ClientsService } from './clients.service.js';
import { EmployeePasswordController } from './employee-password.controller.js';
import { EmployeesController } from './employees.controller.js';
import { EmployeesService } from './employees.service.js';
import { MailTextsController } from './mail-texts.controller.js';
import { MailTextsService } from './mail-texts.service.js';
import { OwnAccountController } from './own-account.controller.js';
import { OutboxController } from './outbox.controller.js';
import { OutboxSupportService } from './outbox-support.service.js';
import { SettingsController } from './settings.controller.js';
import { SettingsService } from './settings.service.js';
import { EmployeeModule } from '../employee/employee.module.js';
import { HistoryModule } from '../history/history.module.js';
import { MailerModule } from '../mailer/mailer.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';

@Module({
  imports: [CredentialsModule, EmployeeModule, HistoryModule, MailerModule, SessionsModule],
  controllers: [
    EmployeesController,
    EmployeePasswordController,
    OwnAccountController,
    ClientsController,
    MailTextsController,
    SettingsController,
    OutboxController,
    AuditController,
  ],
  providers: [EmployeesService, ClientsService, MailTextsService, SettingsService, OutboxSupportService, AuditService],
  exports: [EmployeesService, ClientsService, MailTextsService, SettingsService],
})
export class AdminModule {}
