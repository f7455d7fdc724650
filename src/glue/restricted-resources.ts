import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from '../common/failure.js';
import type { Store } from '../config/config.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';

/**
 * Rejects requests without a token for resources that the tenant restricts to customers who have logged in, even if
 * this service does not have them: a storefront must send its customer to the login. The routes of this service check
 * it with the token, in `GlueAccess`.
 *
 * @param settingsOf returns the settings of a tenant
 */
export function restrictMissingResources(
  fastify: FastifyInstance,
  stores: Store[],
  isGlue: (request: FastifyRequest) => boolean,
  settingsOf: (tenant: string) => Promise<TenantSettings | undefined>,
): void {
  fastify.addHook('onRequest', async (request) => {
    const { is404, url, headers, method } = request;
    if (!is404 || method === 'OPTIONS' || headers.authorization !== undefined || !isGlue(request)) return;
    const store = headers.store === undefined ? stores[0] : stores.find(({ code }) => code === headers.store);
    if (store && isRestricted(url, await settingsOf(store.tenant))) throw new Failure('token_missing');
  });
}

/**
 * Whether the tenant restricts one of the resource types in a path. Every other segment is the type of a resource:
 * `/wishlists/1/wishlist-items`.
 */
export function isRestricted(url: string, settings: TenantSettings | undefined): boolean {
  const types = (url.split('?')[0] ?? '').split('/').filter((_segment, index) => index % 2 === 1);
  return types.some((type) => settings?.customerAccess.includes(type));
}
