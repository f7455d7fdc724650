import { randomUUID } from 'node:crypto';
import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { JsonObject } from '../common/merge-patch.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** A unique index: at most one address of a customer has the flag. */
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
    tenant: p.text().primary(),
    id: p
      .text()
      .primary()
      .onCreate(() => randomUUID()),
    customerId: p.text(),
    salutation: p.text().nullable(),
    firstName: p.text().nullable(),
    lastName: p.text().nullable(),
    contactName: p.text().nullable(),
    companyName: p.text().nullable(),
    street: p.text().nullable(),
    streetNumber: p.text().nullable(),
    streetAppendix: p.text().nullable(),
    extraLine1: p.text().nullable(),
    extraLine2: p.text().nullable(),
    extraLine3: p.text().nullable(),
    extraLine4: p.text().nullable(),
    zipCode: p.text().nullable(),
    city: p.text().nullable(),
    country: p.text().nullable(),
    state: p.text().nullable(),
    contactPhone: p.text().nullable(),
    tags: p.json<string[]>().defaultRaw(`'[]'`),
    isDefault: p.boolean().default(false),
    isDefaultShipping: p.boolean().default(false),
    isDefaultBilling: p.boolean().default(false),
    mixins: p.json<JsonObject>().defaultRaw(`'{}'`),
    mixinSchemas: p.json<JsonObject>().defaultRaw(`'{}'`),
    version: p.integer().version().default(1),
    createdAt: p.datetime(),
  },
});

export class Address extends schema.class {}
schema.setClass(Address);

/** For statements by `em.getKysely()`. */
export type AddressTables = InferKyselyDB<typeof schema>;
