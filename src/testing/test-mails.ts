import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { MailKind } from '../mailer/mail-kinds.js';
import { Mailbox } from '../mailer/mailbox/mailbox.js';
import type { TestMail } from './start-foyer.cjs';

/** The mails that are remembered as returned. */
const MOST_RETURNED = 10_000;
/** The pause between two looks into the mailbox, in milliseconds. */
const POLL = 25;

/** Returns each mail once, in the order of the mails. */
@Injectable()
export class TestMails {
  private readonly returned = new LRUCache<string, true>({ max: MOST_RETURNED });

  constructor(private readonly mailbox: Mailbox) {}

  /**
   * Returns the oldest mail to an address that was not returned before.
   *
   * @param kind any kind if omitted
   * @param seconds how long to wait for the mail
   * @returns undefined if no such mail arrives in time
   */
  async next(to: string, kind: MailKind | undefined, seconds: number): Promise<TestMail | undefined> {
    for (const end = performance.now() + seconds * 1000; ; await sleep(POLL)) {
      const mail = await this.mailbox.oldest(to, kind, [...this.returned.keys()]);
      // Another request may have returned the same mail since.
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
  }
}
