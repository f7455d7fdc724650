import { defineEntity, p } from '@mikro-orm/core';
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
    passwordHash: p.string(),
    /** An employee set the password. */
    initialPassword: p.boolean().default(false),
    createdAt: p.datetime(),
  },
});

/** How a customer logs in. */
export class Account extends schema.class {}
schema.setClass(Account);
