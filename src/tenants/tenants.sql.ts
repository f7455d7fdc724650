import type { TenantSettings } from './tenant-settings.js';

/** SQL for the lifetime in seconds that a tenant has stored; null for the default. The tenant is SQL too. */
export const storedLifetime = (tenant: string, name: keyof TenantSettings['lifetimes']): string =>
  `(select (tenants.settings #>> '{lifetimes,${name}}')::float8 from tenants where tenants.name = ${tenant})`;
