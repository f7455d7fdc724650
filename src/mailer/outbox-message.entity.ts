import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';
import type { MailKind } from './templates.js';

const schema = defineEntity({
  name: 'OutboxMessage',
  tableName: 'outbox',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    id: p
      .uuid()
      .primary()
      .onCreate(() => randomUUID()),
    kind: p.string().$type<MailKind>(),
    recipient: p.string(),
    /** Whose mail it is, and with whom it goes. */
    customerId: p.string().nullable(),
    /** What the template needs, sealed: it holds the token that is stored nowhere else in clear. */
    sealed: p.blob().nullable(),
    createdAt: p.datetime(),
    sentAt: p.datetime().nullable(),
    attempts: p.smallint().default(0),
    /** Why the last attempt failed: the server's answer, never the mail. */
    lastError: p.text().nullable(),
    givenUpAt: p.datetime().nullable(),
  },
});

/** A mail that leaves after the transaction that asked for it. */
export class OutboxMessage extends schema.class {}
schema.setClass(OutboxMessage);
