import { randomUUID } from 'node:crypto';
import { type Opt, defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { GeneratedAlways } from 'kysely';
import { tenantFilter } from '../tenants/tenant-filter.js';
import type { MailKind } from './mail-kinds.js';

/**
 * `queued`: no attempt has failed. `failed`: the last attempt has failed, and another one is due. `given_up`: there are
 * no more attempts.
 */
export const mailStatuses = ['queued', 'sent', 'failed', 'given_up'] as const;

export type MailStatus = (typeof mailStatuses)[number];

const schema = defineEntity({
  name: 'OutboxMessage',
  tableName: 'outbox',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    kind: p.text().$type<MailKind>(),
    recipient: p.text(),
    /** The language that the customer preferred when the mail was added; null if the mail belongs to no customer. */
    language: p.text().nullable(),
    /** The customer that the mail belongs to; it is deleted with the customer. */
    customerId: p.text().nullable(),
    /** The facts of the template, encrypted, because they contain the token. The token is not stored in plain text. */
    sealed: p.blob().nullable(),
    createdAt: p.datetime(),
    sentAt: p.datetime().nullable(),
    attempts: p.smallint().default(0),
    /** Why the last attempt failed: the server's reply, never the mail. */
    lastError: p.text().nullable(),
    /** Why the last attempt failed, without text of the server, which may name the recipient. */
    lastReason: p.text().nullable(),
    /** The number of the server's reply to the last attempt; null if it did not reply. */
    smtpCode: p.smallint().nullable(),
    givenUpAt: p.datetime().nullable(),
    /** The end of the link or code in the mail, which is not sent afterwards; null if it has neither. */
    expiresAt: p.datetime().nullable(),
    /** A keyed hash of the caller that caused the mail, while it is queued. */
    originator: p.blob().nullable(),
    /** The earliest time of the next attempt, by the clock of the database; null when the mail is not queued. */
    dueAt: p.datetime().nullable(),
    /** The place in the queue: mails with an earlier time go first. */
    turnAt: p.datetime().nullable(),
    /** Computed by the database. */
    status: p
      .text()
      .$type<Opt<MailStatus>>()
      .generated(
        `(CASE WHEN (sent_at IS NOT NULL) THEN 'sent'::text WHEN (given_up_at IS NOT NULL) THEN 'given_up'::text WHEN (last_error IS NOT NULL) THEN 'failed'::text ELSE 'queued'::text END) stored`,
      )
      .lazy(),
  },
});

/** A mail that is sent after the transaction that added it. */
export class OutboxMessage extends schema.class {}
schema.setClass(OutboxMessage);

type Columns = InferKyselyDB<typeof schema>['outbox'];

/** For statements by `em.getKysely()`. The inferred type requires a value for a generated column. */
export interface OutboxTables {
  outbox: Omit<Columns, 'status'> & { status: GeneratedAlways<MailStatus> };
}

/** Converts a time of a row that `em.getKysely()` returns: the ORM returns times as texts. */
export const toDate = (time: Date | string | null): Date | null => (time === null ? null : new Date(time));
