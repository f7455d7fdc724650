import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'ExchangedToken',
  tableName: 'exchanged_tokens',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    issuer: p.text().primary(),
    /** `SubjectToken.id`. */
    token: p.text().primary(),
    expiresAt: p.datetime(),
  },
});

/** A token of another system that was exchanged. It cannot be exchanged again. */
export class ExchangedToken extends schema.class {}
schema.setClass(ExchangedToken);

/** For statements by `em.getKysely()`. */
export type ExchangedTokenTables = InferKyselyDB<typeof schema>;
