import { Global, Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { TenantsService } from './tenants.service.js';

@Global()
@Module({ providers: [Clock, TenantsService], exports: [Clock, TenantsService] })
export class TenantsModule {}
