import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';
import type { SessionContext } from '../sessions/session.entity.js';

/** The values that were set in the session. They take precedence over all others. */
export type ChosenValues = SessionContext & { cartId?: string };

const schema = defineEntity({
  name: 'StoredContext',
  tableName: 'session_contexts',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** The id of a session row, or a session id that only the shop knows. */
    sessionId: p.text().primary(),
    chosen: p.json<ChosenValues>(),
    context: p.json<Record<string, unknown>>(),
    version: p.integer(),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
    /** The maximum size of `context`, in bytes of JSON. */
    maxBytes: p.integer().default(65_536),
  },
});

/** The stored context of a session. */
export class StoredContext extends schema.class {}
schema.setClass(StoredContext);

/** For statements by `em.getKysely()`. */
export type StoredContextTables = InferKyselyDB<typeof schema>;
