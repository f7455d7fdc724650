import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { JsonObject } from '../common/merge-patch.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type ContactType = 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';

const schema = defineEntity({
  name: 'ContactAssignment',
  tableName: 'contact_assignments',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    id: p.text().primary(),
    legalEntityId: p.text(),
    customerId: p.text(),
    type: p.text().$type<ContactType>().nullable(),
    isPrimary: p.boolean().default(false),
    companyGroup: p.text().$type<CompanyGroup>(),
    /** Whether no employee was involved; see `EmailOwnership.confirm`. */
    withoutStaff: p.boolean().default(false),
    /** The id of the company user in the Glue API. */
    uuid: p.uuid().defaultRaw('gen_random_uuid()'),
    /** Whether the customer may act for the legal entity. The command line and the import set it. */
    active: p.boolean().default(true),
    /** Whether a login of a customer with several assignments selects this one. A customer has at most one. */
    isDefault: p.boolean().default(false),
    mixins: p.json<JsonObject>().defaultRaw(`'{}'`),
    mixinSchemas: p.json<JsonObject>().defaultRaw(`'{}'`),
    /** Increases with each change; `metadata.version` of the API. */
    version: p.integer().version().default(1),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
  },
});

/** The assignment of a customer to a legal entity, with its group. A customer has at most one per legal entity. */
export class ContactAssignment extends schema.class {}
schema.setClass(ContactAssignment);

/** For statements by `em.getKysely()`. */
export type ContactAssignmentTables = InferKyselyDB<typeof schema>;
