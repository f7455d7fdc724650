import type { TenantSettings } from './tenant-settings.js';

/** SQL for the lifetime in seconds that a tenant, which is SQL too, has stored; null if it has the default. */
export const storedLifetime = (tenant: string, name: keyof TenantSettings['lifetimes']): string =>
  `(select (tenants.settings #>> '{lifetimes,${name}}')::float8 from tenants where tenants.name = ${tenant})`;
