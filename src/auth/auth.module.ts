import { Module } from '@nestjs/common';
import { AddressesModule } from '../addresses/addresses.module.js';
import { CredentialsModule } from '../credentials/credentials.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { AnonymousController } from './anonymous.controller.js';
import { AnonymousService } from './anonymous.service.js';
import { LoginController } from './login.controller.js';
import { LoginService } from './login.service.js';
import { SignupController } from './signup.controller.js';
import { SignupService } from './signup.service.js';

@Module({
  imports: [AddressesModule, CredentialsModule, CustomersModule],
  controllers: [AnonymousController, SignupController, LoginController],
  providers: [AnonymousService, SignupService, LoginService],
  exports: [SignupService, LoginService],
})
export class AuthModule {}
