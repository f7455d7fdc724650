import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'LatestActivationNotice',
  tableName: 'activation_notices',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    sentAt: p.datetime(),
  },
});

/** When a tenant's employees were last notified of customers who await activation. */
export class LatestActivationNotice extends schema.class {}
schema.setClass(LatestActivationNotice);

/** For statements by `em.getKysely()`. */
export type ActivationNoticeTables = InferKyselyDB<typeof schema>;
