import { defineEntity, p } from '@mikro-orm/core';
import type { Actor } from '../tenants/request-scope.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** What staff did to a customer. */
export type Action =
  | 'customer_created'
  | 'customer_changed'
  | 'customer_deleted'
  | 'customer_imported'
  | 'address_added'
  | 'address_changed'
  | 'address_removed'
  | 'acted_for_customer';

/**
 * What was changed: of an active flag, a hold, a type or a restriction what it was and is, of everything else the name
 * alone. Nothing personal, for the entry outlives the customer.
 */
export interface Changes {
  fields?: string[];
  from?: Record<string, unknown>;
  to?: Record<string, unknown>;
  address?: string;
  reason?: string;
}

const schema = defineEntity({
  name: 'HistoryEntry',
  tableName: 'history',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    customerId: p.string().primary(),
    id: p.bigint('string').primary().autoincrement(),
    at: p.datetime(),
    actorKind: p.string().$type<Actor['kind']>(),
    actor: p.string(),
    address: p.string().nullable(),
    action: p.string().$type<Action>(),
    changes: p.json<Changes>(),
  },
});

/** One deed of the staff. Entries are only ever added. */
export class HistoryEntry extends schema.class {}
schema.setClass(HistoryEntry);
