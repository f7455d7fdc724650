import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Transporter, createTransport } from 'nodemailer';
import type { JobWithMetadata } from 'pg-boss';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import { Jobs } from '../jobs/jobs.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { Seal } from './seal.js';
import { MailFacts, MailKind, render } from './templates.js';

const QUEUE = 'mail';

/** Which message of the outbox a job is about. */
interface MailJob {
  tenant: string;
  id: string;
}

/**
 * Sends what lies in the outbox. The job is made in the transaction that leaves the message; so a process that dies
 * in between loses neither. Without an SMTP server nothing is sent: messages stay readable in the mailbox.
 */
@Injectable()
export class Deliveries implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('mailer');
  private readonly transport?: Transporter;

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly jobs: Jobs,
    private readonly seal: Seal,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    if (!config.smtpUrl || !config.databaseUrl) return;
    // Well below the time after which pg-boss takes a job for lost, so that a slow server gets no mail twice.
    this.transport = createTransport({
      url: config.smtpUrl,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
    });
  }

  onModuleInit(): void {
    if (!this.transport) return;
    this.jobs.serve<MailJob>({
      name: QUEUE,
      options: {
        retryLimit: this.config.mailAttempts - 1,
        retryDelay: this.config.mailRetrySeconds,
        retryBackoff: true,
        retryDelayMax: 3600,
        expireInSeconds: 300,
        heartbeatSeconds: 30,
      },
      work: (job) => this.deliver(job),
    });
  }

  /** After the jobs have ended, which is before. */
  onApplicationShutdown(): void {
    this.transport?.close();
  }

  /** Asks for delivery, in the caller's transaction. */
  async enqueue(job: MailJob): Promise<void> {
    if (!this.em.isInTransaction()) throw new Error('A mail must be left in the transaction that it belongs to');
    if (this.transport) await this.jobs.enqueue(QUEUE, job);
  }

  private async deliver({ data: { tenant, id }, retryCount, retryLimit }: JobWithMetadata<MailJob>): Promise<void> {
    await this.tenants.enter(tenant);
    const message = await this.em.findOne(OutboxMessage, { id });
    if (!message?.sealed || message.sentAt || message.givenUpAt) return;
    message.attempts += 1;
    try {
      const facts = this.seal.open(message.sealed, id) as MailFacts[MailKind];
      await this.transport?.sendMail({
        from: this.tenants.settings.mailFrom,
        to: { name: '', address: message.recipient },
        ...render(message.kind, facts),
        // The same in each attempt: should the answer to a sent mail get lost, receivers can tell the copy.
        messageId: `<${id}@${tenant}.foyer>`,
      });
      message.sentAt = this.clock.now();
      message.sealed = null;
      message.lastError = null;
      await this.em.flush();
    } catch (error) {
      const final = isPermanent(error) || retryCount >= retryLimit;
      message.lastError = (error as Error).message.slice(0, 500);
      if (final) message.givenUpAt = this.clock.now();
      await this.em.flush();
      const facts = { tenant, message: id, attempts: message.attempts, final, ...codesOf(error) };
      this.logger.warn(facts, 'A mail could not be sent');
      if (!final) throw new Error('not sent', { cause: error });
    }
  }
}

/** What may be logged of an error: its text may name the recipient. */
function codesOf(error: unknown): { code?: string; responseCode?: number } {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return { code, responseCode };
}

/** RFC 5321 4.2.1: a reply of 5yz will be the same next time. */
function isPermanent(error: unknown): boolean {
  return error instanceof Error && 'responseCode' in error && Number(error.responseCode) >= 500;
}
