import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type TokenPurpose = 'password-reset' | 'email-change' | 'opt-in' | 'link-identity' | 'erasure';

const schema = defineEntity({
  name: 'OneTimeToken',
  tableName: 'one_time_tokens',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    customerId: p.text().primary(),
    /** A customer has one valid token per purpose; a new one revokes the older one. */
    purpose: p.text().primary().$type<TokenPurpose>(),
    hash: p.text(),
    /** The data of the action that the token confirms. */
    intent: p.json<Record<string, unknown>>().defaultRaw(`'{}'`),
    expiresAt: p.datetime(),
  },
});

/** The stored hash of a token that was mailed. */
export class OneTimeToken extends schema.class {}
schema.setClass(OneTimeToken);

/** For statements by `em.getKysely()`. */
export type OneTimeTokenTables = InferKyselyDB<typeof schema>;
