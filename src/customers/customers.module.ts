import { Module } from '@nestjs/common';
import { CustomersService } from './customers.service.js';
import { MeController } from './me.controller.js';
import { SearchService } from './search/search.service.js';

@Module({
  controllers: [MeController],
  providers: [CustomersService, SearchService],
  exports: [CustomersService, SearchService],
})
export class CustomersModule {}
