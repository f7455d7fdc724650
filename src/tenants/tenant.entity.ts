import { defineEntity, p } from '@mikro-orm/core';
import type { StoredSettings } from './tenant-settings.js';

const schema = defineEntity({
  name: 'Tenant',
  tableName: 'tenants',
  properties: {
    name: p.string().primary(),
    settings: p.json<StoredSettings>(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

export class Tenant extends schema.class {}
schema.setClass(Tenant);
