import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { normalEmail } from '../common/email.js';
import { Config } from '../config/config.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { MailHashes } from './mail-hashes.js';
import { MailQueue } from './mail-queue.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { RecipientLimits, mailLifetime } from './recipient-limits.js';
import { Seal } from './seal.js';
import { type MailFacts, type MailKind, type UserText, exampleContents } from './mail-kinds.js';

/** The recipient of a mail. */
export interface Addressee {
  email: string;
  /** The customer that the mail belongs to, if it belongs to one. */
  customerId: string | undefined;
  /** Whether the customer has confirmed this address. Text that a user chose is sent to confirmed addresses only. */
  confirmed: boolean;
  /** The minimum time since the last mail of the kind, in seconds. Otherwise the limit of the kind applies. */
  pause?: number;
  /** The language of a recipient without a customer. */
  language?: string;
}

/** The facts of a mail, or a function that issues its token: it is called only if the mail is stored. */
type Facts<Kind extends MailKind> = MailFacts[Kind] | (() => Promise<MailFacts[Kind]>);

/** Stores mails in the transaction that causes them. */
@Injectable()
export class Outbox {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly limits: RecipientLimits,
    private readonly queue: MailQueue,
    private readonly hashes: MailHashes,
    private readonly seal: Seal,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Stores a mail in the caller's transaction. It is sent if and only if the transaction commits, unless the customer
   * is deleted first. Beyond the limit of the recipient no mail is stored, and the newest link that was mailed stays
   * valid.
   *
   * @returns whether the mail was stored
   * @throws Error outside of a transaction
   */
  async add<Kind extends MailKind>(
    kind: Kind,
    to: Addressee,
    facts: Facts<Kind>,
    text: UserText = {},
  ): Promise<boolean> {
    const given = await this.count(kind, to, facts);
    if (given) await this.store(kind, to, { ...given, ...(to.confirmed && text) });
    return given !== undefined;
  }

  /**
   * Stores a mail with the example content, whose link and code are of no use, in the caller's transaction.
   *
   * @param email the address of the employee who requests it
   * @param language a BCP 47 tag
   * @returns false beyond the limit of the recipient
   */
  async addExample(kind: MailKind, email: string, language: string): Promise<boolean> {
    const to = { email, customerId: undefined, confirmed: true, language };
    const admitted = await this.limits.admit('example', normalEmail(email), to);
    if (admitted) await this.store(kind, to, exampleContents[kind]);
    return admitted;
  }

  /**
   * Does everything that `add` does, except that it stores no mail. Used if the caller must not find out whether there
   * is a recipient.
   */
  async withhold<Kind extends MailKind>(kind: Kind, to: Addressee, facts: Facts<Kind>): Promise<void> {
    await this.count(kind, to, facts);
  }

  /** Whether a mail of this kind was stored for an address since the given time. */
  async holds(kind: MailKind, recipient: string, since: Date): Promise<boolean> {
    const where = { kind, recipient: normalEmail(recipient), createdAt: { $gt: since } };
    return (await this.em.count(OutboxMessage, where)) > 0;
  }

  private async count<Kind extends MailKind>(
    kind: Kind,
    to: Addressee,
    facts: Facts<Kind>,
  ): Promise<MailFacts[Kind] | undefined> {
    if (!this.em.isInTransaction()) throw new Error('A mail must be added in the transaction that causes it');
    if (!(await this.limits.admit(kind, normalEmail(to.email), to))) return undefined;
    return typeof facts === 'function' ? (facts as () => Promise<MailFacts[Kind]>)() : facts;
  }

  private async store(kind: MailKind, to: Addressee, content: object): Promise<void> {
    const tenant = this.tenants.current;
    const id = randomUUID();
    const sealed = this.seal.close(content, id);
    // A command in production, such as an import, may have no SMTP_URL: the service sends its mails.
    const queued = this.config.smtpUrl !== null || this.config.mode === 'production';
    const recipient = normalEmail(to.email);
    const customerId = to.customerId ?? null;
    const lifetime = mailLifetime(kind, this.tenants.settings);
    const expiresAt = lifetime === undefined ? null : this.clock.in(lifetime);
    const message = { tenant, id, kind, recipient, customerId, sealed, createdAt: this.clock.now(), expiresAt };
    const { language } = to;
    await this.queue.add({ ...message, language }, this.hashes.originator(), queued);
  }
}
