import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type TokenPurpose = 'password-reset' | 'email-change' | 'opt-in' | 'link-identity' | 'erasure';

const schema = defineEntity({
  name: 'OneTimeToken',
  tableName: 'one_time_tokens',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    customerId: p.string().primary(),
    /** A customer has one live token a purpose: asking again kills the older one. */
    purpose: p.string().primary().$type<TokenPurpose>(),
    hash: p.string(),
    /** What the token will do, beyond its purpose. */
    intent: p.json<Record<string, unknown>>(),
    expiresAt: p.datetime(),
  },
});

/** The stored half of a token that left in a mail. */
export class OneTimeToken extends schema.class {}
schema.setClass(OneTimeToken);
