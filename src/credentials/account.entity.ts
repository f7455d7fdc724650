import { defineEntity, p } from '@mikro-orm/core';
import type { LegacyAuth } from './legacy/registry.js';
import { Customer } from '../customers/customer.entity.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    /** The login e-mail, folded by `normalEmail`. */
    email: p.string().primary(),
    customer: () =>
      p.manyToOne(Customer).ref().joinColumns('tenant', 'customer_id').ownColumns('customer_id').deleteRule('cascade'),
    /** Null until the customer sets a password, or logs in with one of an older system. */
    passwordHash: p.string().nullable(),
    /** How an older system hashed the password; goes at the first login, or when the tenant's time for it is over. */
    legacyAuth: p.json<LegacyAuth>().nullable(),
    /** An employee set the password. */
    initialPassword: p.boolean().default(false),
    createdAt: p.datetime(),
  },
});

/** How a customer logs in. */
export class Account extends schema.class {}
schema.setClass(Account);
