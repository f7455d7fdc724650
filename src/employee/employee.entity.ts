import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** What an employee may do; `staff-scopes.ts` has the scopes of each. */
export type Role = 'viewer' | 'support' | 'admin';

const schema = defineEntity({
  name: 'Employee',
  tableName: 'employees',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    id: p.uuid().primary(),
    email: p.string(),
    passwordHash: p.string(),
    role: p.string().$type<Role>(),
    active: p.boolean().default(true),
    createdAt: p.datetime(),
  },
});

/** Somebody on the tenant's staff. */
export class Employee extends schema.class {}
schema.setClass(Employee);
