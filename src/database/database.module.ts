import { Module } from '@nestjs/common';
import { Database } from './database.js';
import { QueryBatcher } from './query-batcher.js';

@Module({ providers: [Database, QueryBatcher], exports: [Database, QueryBatcher] })
export class DatabaseModule {}
