import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'LoginFailure',
  tableName: 'login_failures',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** `Lockout.keyOf`, a keyed hash. */
    account: p.text().primary(),
    /** The network of the attempts; empty for the counter of all networks. */
    origin: p.text().primary(),
    failures: p.integer(),
    lastAt: p.datetime(),
    lockedUntil: p.datetime().nullable(),
    /** The customer of the account, with which the counter is deleted. */
    customerId: p.text().nullable(),
  },
});

/** The counter of failed logins at an account. */
export class LoginFailure extends schema.class {}
schema.setClass(LoginFailure);

/** For statements by `em.getKysely()`. */
export type LoginFailureTables = InferKyselyDB<typeof schema>;
