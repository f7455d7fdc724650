import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { CompaniesModule } from '../companies/companies.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { AnonymousController } from './anonymous.controller.js';
import { AnonymousService } from './anonymous.service.js';
import { LoginController } from './login.controller.js';
import { LoginHelpService } from './login-help.service.js';
import { LoginService } from './login.service.js';
import { LoginStart } from './login-start.js';
import { OptInService } from './opt-in.service.js';
import { OwnScopesController } from './own-scopes.controller.js';
import { OwnSessionsController } from './own-sessions.controller.js';
import { SignupCompany } from './signup-company.js';
import { SignupController } from './signup.controller.js';
import { SignupMails } from './signup-mails.js';
import { SignupService } from './signup.service.js';
import { SignupTransaction } from './signup-transaction.js';
import { FirstLoginService } from './sso/first-login.service.js';
import { IdentitiesController } from './sso/identities.controller.js';
import { IdentityLinkService } from './sso/identity-link.service.js';
import { IdentityProviders } from './sso/identity-providers.js';
import { KeptSessions } from './sso/kept-sessions.js';
import { Outbound } from './sso/outbound.js';
import { ProviderKeys } from './sso/provider-keys.js';
import { SsoController } from './sso/sso.controller.js';
import { SsoService } from './sso/sso.service.js';
import { SubjectTokens } from './sso/subject-tokens.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';
import { MailerModule } from '../mailer/mailer.module.js';
import { SecondFactorModule } from '../second-factor/second-factor.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';

@Module({
  imports: [
    AddressesModule,
    CompaniesModule,
    ConsentsModule,
    CredentialsModule,
    CustomersModule,
    DatabaseModule,
    HistoryModule,
    MailerModule,
    SecondFactorModule,
    SessionsModule,
  ],
  controllers: [
    AnonymousController,
    SignupController,
    LoginController,
    OwnScopesController,
    OwnSessionsController,
    SsoController,
    IdentitiesController,
  ],
  providers: [
    AnonymousService,
    SignupService,
    SignupTransaction,
    SignupCompany,
    SignupMails,
    OptInService,
    LoginHelpService,
    LoginService,
    LoginStart,
    Outbound,
    ProviderKeys,
    IdentityProviders,
    SubjectTokens,
    KeptSessions,
    FirstLoginService,
    SsoService,
    IdentityLinkService,
  ],
  exports: [SignupService, SignupMails, OptInService, LoginHelpService, LoginService],
})
export class AuthModule {}
