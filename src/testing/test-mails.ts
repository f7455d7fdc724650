import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { MailKind } from '../mailer/mail-kinds.js';
import { Mailbox } from '../mailer/mailbox/mailbox.js';
import type { TestMail } from './start-foyer.cjs';

/** The maximum number of mails that are remembered as returned. */
const MAX_RETURNED = 10_000;
/** The pause between two queries of the mailbox, in milliseconds. */
const POLL_MILLISECONDS = 25;

/** Returns each mail once, the oldest first. */
@Injectable()
export class TestMails {
  private readonly returned = new LRUCache<string, true>({ max: MAX_RETURNED });
  /** Ends the waits that began before a reset. */
  private waits = new AbortController();

  constructor(private readonly mailbox: Mailbox) {}

  /**
   * Returns the oldest mail to an address that has not been returned yet.
   *
   * @param kind any kind if omitted
   * @param seconds how long to wait for the mail
   * @param closed aborts when the caller no longer waits
   * @returns undefined if no such mail arrives in time, or before a reset
   */
  async next(
    to: string,
    kind: MailKind | undefined,
    seconds: number,
    closed: AbortSignal,
  ): Promise<TestMail | undefined> {
    const abandoned = AbortSignal.any([this.waits.signal, closed]);
    for (const end = performance.now() + seconds * 1000; ; await sleep(POLL_MILLISECONDS)) {
      const mail = await this.mailbox.oldest(to, kind, [...this.returned.keys()]);
      // Keep the mail for a later request.
      if (abandoned.aborted) return undefined;
      // Meanwhile, another request may have returned the same mail.
      if (mail && !this.returned.has(mail.id)) {
        this.returned.set(mail.id, true);
        const { id: _id, logoUrl: _logoUrl, createdAt, ...rest } = mail;
        return { ...rest, createdAt: createdAt.toISOString() };
      }
      if (performance.now() > end) return undefined;
    }
  }

  reset(): void {
    this.returned.clear();
    this.waits.abort();
    this.waits = new AbortController();
  }
}
