import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { OutboxRecords } from '../mailer/outbox-records.js';
import type { Reach } from '../tenants/reach.js';

/** Sends mails again for employees and services. */
@Injectable()
export class OutboxSupportService {
  constructor(
    private readonly em: EntityManager,
    private readonly records: OutboxRecords,
    private readonly history: History,
  ) {}

  /**
   * Queues a given-up mail again.
   *
   * @throws Failure `mail_not_found`, `mail_not_given_up`, `mail_expired`
   */
  async retry(id: string, reach: Reach): Promise<void> {
    await transaction(this.em, async () => {
      const { kind, customerId } = await this.records.retry(id, reach);
      if (customerId !== null) await this.history.add(customerId, 'mail_retried', { mail: kind });
    });
  }
}
