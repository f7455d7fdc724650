import { defineEntity, p } from '@mikro-orm/core';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'MigrationPeriod',
  tableName: 'password_migrations',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** Dates are `YYYY-MM-DD`; see `RetentionPeriod`. */
    retentionEndDate: p.date(),
    emailReminderDate: p.date(),
    emailNotificationsEnabled: p.boolean(),
  },
});

/** The stored retention period of a tenant. */
export class MigrationPeriod extends schema.class {}
schema.setClass(MigrationPeriod);
