const OLD_PREFIX = /^\/caas-customer(?=\/[^/?#]+\/customers(?:[/?#]|$))/;
const ANONYMOUS_CALL = /^\/customerlogin\/auth\/anonymous\//;
const OLD_TENANT = /(?<=[?&])hybris-tenant=/;
const TENANT = /[?&]tenant=/;

/**
 * Replaces names in a URL that the vendor's storefronts still send. All other code uses only the current ones.
 *
 * - `/caas-customer/{tenant}/customers…` is `/customer/{tenant}/customers…`.
 * - `hybris-tenant` is `tenant` in the query of the two anonymous calls, unless that contains `tenant` too.
 */
export function rewriteUrl(url: string): string {
  if (!ANONYMOUS_CALL.test(url) || TENANT.test(url)) return url.replace(OLD_PREFIX, '/customer');
  return url.replace(OLD_TENANT, 'tenant=');
}
