import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';
import type { MailKind } from './mail-kinds.js';
import type { MailText } from './mail-text.js';

const schema = defineEntity({
  name: 'OwnText',
  tableName: 'mail_texts',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    kind: p.text().primary().$type<MailKind>(),
    /** A BCP 47 tag in canonical form. */
    language: p.text().primary(),
    text: p.json<MailText>(),
    /** Increases with each change; `metadata.version` of the API. */
    version: p.integer().version().default(1),
    updatedAt: p.datetime(),
  },
});

/** A tenant's own text of a kind of mail, which replaces the built-in one. */
export class OwnText extends schema.class {}
schema.setClass(OwnText);

/** For statements by `em.getKysely()`. */
export type OwnTextTables = InferKyselyDB<typeof schema>;
