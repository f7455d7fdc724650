import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

/** The role of an employee. `employee-scopes.ts` maps each role to its scopes. */
export const roles = ['viewer', 'support', 'approver', 'admin'] as const;

export type Role = (typeof roles)[number];

const schema = defineEntity({
  name: 'Employee',
  tableName: 'employees',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    id: p.uuid().primary(),
    email: p.text(),
    /** The name that the history shows; null if none is set. */
    name: p.text().nullable(),
    /** Null until an employee who was invited sets the first password. */
    passwordHash: p.text().nullable(),
    /** The hash of the token in the latest mailed link to set a password, until it is used. */
    linkHash: p.text().nullable(),
    linkExpiresAt: p.datetime().nullable(),
    role: p.text().$type<Role>(),
    active: p.boolean().default(true),
    /** The networks of the latest logins, newest first, at most ten. */
    knownNetworks: p.array().default([]),
    createdAt: p.datetime(),
  },
});

/** An employee of the tenant. */
export class Employee extends schema.class {}
schema.setClass(Employee);

/** For statements by `em.getKysely()`. */
export type EmployeeTables = InferKyselyDB<typeof schema>;
