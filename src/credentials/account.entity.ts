import { defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { LegacyAuth } from '../passwords/legacy/registry.js';
import { Customer } from '../customers/customer.entity.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

const schema = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** The login e-mail, normalised by `normalEmail`. */
    email: p.text().primary(),
    customer: () =>
      p
        .manyToOne(Customer)
        .ref()
        .joinColumns('tenant', 'customer_id')
        .ownColumns('customer_id')
        .deleteRule('cascade')
        .foreignKeyName('accounts_tenant_customer_id_fkey'),
    /** Null until the customer sets a password, or logs in with a password of an older system. */
    passwordHash: p.text().nullable(),
    /**
     * How an older system hashed the password. It is removed at the first login, or when the tenant's retention period
     * ends.
     */
    legacyAuth: p.json<LegacyAuth>().nullable(),
    /** Whether an employee set the password. */
    initialPassword: p.boolean().default(false),
    /** See `EmailOwnership`. */
    ownerConfirmed: p.boolean().default(false),
    /**
     * Whether the owner has confirmed the login e-mail. Null if it has not changed since the sign-up: then `confirmedAt`
     * of the customer applies.
     */
    emailConfirmed: p.boolean().nullable(),
    /** The day of the latest reminder to replace the password of an older system. */
    remindedOn: p.date().defaultRaw(`'-infinity'`).lazy(),
    createdAt: p.datetime(),
  },
});

/** The login e-mail and password of a customer. */
export class Account extends schema.class {}
schema.setClass(Account);

type Columns = InferKyselyDB<typeof schema>['accounts'];

/** For statements by `em.getKysely()`. The key of the customer is two columns, which the inferred type mixes up. */
export interface AccountTables {
  accounts: Omit<Columns, `customer_${string}`> & { customer_id: string };
}
