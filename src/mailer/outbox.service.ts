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
import type { PreparedMail } from './mailer.fragments.js';
import { RecipientLimits, mailLifetime } from './recipient-limits.js';
import { Sealer } from './sealer.js';
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
  /** Whether the mail is stored even beyond the limit: only if nobody but the recipient can cause it. */
  unlimited?: boolean;
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
    private readonly sealer: Sealer,
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
    this.assertInTransaction();
    const isDeferred = typeof facts === 'function';
    const given = isDeferred ? await this.admit(kind, to, facts) : facts;
    if (!given) return false;
    // A mail without a token is counted and stored by one statement.
    const countStatement = isDeferred ? undefined : this.limits.countStatement(kind, normalEmail(to.email), to);
    const stored = await this.store(kind, to, { ...given, ...(to.confirmed && text) }, countStatement);
    if (!stored) this.limits.logRejection(kind);
    return stored;
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
   * Returns the values of a mail to a new customer, for a statement that contains `storeMails`. The mail has no link or
   * code, and no text that a user chose.
   *
   * @param email in its normal form
   */
  prepare(kind: MailKind, email: string): PreparedMail {
    const mail = randomUUID();
    return {
      mail,
      mail_kind: kind,
      mail_sealed: hexOf(this.sealer.seal({}, mail)),
      mail_counts_until: this.limits.windowEnd,
      mail_recipient: hexOf(this.hashes.recipient(email)),
      mail_originator: this.isQueued ? hexOf(this.hashes.originator()) : null,
    };
  }

  /**
   * Does everything that `add` does, except that it stores no mail. Used if the caller must not find out whether there
   * is a recipient.
   */
  async withhold<Kind extends MailKind>(kind: Kind, to: Addressee, facts: Facts<Kind>): Promise<void> {
    this.assertInTransaction();
    await this.admit(kind, to, facts);
  }

  /** Whether a mail of this kind was stored for an address since the given time. */
  async wasStored(kind: MailKind, recipient: string, since: Date): Promise<boolean> {
    const where = { kind, recipient: normalEmail(recipient), createdAt: { $gt: since } };
    return (await this.em.count(OutboxMessage, where)) > 0;
  }

  private async admit<Kind extends MailKind>(
    kind: Kind,
    to: Addressee,
    facts: Facts<Kind>,
  ): Promise<MailFacts[Kind] | undefined> {
    if (!(await this.limits.admit(kind, normalEmail(to.email), to))) return undefined;
    return typeof facts === 'function' ? (facts as () => Promise<MailFacts[Kind]>)() : facts;
  }

  /** @param countStatement counts the mail, which is stored only if it returns a row */
  private async store(
    kind: MailKind,
    to: Addressee,
    content: object,
    countStatement?: ReturnType<RecipientLimits['countStatement']>,
  ): Promise<boolean> {
    const tenant = this.tenants.current;
    const id = randomUUID();
    const sealed = this.sealer.seal(content, id);
    const recipient = normalEmail(to.email);
    const customerId = to.customerId ?? null;
    const lifetime = mailLifetime(kind, this.tenants.settings);
    const expiresAt = lifetime === undefined ? null : this.clock.in(lifetime);
    const message = { tenant, id, kind, recipient, customerId, sealed, createdAt: this.clock.now(), expiresAt };
    const { language } = to;
    const originator = this.isQueued ? this.hashes.originator() : null;
    return this.queue.add({ ...message, language }, originator, countStatement);
  }

  /**
   * Whether mails are sent; otherwise they stay in the mailbox of demo and development. A command in production, such as
   * an import, may have no SMTP_URL: the service sends its mails.
   */
  private get isQueued(): boolean {
    return this.config.smtpUrl !== null || this.config.mode === 'production';
  }

  private assertInTransaction(): void {
    if (!this.em.isInTransaction()) throw new Error('A mail must be added in the transaction that causes it');
  }
}

/** The hex format of PostgreSQL. */
function hexOf(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}
