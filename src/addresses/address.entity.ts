import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { JsonObject } from '../common/merge-patch.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** At most one address of a customer has the flag. */
function oneDefault(flag: string): { name: string; expression: string } {
  const name = flag.replace('is_', 'addresses_one_');
  return { name, expression: `create unique index "${name}" on "addresses" ("tenant", "customer_id") where "${flag}"` };
}

const schema = defineEntity({
  name: 'Address',
  tableName: 'addresses',
  filters: tenantFilter,
  indexes: [
    { name: 'addresses_of_customer', properties: ['tenant', 'customerId', 'createdAt'] },
    ...['is_default', 'is_default_shipping', 'is_default_billing'].map(oneDefault),
  ],
  properties: {
    tenant: p.string().primary(),
    id: p
      .string()
      .primary()
      .onCreate(() => randomUUID()),
    customerId: p.string(),
    salutation: p.string().nullable(),
    firstName: p.string().nullable(),
    lastName: p.string().nullable(),
    contactName: p.string().nullable(),
    companyName: p.string().nullable(),
    street: p.string().nullable(),
    streetNumber: p.string().nullable(),
    streetAppendix: p.string().nullable(),
    extraLine1: p.string().nullable(),
    extraLine2: p.string().nullable(),
    extraLine3: p.string().nullable(),
    extraLine4: p.string().nullable(),
    zipCode: p.string().nullable(),
    city: p.string().nullable(),
    country: p.string().nullable(),
    state: p.string().nullable(),
    contactPhone: p.string().nullable(),
    tags: p.json<string[]>(),
    isDefault: p.boolean().default(false),
    isDefaultShipping: p.boolean().default(false),
    isDefaultBilling: p.boolean().default(false),
    mixins: p.json<JsonObject>(),
    mixinSchemas: p.json<JsonObject>(),
    version: p.integer().version(),
    createdAt: p.datetime(),
  },
});

export class Address extends schema.class {}
schema.setClass(Address);
