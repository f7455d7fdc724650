import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import { Customer } from '../customers/customer.entity.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'Identity',
  tableName: 'identities',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    issuer: p.string().primary(),
    /** Who it is, in the words of the issuer. */
    subject: p.string().primary(),
    /** What the customer names it by. */
    id: p.uuid().onCreate(() => randomUUID()),
    customer: () =>
      p.manyToOne(Customer).ref().joinColumns('tenant', 'customer_id').ownColumns('customer_id').deleteRule('cascade'),
    /** The name of the provider in the tenant's settings. */
    provider: p.string(),
    createdAt: p.datetime(),
    lastLogin: p.datetime().nullable(),
  },
});

/** How a customer logs in at an identity provider. */
export class Identity extends schema.class {}
schema.setClass(Identity);
