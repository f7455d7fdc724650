import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';
import type { MailKind } from './mail-kinds.js';

/** A kind of mail, or `example` for all mails with example content. */
export type CountedKind = MailKind | 'example';

const schema = defineEntity({
  name: 'MailCount',
  tableName: 'mail_counts',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** A keyed hash. */
    recipient: p.blob().primary(),
    kind: p.text().primary().$type<CountedKind>(),
    count: p.integer(),
    lastAt: p.datetime(),
    /** The end of the hour that is counted. */
    endsAt: p.datetime(),
  },
});

/** How many mails of a kind a recipient got in an hour. */
export class MailCount extends schema.class {}
schema.setClass(MailCount);

/** For statements by `em.getKysely()`. */
export type MailCountTables = InferKyselyDB<typeof schema>;
