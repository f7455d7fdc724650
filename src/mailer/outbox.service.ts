import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { normalEmail } from '../common/email.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Deliveries } from './deliveries.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { Seal } from './seal.js';
import type { MailFacts, MailKind } from './templates.js';

/** Where mails are left to be sent. */
@Injectable()
export class Outbox {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly deliveries: Deliveries,
    private readonly seal: Seal,
    private readonly clock: Clock,
  ) {}

  /** Leaves a mail in the caller's transaction: it is sent if and only if that commits. */
  async add<Kind extends MailKind>(kind: Kind, recipient: string, facts: MailFacts[Kind]): Promise<void> {
    const tenant = this.tenants.current;
    const id = randomUUID();
    await this.em.insert(OutboxMessage, {
      tenant,
      id,
      kind,
      recipient: normalEmail(recipient),
      sealed: this.seal.close(facts, id),
      createdAt: this.clock.now(),
    });
    await this.deliveries.enqueue({ tenant, id });
  }
}
