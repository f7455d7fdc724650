import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'EmailUndo',
  tableName: 'email_undos',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** Of the token that was mailed to the old address. */
    hash: p.text().primary(),
    customerId: p.text(),
    /** The login e-mail before the change, in its normal form. */
    email: p.text(),
    /** The contact e-mail before the change. */
    contactEmail: p.text().nullable(),
    changedAt: p.datetime(),
    expiresAt: p.datetime(),
  },
});

/** A change of the login e-mail that the owner of the old address can undo. */
export class EmailUndo extends schema.class {}
schema.setClass(EmailUndo);

/** For statements by `em.getKysely()`. */
export type EmailUndoTables = InferKyselyDB<typeof schema>;
