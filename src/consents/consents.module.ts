import { Module } from '@nestjs/common';
import { ConsentsService } from './consents.service.js';
import { OwnConsentsController } from './own-consents.controller.js';

@Module({ controllers: [OwnConsentsController], providers: [ConsentsService], exports: [ConsentsService] })
export class ConsentsModule {}
