import { Module } from '@nestjs/common';
import { CustomersService } from './customers.service.js';
import { MeController } from './me.controller.js';

@Module({ controllers: [MeController], providers: [CustomersService], exports: [CustomersService] })
export class CustomersModule {}
