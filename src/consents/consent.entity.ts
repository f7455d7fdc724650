import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'StoredConsent',
  tableName: 'consents',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    /** The text, such as `terms`. */
    consent: p.text().primary(),
    /** Counts the decisions of the customer on the text. */
    number: p.integer().primary(),
    version: p.text(),
    accepted: p.boolean(),
    at: p.datetime(),
    /** The network address that the decision came from. */
    address: p.text().nullable(),
  },
});

/** A decision of a customer on a text. */
export class StoredConsent extends schema.class {}
schema.setClass(StoredConsent);

/** For statements by `em.getKysely()`. */
export type ConsentTables = InferKyselyDB<typeof schema>;
