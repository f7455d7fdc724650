import { defineEntity, p } from '@mikro-orm/core';
import type { JsonObject } from '../common/merge-patch.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type LegalEntityType = 'COMPANY' | 'SUBSIDIARY';

export interface LegalInfo {
  legalName?: string | null;
  registrationDate?: string | null;
  taxRegistrationNumber?: string | null;
  registrationAgency?: string | null;
  countryOfRegistration?: string | null;
  /** Among the tenant's companies it is one's alone; customers join a company by it. */
  registrationId?: string | null;
}

export interface AccountLimit {
  currency?: string | null;
  value?: number | null;
}

/** Something that another service keeps, by its id. */
export interface Reference {
  id: string;
}

export interface CustomerGroup extends Reference {
  /** By language. */
  name?: JsonObject | null;
  role?: string | null;
}

const schema = defineEntity({
  name: 'LegalEntity',
  tableName: 'legal_entities',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    id: p.string().primary(),
    name: p.string(),
    type: p.string().$type<LegalEntityType>().default('COMPANY'),
    parentId: p.string().nullable(),
    legalInfo: p.json<LegalInfo>(),
    accountLimit: p.json<AccountLimit>().nullable(),
    customerGroups: p.json<CustomerGroup[]>(),
    entitiesAddresses: p.json<Reference[]>(),
    approvalGroup: p.json<Reference[]>(),
    restrictions: p.json<string[]>().nullable(),
    mixins: p.json<JsonObject>(),
    mixinSchemas: p.json<JsonObject>(),
    /** Grows with each change; `metadata.version` of the API. */
    version: p.integer().version(),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
  },
});

/** A company, or a part of one, that customers act for. */
export class LegalEntity extends schema.class {}
schema.setClass(LegalEntity);
