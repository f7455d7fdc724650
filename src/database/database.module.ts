import { Global, Module } from '@nestjs/common';
import { Database } from './database.js';
import { SharedStatements } from './shared-statements.js';

@Global()
@Module({ providers: [Database, SharedStatements], exports: [Database, SharedStatements] })
export class DatabaseModule {}
