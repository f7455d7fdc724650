import { type Opt, defineEntity, p } from '@mikro-orm/core';
import type { InferKyselyDB } from '@mikro-orm/postgresql';
import type { JsonObject } from '../common/merge-patch.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type Gender = 'Male' | 'Female' | 'Other';

/** A contact is a person whom only employees see. It cannot log in. */
export type CustomerType = 'CUSTOMER' | 'CONTACT';

/** How employees have decided on a customer; see decision 0065. A hold is separate. */
export const standings = ['awaiting', 'active', 'declined', 'deactivated'] as const;

export type Standing = (typeof standings)[number];

const schema = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  filters: tenantFilter,
  properties: {
    tenant: p.text().primary(),
    /** The customer number. */
    id: p.text().primary(),
    title: p.text().nullable(),
    firstName: p.text().nullable(),
    middleName: p.text().nullable(),
    lastName: p.text().nullable(),
    contactEmail: p.text().nullable(),
    contactPhone: p.text().nullable(),
    company: p.text().nullable(),
    preferredLanguage: p.text(),
    preferredCurrency: p.text(),
    preferredSite: p.text(),
    companyRegistrationId: p.text().nullable(),
    photoUrl: p.text().nullable(),
    gender: p.text().$type<Gender>().nullable(),
    /** YYYY-MM-DD */
    dateOfBirth: p.date().nullable(),
    /** `{STORE}--{n}`. If it ends in `--`, the database adds the next number of the tenant. */
    reference: p.text(),
    type: p.text().$type<CustomerType>().default('CUSTOMER'),
    /** Employees whose scopes name restrictions see only the customers with one of them. */
    restriction: p.text().nullable(),
    mixins: p.json<JsonObject>().defaultRaw(`'{}'`),
    /** `metadata.mixins` of the API: the URL of the schema of each mixin. */
    mixinSchemas: p.json<JsonObject>().defaultRaw(`'{}'`),
    /** Whether employees allow the customer to log in. */
    active: p.boolean(),
    /**
     * `active` if and only if the customer is active. A trigger keeps it consistent; a new customer who is not active is
     * `awaiting`, and one who is no longer active is `deactivated`.
     */
    standing: p.text().$type<Standing>().default('awaiting'),
    /** Since when the customer has this standing. A trigger sets it. */
    standingSince: p.datetime().$type<Opt<Date>>(),
    onHold: p.boolean(),
    /** Whether the login requires the link in the opt-in mail. */
    mustConfirm: p.boolean().default(false),
    confirmedAt: p.datetime().nullable(),
    /** The function `mayLogIn` for SQL, computed by the database. */
    mayLogIn: p
      .boolean()
      .$type<Opt<boolean>>()
      .generated(
        "((active AND (NOT on_hold) AND (type = 'CUSTOMER'::text) AND ((NOT must_confirm) OR (confirmed_at IS NOT NULL)))) stored",
      )
      .lazy(),
    lastLogin: p.datetime().nullable(),
    /** The networks of the latest logins, newest first, at most ten. */
    knownNetworks: p.array().default([]),
    /** Increases with each change; `metadata.version` of the API. */
    version: p.integer().version().default(1),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
  },
});

export class Customer extends schema.class {}
schema.setClass(Customer);

/** For statements by `em.getKysely()`. */
export type CustomerTables = InferKyselyDB<typeof schema>;

/** Whether the customer only needs the password to log in; in SQL it is `customers.may_log_in`. */
export function mayLogIn(customer: LoginConditions): boolean {
  const { active, onHold, type, mustConfirm, confirmedAt } = customer;
  return active && !onHold && type === 'CUSTOMER' && (!mustConfirm || Boolean(confirmedAt));
}

/** Whether an employee must activate or release the customer before the first login. */
export function awaitsEmployee({ active, onHold, type }: Pick<Customer, 'active' | 'onHold' | 'type'>): boolean {
  return type === 'CUSTOMER' && (!active || onHold);
}

type LoginConditions = Pick<Customer, 'active' | 'onHold' | 'type' | 'mustConfirm' | 'confirmedAt'>;
