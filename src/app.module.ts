import { MikroOrmModule } from '@mikro-orm/nestjs';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { DynamicModule, Global, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ormOptions } from '../mikro-orm.config.js';
import { AdminModule } from './admin/admin.module.js';
import { AddressesModule } from './addresses/addresses.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CompaniesModule } from './companies/companies.module.js';
import { InputPipe } from './common/validation.js';
import { Config } from './config/config.js';
import { ConsentsModule } from './consents/consents.module.js';
import { CredentialsModule } from './credentials/credentials.module.js';
import { CustomersModule } from './customers/customers.module.js';
import { EmployeeModule } from './employee/employee.module.js';
import { ErrorFilter } from './error.filter.js';
import { GlueModule } from './glue/glue.module.js';
import { HealthModule } from './health/health.module.js';
import { HistoryModule } from './history/history.module.js';
import { HousekeepingModule } from './housekeeping/housekeeping.module.js';
import { ImportModule } from './import/import.module.js';
import { MailboxModule } from './mailer/mailbox/mailbox.module.js';
import { SessionContextModule } from './session-context/session-context.module.js';
import { PrivacyModule } from './privacy/privacy.module.js';
import { RouteApis } from './route-apis.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { TenantsModule } from './tenants/tenants.module.js';

/** The modules whose controllers implement the Emporix API or Foyer's own API. */
export const emporixModules = [
  AuthModule,
  CustomersModule,
  AddressesModule,
  ConsentsModule,
  SessionContextModule,
  CredentialsModule,
  CompaniesModule,
  EmployeeModule,
  AdminModule,
  ImportModule,
  PrivacyModule,
  SessionsModule,
  HealthModule,
];

@Global()
@Module({})
export class AppModule {
  /** @param modules further modules, which the service has in one mode only */
  static for(config: Config, modules: Type[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        MikroOrmModule.forRoot({
          ...ormOptions(config.databaseUrl ?? '', config.databasePool, { prepared: config.databasePrepared }),
          driver: PostgreSqlDriver,
          registerRequestContext: false,
        }),
        TenantsModule,
        HistoryModule,
        ...(config.mode === 'production' ? [] : [MailboxModule]),
        ...emporixModules,
        GlueModule,
        HousekeepingModule,
        ...modules,
      ],
      providers: [
        { provide: Config, useValue: config },
        RouteApis,
        { provide: APP_FILTER, useClass: ErrorFilter },
        { provide: APP_PIPE, useFactory: () => new InputPipe() },
      ],
      exports: [Config],
    };
  }
}
