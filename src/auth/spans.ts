import type { Spans } from '../sessions/sessions.service.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';

/** How long the tokens of this dialect's customers live: as the tenant says. */
export function spansOf({ lifetimes }: TenantSettings): Spans {
  return { access: lifetimes.customerAccess, refresh: lifetimes.customerRefresh };
}
