import { Module } from '@nestjs/common';
import { Housekeeping } from './housekeeping.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { JobsModule } from '../jobs/jobs.module.js';

@Module({ imports: [DatabaseModule, JobsModule], providers: [Housekeeping] })
export class HousekeepingModule {}
