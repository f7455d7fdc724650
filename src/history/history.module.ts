import { Module } from '@nestjs/common';
import { History } from './history.service.js';
import { SecurityLog } from './security-log.js';
import { DatabaseModule } from '../database/database.module.js';

@Module({ imports: [DatabaseModule], providers: [History, SecurityLog], exports: [History, SecurityLog] })
export class HistoryModule {}
