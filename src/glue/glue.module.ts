import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { CompaniesModule } from '../companies/companies.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { EmployeeModule } from '../employee/employee.module.js';
import { HealthModule } from '../health/health.module.js';
import { AccessTokensController } from './access-tokens.controller.js';
import { GlueAddressesController } from './addresses.controller.js';
import { AddressesWithoutCustomerController } from './addresses-without-customer.controller.js';
import { AgentAccessTokensController } from './agent-access-tokens.controller.js';
import { AgentCustomerImpersonationController } from './agent-customer-impersonation-access-tokens.controller.js';
import { AgentCustomerSearchController } from './agent-customer-search.controller.js';
import { GlueCompaniesController } from './companies.controller.js';
import { BusinessUnitAddressesController } from './company-business-unit-addresses.controller.js';
import { BusinessUnitsController } from './company-business-units.controller.js';
import { CompanyCollectionsController } from './company-collections.controller.js';
import { CompanyRolesController } from './company-roles.controller.js';
import { CompanyUserAccessTokensController } from './company-user-access-tokens.controller.js';
import { CompanyUsersController } from './company-users.controller.js';
import { CustomerAccessController } from './customer-access.controller.js';
import { ConfirmRegistrationController } from './confirm-registration.controller.js';
import { CustomerConfirmationController } from './customer-confirmation.controller.js';
import { CustomerEmailConfirmationController } from './customer-email-confirmation.controller.js';
import { CustomerForgottenPasswordController } from './customer-forgotten-password.controller.js';
import { CustomerPasswordController } from './customer-password.controller.js';
import { CustomerRestorePasswordController } from './customer-restore-password.controller.js';
import { GlueCustomersController } from './customers.controller.js';
import { HealthCheckController } from './health-check.controller.js';
import { LoginLocks } from './login-locks.js';
import { MissingIdController } from './missing-id.controller.js';
import { MultiFactorAuthRecoveryCodesController } from './multi-factor-auth-recovery-codes.controller.js';
import { MultiFactorAuthTotpSecretsController } from './multi-factor-auth-totp-secrets.controller.js';
import { MultiFactorAuthTriggerController } from './multi-factor-auth-trigger.controller.js';
import { MultiFactorAuthTypeActivateController } from './multi-factor-auth-type-activate.controller.js';
import { MultiFactorAuthTypeDeactivateController } from './multi-factor-auth-type-deactivate.controller.js';
import { MultiFactorAuthTypeVerifyController } from './multi-factor-auth-type-verify.controller.js';
import { MultiFactorAuthTypesController } from './multi-factor-auth-types.controller.js';
import { Ownership } from './ownership.js';
import { RefreshTokensController } from './refresh-tokens.controller.js';
import { GlueTokenController } from './token.controller.js';
import { SecondFactorModule } from '../second-factor/second-factor.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';

/** The Glue API: the customer API of Spryker, implemented with the same services as the Emporix API. */
@Module({
  imports: [
    AddressesModule,
    AuthModule,
    CompaniesModule,
    CredentialsModule,
    CustomersModule,
    EmployeeModule,
    SecondFactorModule,
    HealthModule,
    SessionsModule,
  ],
  controllers: [
    AccessTokensController,
    RefreshTokensController,
    GlueTokenController,
    GlueCustomersController,
    GlueAddressesController,
    AddressesWithoutCustomerController,
    CustomerConfirmationController,
    ConfirmRegistrationController,
    CustomerEmailConfirmationController,
    CustomerPasswordController,
    CustomerForgottenPasswordController,
    CustomerRestorePasswordController,
    CustomerAccessController,
    AgentAccessTokensController,
    AgentCustomerSearchController,
    AgentCustomerImpersonationController,
    CompanyUserAccessTokensController,
    CompanyUsersController,
    GlueCompaniesController,
    CompanyRolesController,
    BusinessUnitsController,
    BusinessUnitAddressesController,
    CompanyCollectionsController,
    MultiFactorAuthTypesController,
    MultiFactorAuthTypeActivateController,
    MultiFactorAuthTypeVerifyController,
    MultiFactorAuthTriggerController,
    MultiFactorAuthTypeDeactivateController,
    MultiFactorAuthTotpSecretsController,
    MultiFactorAuthRecoveryCodesController,
    HealthCheckController,
    MissingIdController,
  ],
  providers: [LoginLocks, Ownership],
  exports: [LoginLocks],
})
export class GlueModule {}
