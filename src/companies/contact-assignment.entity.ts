import { defineEntity, p } from '@mikro-orm/core';
import type { JsonObject } from '../common/merge-patch.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type ContactType = 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';

const schema = defineEntity({
  name: 'ContactAssignment',
  tableName: 'contact_assignments',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    id: p.string().primary(),
    legalEntityId: p.string(),
    customerId: p.string(),
    type: p.string().$type<ContactType>().nullable(),
    isPrimary: p.boolean().default(false),
    companyGroup: p.string().$type<CompanyGroup>(),
    mixins: p.json<JsonObject>(),
    mixinSchemas: p.json<JsonObject>(),
    /** Grows with each change; `metadata.version` of the API. */
    version: p.integer().version(),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
  },
});

/** That a customer belongs to a legal entity, and in which group. Of the same two there is one. */
export class ContactAssignment extends schema.class {}
schema.setClass(ContactAssignment);
