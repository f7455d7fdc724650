import type { TokenLifetimes } from '../sessions/signing/session-tokens.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';

/** The tenant's token lifetimes for customers who log in with the Emporix API. */
export function tokenLifetimes({ lifetimes }: TenantSettings): TokenLifetimes {
  return { access: lifetimes.customerAccess, refresh: lifetimes.customerRefresh };
}
