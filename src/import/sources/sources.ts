import { auth0 } from './auth0.js';
import { emporix } from './emporix.js';
import { keycloak } from './keycloak.js';
import { magento2 } from './magento2.js';
import { shopify } from './shopify.js';
import { shopware6 } from './shopware6.js';
import type { Source } from './source.js';
import { spryker } from './spryker.js';
import { woocommerce } from './woocommerce.js';

/** The systems that `--from` names. */
export const sources: Record<string, Source> = {
  emporix,
  spryker,
  magento2,
  shopware6,
  woocommerce,
  shopify,
  keycloak,
  auth0,
};
