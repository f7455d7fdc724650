import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'TakenNumber',
  tableName: 'taken_numbers',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    id: p.text().primary(),
    deletedAt: p.datetime(),
  },
});

/** The number of a deleted customer. The database rejects a new customer with such a number. */
export class TakenNumber extends schema.class {}
schema.setClass(TakenNumber);

/** For statements by `em.getKysely()`. */
export type TakenNumberTables = InferKyselyDB<typeof schema>;
