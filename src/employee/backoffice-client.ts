import type { EmployeeLifetimes } from '../sessions/sessions.service.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';

/** The client id of the back office. The client is built in, and public: it has no secret and no row. */
export const BACKOFFICE_CLIENT = 'foyer-backoffice';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The lifetime of an employee's refresh token. After this time without a refresh, the employee must log in again. */
const IDLE = 30 * MINUTE;

/** The maximum lifetime of an employee's session. */
const SESSION = 12 * HOUR;

/** The lifetime of the back office's access token: much shorter than `IDLE`, so that it expires soon in an idle session. */
const BACKOFFICE_ACCESS = 5 * MINUTE;

export const isBackofficeClient = (id: string): boolean => id === BACKOFFICE_CLIENT;

/**
 * The client that sessions of the back office belong to. The clients of a tenant are named `{tenant}-…`, so none of
 * them can have this id.
 */
export const backofficeClientOf = (tenant: string): string => `${tenant}:backoffice`;

/**
 * The lifetimes of an employee's tokens.
 *
 * @param client the client id of the request
 */
export function employeeLifetimes(client: string, { lifetimes }: TenantSettings): EmployeeLifetimes {
  return {
    access: isBackofficeClient(client) ? Math.min(BACKOFFICE_ACCESS, lifetimes.serviceAccess) : lifetimes.serviceAccess,
    refresh: IDLE,
    session: SESSION,
  };
}
