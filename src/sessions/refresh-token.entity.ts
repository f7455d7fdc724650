import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'RefreshToken',
  tableName: 'refresh_tokens',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    /** SHA-256 of the token; the token itself is never stored. */
    hash: p.string().primary(),
    sessionId: p.uuid(),
    uses: p.smallint().default(0),
    firstUsedAt: p.datetime().nullable(),
    expiresAt: p.datetime(),
  },
});

/** One link in the chain of refresh tokens of a session. */
export class RefreshToken extends schema.class {}
schema.setClass(RefreshToken);
