import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { Actor } from '../tenants/request-scope.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'CustomerNote',
  tableName: 'customer_notes',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    id: p.uuid().primary(),
    /** At most 4,000 characters. */
    text: p.text(),
    authorKind: p.text().$type<Actor['kind']>(),
    author: p.text(),
    createdAt: p.datetime(),
  },
});

/** A note of an employee or service about a customer. */
export class CustomerNote extends schema.class {}
schema.setClass(CustomerNote);

/** For statements by `em.getKysely()`. */
export type NoteTables = InferKyselyDB<typeof schema>;
