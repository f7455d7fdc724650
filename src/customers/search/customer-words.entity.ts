import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'CustomerWords',
  tableName: 'customer_words',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    /** That of the customer. */
    createdAt: p.datetime(),
    words: p.string().columnType('tsvector'),
  },
});

/** The words by which employees find a customer. Triggers of `customers` and `accounts` store them. */
export class CustomerWords extends schema.class {}
schema.setClass(CustomerWords);
