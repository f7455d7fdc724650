import type { OutboxMailDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { formatDateTime, inWords } from '../format.ts';
import { t } from '../texts/index.ts';

export function mailName(kind: string): string {
  return (t.mails.kinds as Record<string, string>)[kind] ?? inWords(kind);
}

/** The state of a mail in words. */
export function MailState({ mail }: { mail: OutboxMailDto }): preact.JSX.Element {
  const { status, nextAttemptAt, sentAt, givenUpAt, reason } = mail;
  const words = {
    queued: () => t.mails.waiting(formatDateTime(nextAttemptAt)),
    sent: () => t.mails.sent(formatDateTime(sentAt)),
    failed: () => t.mails.failed(formatDateTime(nextAttemptAt)),
    given_up: () => t.mails.givenUp(formatDateTime(givenUpAt)),
  }[status]();
  return (
    <>
      {words} {reason && status !== 'sent' && <span class="faint">{reason}</span>}
    </>
  );
}
