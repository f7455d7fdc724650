import { defineEntity, p } from '@mikro-orm/core';
import type { Actor } from '../tenants/request-scope.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** A staff action on a customer. */
export type Action =
  | 'customer_created'
  | 'customer_changed'
  | 'customer_declined'
  | 'customer_deleted'
  | 'customer_imported'
  | 'customer_unlocked'
  | 'mail_requested'
  | 'mail_retried'
  | 'email_change_requested'
  | 'email_changed'
  | 'second_factor_removed'
  | 'session_ended'
  | 'sessions_ended'
  | 'identity_unlinked'
  | 'note_added'
  | 'note_removed'
  | 'address_added'
  | 'address_changed'
  | 'address_removed'
  | 'acted_for_customer';

/**
 * The changed fields. For an active flag, a standing, a hold, a type or a restriction, the old and the new value are stored; for
 * every other field, only the name. Nothing personal is stored, because the entry outlives the customer.
 */
export interface Changes {
  fields?: string[];
  from?: Record<string, unknown>;
  to?: Record<string, unknown>;
  address?: string;
  /** The kind of a mail. */
  mail?: string;
  /** The id of a note. */
  note?: string;
  reason?: string;
}

const schema = defineEntity({
  name: 'HistoryEntry',
  tableName: 'history',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    id: p.bigint('string').primary().autoincrement().generated('identity'),
    at: p.datetime(),
    actorKind: p.text().$type<Actor['kind']>(),
    actor: p.text(),
    address: p.text().nullable(),
    action: p.text().$type<Action>(),
    changes: p.json<Changes>().defaultRaw(`'{}'`),
  },
});

/** One staff action. Entries are only ever added. */
export class HistoryEntry extends schema.class {}
schema.setClass(HistoryEntry);
