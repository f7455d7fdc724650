import { Failure } from '../common/failure.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';

/**
 * Reports the lock of a strict tenant as any other failed login, where no contract defines an error for it. An attacker
 * then cannot find out when to pause. Glue's logins keep their 429.
 */
export async function maskLockout<T>({ strict }: Pick<TenantSettings, 'strict'>, login: Promise<T>): Promise<T> {
  return login.catch((error: unknown) => {
    const locked = error instanceof Failure && error.code === 'login_locked';
    throw strict && locked ? new Failure('login_rejected', { cause: error }) : error;
  });
}
