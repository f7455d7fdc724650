import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { BeforeApplicationShutdown, Injectable, Logger, OnApplicationBootstrap, OnModuleInit } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { Config } from '../config/config.js';
import { Jobs } from '../jobs/jobs.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { MailContent, MailKind } from './mail-kinds.js';
import { type ClaimedMail, type MailFailure, MailQueue } from './mail-queue.js';
import { MailRenderer } from './mail-renderer.js';
import { Sealer } from './sealer.js';
import { UnreadableMailError, failureReason, isPermanent, smtpCodeOf } from './smtp-failure.js';

/** SMTP connections of a process, each of which sends one mail at a time. */
const CONNECTIONS = 10;
/** Mails over one connection, because servers limit them. */
const MAILS_PER_CONNECTION = 100;
/** How long one attempt may take, even if the server replies byte by byte. */
const SEND_SECONDS = 60;
/** How often an empty queue is checked, in milliseconds. */
const POLL_MILLISECONDS = 500;
/** How long a process that stops waits for mails that are being sent, in milliseconds. */
const STOP_MILLISECONDS = 10_000;
/** Why a mail is given up without an attempt. */
const EXPIRED = 'The link or code in the mail has expired';
const expiry: MailFailure = { error: EXPIRED, reason: EXPIRED, smtpCode: null };

/** Headers that prevent automatic replies, such as absence notes (RFC 3834 5, [MS-OXCMAIL]). */
const NO_AUTOMATIC_REPLIES = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** The age of the oldest queued mail from which a warning is logged, in seconds. */
const LATE_SECONDS = 60;

/**
 * Sends the mails that are queued in the outbox. Each process with `JOBS=on` claims as many as it has free connections,
 * so several share the work. Without an SMTP server nothing is sent: mails stay readable in the mailbox.
 */
