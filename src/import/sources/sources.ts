import { auth0 } from './auth0.js';
import { keycloak } from './keycloak.js';
import { magento2 } from './magento2.js';
import { shopify } from './shopify.js';
import { shopware6 } from './shopware6.js';
import type { Source } from './source.js';
import { spryker } from './spryker.js';
import { woocommerce } from './woocommerce.js';

/** The systems that `--from` names. */
export const sources: Record<string, Source> = { magento2, shopware6, woocommerce, spryker, shopify, keycloak, auth0 };
