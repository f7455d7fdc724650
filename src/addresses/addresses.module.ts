import { Module } from '@nestjs/common';
import { AddressesController } from './addresses.controller.js';
import { AddressesService } from './addresses.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';

@Module({
  imports: [DatabaseModule, HistoryModule],
  controllers: [AddressesController],
  providers: [AddressesService],
  exports: [AddressesService],
})
export class AddressesModule {}
