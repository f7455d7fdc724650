import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { JsonObject } from '../common/merge-patch.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type LegalEntityType = 'COMPANY' | 'SUBSIDIARY';

export type CompanyStatus = 'pending' | 'approved' | 'denied';

export interface LegalInfo {
  legalName?: string | null;
  registrationDate?: string | null;
  taxRegistrationNumber?: string | null;
  registrationAgency?: string | null;
  countryOfRegistration?: string | null;
  /** Unique among the tenant's companies. Customers use it to join a company. */
  registrationId?: string | null;
}

export interface AccountLimit {
  currency?: string | null;
  value?: number | null;
}

/** A reference by id to an object that another service stores. */
export interface Reference {
  id: string;
}

export interface CustomerGroup extends Reference {
  /** The name by language. */
  name?: JsonObject | null;
  role?: string | null;
}

const schema = defineEntity({
  name: 'LegalEntity',
  tableName: 'legal_entities',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    id: p.text().primary(),
    name: p.text(),
    type: p.text().$type<LegalEntityType>().default('COMPANY'),
    parentId: p.text().nullable(),
    legalInfo: p.json<LegalInfo>().defaultRaw(`'{}'`),
    registrationId: p
      .text()
      .nullable()
      .generated(`registration_key((legal_info ->> 'registrationId'::text)) stored`)
      .lazy(),
    accountLimit: p.json<AccountLimit>().nullable(),
    customerGroups: p.json<CustomerGroup[]>().defaultRaw(`'[]'`),
    entitiesAddresses: p.json<Reference[]>().defaultRaw(`'[]'`),
    approvalGroup: p.json<Reference[]>().defaultRaw(`'[]'`),
    restrictions: p.json<string[]>().nullable(),
    /**
     * The id in the Glue API, where any legal entity is a business unit, and one of type `COMPANY` is also a company.
     */
    uuid: p.uuid().defaultRaw('gen_random_uuid()'),
    /** This and `status` apply to companies. Only the Glue API returns them, and only the command line sets them. */
    active: p.boolean().default(true),
    status: p.text().$type<CompanyStatus>().default('approved'),
    /** These five fields belong to the business unit in the Glue API. The command line sets them. */
    email: p.text().nullable(),
    phone: p.text().nullable(),
    externalUrl: p.text().nullable(),
    bic: p.text().nullable(),
    iban: p.text().nullable(),
    mixins: p.json<JsonObject>().defaultRaw(`'{}'`),
    mixinSchemas: p.json<JsonObject>().defaultRaw(`'{}'`),
    /** Increases with each change; `metadata.version` of the API. */
    version: p.integer().version().default(1),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
  },
});

/** A company, or a part of one, that customers act for. */
export class LegalEntity extends schema.class {}
schema.setClass(LegalEntity);

/** For statements by `em.getKysely()`. */
export type LegalEntityTables = InferKyselyDB<typeof schema>;
