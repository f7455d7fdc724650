import { Failure } from '../common/failure.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';

/**
 * Has a strict tenant's lock told as any other refused login, where no contract has a word for it: who tries passwords
 * does not learn when to pause. Glue's `/access-tokens` keeps its 429.
 */
export async function refusedAlike<T>({ strict }: TenantSettings, login: Promise<T>): Promise<T> {
  return login.catch((error: unknown) => {
    const locked = error instanceof Failure && error.code === 'login_locked';
    throw strict && locked ? new Failure('login_refused', { cause: error }) : error;
  });
}
