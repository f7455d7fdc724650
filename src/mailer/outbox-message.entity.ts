import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';
import type { MailKind } from './mail-kinds.js';

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
    givenUpAt: p.datetime().nullable(),
    /** The end of the link or code in the mail, which is not sent afterwards; null if it has neither. */
    expiresAt: p.datetime().nullable(),
    /** A keyed hash of the caller that caused the mail, while it is queued. */
    originator: p.blob().nullable(),
    /** The earliest time of the next attempt, by the clock of the database; null when the mail is not queued. */
    dueAt: p.datetime().nullable(),
    /** The place in the queue: mails with an earlier time go first. */
    turnAt: p.datetime().nullable(),
  },
});

/** A mail that is sent after the transaction that added it. */
export class OutboxMessage extends schema.class {}
schema.setClass(OutboxMessage);

/** For statements by `em.getKysely()`. */
export type OutboxTables = InferKyselyDB<typeof schema>;
