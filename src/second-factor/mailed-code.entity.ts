import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'MailedCode',
  tableName: 'second_factor_codes',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** The session that requested the code. A new code replaces the older one. */
    sessionId: p.uuid().primary(),
    customerId: p.text(),
    /** A keyed hash: the code has too few digits for an unkeyed one. */
    hash: p.text(),
    failures: p.integer().default(0),
    expiresAt: p.datetime(),
  },
});

/** A mailed code of a second factor. */
export class MailedCode extends schema.class {}
schema.setClass(MailedCode);

/** For statements by `em.getKysely()`. */
export type MailedCodeTables = InferKyselyDB<typeof schema>;
