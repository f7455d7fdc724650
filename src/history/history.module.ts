import { Global, Module } from '@nestjs/common';
import { History } from './history.service.js';
import { SecurityLog } from './security-log.js';

@Global()
@Module({ providers: [History, SecurityLog], exports: [History, SecurityLog] })
export class HistoryModule {}