@Injectable()
export class Deliveries implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('mailer');
  private readonly transport?: ReturnType<typeof connect>;
  private readonly stopped = new AbortController();
  private readonly sending = new Set<Promise<void>>();
  private loop?: Promise<void>;

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly jobs: Jobs,
    private readonly queue: MailQueue,
    private readonly renderer: MailRenderer,
    private readonly sealer: Sealer,
    private readonly config: Config,
  ) {
    if (config.smtpUrl && config.databaseUrl && config.jobs) this.transport = connect(config.smtpUrl, config.publicUrl);
  }

  onModuleInit(): void {
    if (!this.transport) return;
    this.jobs.register({
      name: 'mail-queue-check',
      options: { policy: 'singleton', expireInSeconds: 60 },
      cron: '* * * * *',
      work: () => this.check(),
    });
  }

  onApplicationBootstrap(): void {
    if (this.transport) this.loop = this.run();
  }

  /** Mails that are not sent in time are sent by another process, or after the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await Promise.race([
      Promise.all([this.loop, ...this.sending]),
      sleep(STOP_MILLISECONDS, undefined, { ref: false }),
    ]);
    this.transport?.close({ force: true });
    await Promise.all(this.sending);
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      const mails = await this.claim(CONNECTIONS - this.sending.size);
      for (const mail of mails) {
        const sending: Promise<void> = this.deliver(mail).finally(() => this.sending.delete(sending));
        this.sending.add(sending);
      }
      if (this.sending.size >= CONNECTIONS) await Promise.race(this.sending);
      else if (mails.length === 0)
        await sleep(POLL_MILLISECONDS, undefined, { signal: this.stopped.signal }).catch(() => undefined);
    }
  }

  private async claim(free: number): Promise<ClaimedMail[]> {
    try {
      return await this.queue.claim(free);
    } catch (error) {
      this.logger.warn({ ...codesOf(error) }, 'The mail queue cannot be read');
      return [];
    }
  }

  private async deliver(mail: ClaimedMail): Promise<void> {
    if (mail.expired) return this.dropExpired(mail);
    let smtpCode: number | null;
    try {
      smtpCode = await RequestScope.run(this.em, () => this.send(mail));
    } catch (error) {
      await this.fail(mail, error).catch((cause: unknown) => this.logUnsettled(mail, cause));
      return;
    }
    // The mail is sent. Only this row prevents that it is sent again.
    while (!(await this.settle(mail, smtpCode))) await sleep(1000);
  }

  /** @returns the number of the server's reply */
  private async send(mail: ClaimedMail): Promise<number | null> {
    const { tenant, id, kind, recipient } = mail;
    await this.tenants.enter(tenant);
    const { mailFrom, brand } = this.tenants.settings;
    const { language, ...parts } = await this.renderer.render(kind, this.open(mail.sealed, id), mail.language);
    const sent = await this.transport?.sendMail({
      from: mailFrom,
      to: { name: '', address: recipient },
      ...(brand.replyTo && { replyTo: { name: '', address: brand.replyTo } }),
      ...parts,
      headers: { 'Content-Language': language, ...NO_AUTOMATIC_REPLIES },
      // The same in each attempt: if the reply to a sent mail is lost, receivers can detect the copy.
      messageId: `<${id}@${tenant}.foyer>`,
      signal: AbortSignal.timeout(SEND_SECONDS * 1000),
    });
    return smtpCodeOf(sent?.response);
  }

  /** @throws UnreadableMailError */
  private open(sealed: Buffer, id: string): MailContent<MailKind> {
    try {
      return this.sealer.open(sealed, id) as MailContent<MailKind>;
    } catch {
      throw new UnreadableMailError();
    }
  }

  private async dropExpired(mail: ClaimedMail): Promise<void> {
    const { tenant, id } = mail;
    this.logger.warn({ tenant, message: id, reason: EXPIRED }, 'A mail was given up');
    await this.queue.giveUp(mail, expiry).catch((cause: unknown) => this.logUnsettled(mail, cause));
  }

  /** @returns false if the mail must be tried again */
  private async settle(mail: ClaimedMail, smtpCode: number | null): Promise<boolean> {
    try {
      await this.queue.markSent(mail, smtpCode);
      return true;
    } catch (error) {
      this.logUnsettled(mail, error);
      return this.stopped.signal.aborted;
    }
  }

  private async fail(mail: ClaimedMail, error: unknown): Promise<void> {
    const { tenant, id, attempts } = mail;
    const final = isPermanent(error) || attempts >= this.config.mailAttempts;
    const reason = failureReason(error);
    this.logger.warn({ tenant, message: id, attempts, final, reason, ...codesOf(error) }, 'A mail could not be sent');
    // PostgreSQL cannot store a NUL, and without the result the mail would be sent again.
    const { message, response } = error as Error & { response?: string };
    const text = message.replaceAll('\0', '').slice(0, 500);
    const failure = { error: text, reason, smtpCode: smtpCodeOf(response) };
    if (final) await this.queue.giveUp(mail, failure);
    else await this.queue.postpone(mail, failure, secondsUntilNext(attempts, this.config.mailRetrySeconds));
  }

  private logUnsettled({ tenant, id }: ClaimedMail, error: unknown): void {
    this.logger.warn({ tenant, message: id, ...codesOf(error) }, 'The result of a mail could not be stored');
  }

  /** Warns of a late queue, once a minute in all processes together. */
  private async check(): Promise<void> {
    const { queued, seconds } = await this.queue.measure();
    if (seconds > LATE_SECONDS) this.logger.warn({ queued, seconds }, 'The oldest queued mail is late');
  }
}

function connect(url: string, publicUrl: string) {
  return createTransport({
    url,
    name: heloName(publicUrl),
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: MAILS_PER_CONNECTION,
    // All further attempts are those of the queue, which counts them.
    maxRequeues: 0,
    // Shorter than the timeouts of servers, so that no mail is sent over a connection that the server is closing.
    idleTimeout: 5000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  });
}

/** RFC 5321 4.1.1.1: the name of the client, or its address in brackets. Some servers reject names without a domain. */
function heloName(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  if (hostname.startsWith('[')) return `[IPv6:${hostname.slice(1)}`;
  return isIP(hostname) ? `[${hostname}]` : hostname;
}

/** @returns seconds; the pause doubles with each attempt, up to an hour */
export function secondsUntilNext(attempts: number, first: number): number {
  return Math.min(first * 2 ** (attempts - 1), 3600);
}

/** The text of an error may name the recipient, so only its codes are logged. */
function codesOf(error: unknown): { code?: string; responseCode?: number } {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return { code, responseCode };
}
