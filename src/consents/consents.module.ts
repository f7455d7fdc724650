import { Module } from '@nestjs/common';
import { ConsentsService } from './consents.service.js';
import { OwnConsentsController } from './own-consents.controller.js';
import { DatabaseModule } from '../database/database.module.js';

@Module({
  imports: [DatabaseModule],
  controllers: [OwnConsentsController],
  providers: [ConsentsService],
  exports: [ConsentsService],
})
export class ConsentsModule {}
