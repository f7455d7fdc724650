import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'FactorFailures',
  tableName: 'second_factor_failures',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    failures: p.integer(),
    /** When the counter restarts. */
    endsAt: p.datetime(),
  },
});

/** The counter of a customer's wrong codes. Its row lock serialises all uses of the customer's codes. */
export class FactorFailures extends schema.class {}
schema.setClass(FactorFailures);

/** For statements by `em.getKysely()`. */
export type FactorFailuresTables = InferKyselyDB<typeof schema>;
