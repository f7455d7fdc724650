import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'RecoveryCode',
  tableName: 'recovery_codes',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    /** A keyed hash. */
    hash: p.text().primary(),
    createdAt: p.datetime(),
  },
});

/**
 * A single-use code that is accepted in place of a code of a second factor. The row is deleted when the code is used.
 */
export class RecoveryCode extends schema.class {}
schema.setClass(RecoveryCode);
