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

/** Whom a mail is for: an e-mail address, and the customer whose it is, or is to become. */
export interface Addressee {
  email: string;
  /** Undefined when it is nobody's. */
  customerId: string | undefined;
}

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

  /**
   * Leaves a mail in the caller's transaction: it is sent if and only if that commits, unless the customer is removed
   * before.
   */
  async add<Kind extends MailKind>(
    kind: Kind,
    { email, customerId }: Addressee,
    facts: MailFacts[Kind],
  ): Promise<void> {
    const tenant = this.tenants.current;
    const id = randomUUID();
    await this.em.insert(OutboxMessage, {
      tenant,
      id,
      kind,
      recipient: normalEmail(email),
      customerId,
      sealed: this.seal.close(facts, id),
      createdAt: this.clock.now(),
    });
    await this.deliveries.enqueue({ tenant, id });
  }

  /** Whether so many mails of these kinds were left for an address since then. */
  async holds(kinds: MailKind[], recipient: string, since: Date, times = 1): Promise<boolean> {
    const where = { kind: kinds, recipient: normalEmail(recipient), createdAt: { $gt: since } };
    return (await this.em.count(OutboxMessage, where)) >= times;
  }
}
