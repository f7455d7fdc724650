import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { StoredSettings } from './tenant-settings.js';

const schema = defineEntity({
  name: 'Tenant',
  tableName: 'tenants',
  properties: {
    name: p.text().primary(),
    settings: p.json<StoredSettings>().defaultRaw(`'{}'`),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

export class Tenant extends schema.class {}
schema.setClass(Tenant);

/** For statements by `em.getKysely()`. */
export type TenantTables = InferKyselyDB<typeof schema>;
