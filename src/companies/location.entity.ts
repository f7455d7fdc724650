import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { JsonObject } from '../common/merge-patch.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type LocationType = 'HEADQUARTER' | 'WAREHOUSE' | 'OFFICE';

export interface ContactDetails {
  emails?: string[];
  phones?: string[];
  addressLine1?: string;
  addressLine2?: string;
  city?: string;
  state?: string;
  postcode?: string;
  countryCode?: string;
  /** What the location is for, such as `billing` or `shipping`. */
  tags?: string[];
}

const schema = defineEntity({
  name: 'Location',
  tableName: 'locations',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    id: p.text().primary(),
    /** The id in the Glue API. */
    uuid: p.uuid().defaultRaw('gen_random_uuid()'),
    name: p.text().nullable(),
    type: p.text().$type<LocationType>(),
    contactDetails: p.json<ContactDetails>().defaultRaw(`'{}'`),
    mixins: p.json<JsonObject>().defaultRaw(`'{}'`),
    mixinSchemas: p.json<JsonObject>().defaultRaw(`'{}'`),
    /** Increases with each change; `metadata.version` of the API. */
    version: p.integer().version().default(1),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
  },
});

/** An address of legal entities, which refer to it by its id in `entitiesAddresses`. */
export class Location extends schema.class {}
schema.setClass(Location);

/** For statements by `em.getKysely()`. */
export type LocationTables = InferKyselyDB<typeof schema>;
