import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'MembershipRequest',
  tableName: 'membership_requests',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    id: p.text().primary(),
    legalEntityId: p.text(),
    customerId: p.text(),
    /** `approval` by a company Admin or an employee; `customer` who was invited by a company Admin. */
    awaits: p.text().$type<'approval' | 'customer'>(),
    createdAt: p.datetime(),
  },
});

/** A customer who wants to join a company, or is invited to it. */
export class MembershipRequest extends schema.class {}
schema.setClass(MembershipRequest);

/** For statements by `em.getKysely()`. */
export type MembershipRequestTables = InferKyselyDB<typeof schema>;
