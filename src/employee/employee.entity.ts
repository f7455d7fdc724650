import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'Employee',
  tableName: 'employees',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    id: p.uuid().primary(),
    email: p.string(),
    passwordHash: p.string(),
    scopes: p.array().default([]),
    createdAt: p.datetime(),
  },
});

/** Somebody on the tenant's staff. */
export class Employee extends schema.class {}
schema.setClass(Employee);
