import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { Deliveries } from './deliveries.js';
import { MailHashes } from './mail-hashes.js';
import { MailQueue } from './mail-queue.js';
import { MailRenderer } from './mail-renderer.js';
import { OutboxRecords } from './outbox-records.js';
import { Outbox } from './outbox.service.js';
import { OwnTexts } from './own-texts.js';
import { RecipientLimits } from './recipient-limits.js';
import { Sealer } from './sealer.js';

@Module({
  imports: [DatabaseModule, JobsModule],
  providers: [
    Deliveries,
    MailHashes,
    MailQueue,
    MailRenderer,
    Outbox,
    OutboxRecords,
    OwnTexts,
    RecipientLimits,
    Sealer,
  ],
  exports: [MailQueue, MailRenderer, Outbox, OutboxRecords, Sealer],
})
export class MailerModule {}
