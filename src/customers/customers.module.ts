import { Module } from '@nestjs/common';
import { CustomersService } from './customers.service.js';
import { MeController } from './me.controller.js';
import { SearchQueue } from './search/search-queue.js';
import { SearchService } from './search/search.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';
import { SecondFactorModule } from '../second-factor/second-factor.module.js';

@Module({
  imports: [DatabaseModule, HistoryModule, SecondFactorModule],
  controllers: [MeController],
  providers: [CustomersService, SearchQueue, SearchService],
  exports: [CustomersService, SearchService],
})
export class CustomersModule {}
