import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { Customer } from '../customers/customer.entity.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'Identity',
  tableName: 'identities',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    issuer: p.text().primary(),
    /** The issuer's id of the user. */
    subject: p.text().primary(),
    /** The id of the identity for the customer. */
    id: p.uuid().onCreate(() => randomUUID()),
    customer: () =>
      p
        .manyToOne(Customer)
        .ref()
        .joinColumns('tenant', 'customer_id')
        .ownColumns('customer_id')
        .deleteRule('cascade')
        .foreignKeyName('identities_tenant_customer_id_fkey'),
    /** The name of the provider in the tenant's settings. */
    provider: p.text(),
    /** Whether the owner of the login e-mail has confirmed it; see `EmailOwnership`. */
    ownerConfirmed: p.boolean().default(false),
    createdAt: p.datetime(),
    lastLogin: p.datetime().nullable(),
  },
});

/** An identity with which a customer logs in at an identity provider. */
export class Identity extends schema.class {}
schema.setClass(Identity);

type Columns = InferKyselyDB<typeof schema>['identities'];

/** For statements by `em.getKysely()`. The key of the customer is two columns, which the inferred type mixes up. */
export interface IdentityTables {
  identities: Omit<Columns, `customer_${string}`> & { customer_id: string };
}
