import { defineEntity, p } from '@mikro-orm/core';
import type { JsonObject } from '../common/merge-patch.js';
import { tenantFilter } from '../tenants/tenant-filter.js';

export type Gender = 'Male' | 'Female' | 'Other';

/** A contact is a person whom only staff knows: it cannot log in. */
export type CustomerType = 'CUSTOMER' | 'CONTACT';

const schema = defineEntity({
  name: 'Customer',
  tableName: 'customers',
  filters: tenantFilter,
  properties: {
    tenant: p.string().primary(),
    /** The customer number. */
    id: p.string().primary(),
    title: p.string().nullable(),
    firstName: p.string().nullable(),
    middleName: p.string().nullable(),
    lastName: p.string().nullable(),
    contactEmail: p.string().nullable(),
    contactPhone: p.string().nullable(),
    company: p.string().nullable(),
    preferredLanguage: p.string(),
    preferredCurrency: p.string(),
    preferredSite: p.string(),
    companyRegistrationId: p.string().nullable(),
    photoUrl: p.string().nullable(),
    gender: p.string().$type<Gender>().nullable(),
    /** YYYY-MM-DD */
    dateOfBirth: p.date().nullable(),
    /** `{STORE}--{n}`; where it ends in `--` the database adds the next number of the tenant. */
    reference: p.string(),
    type: p.string().$type<CustomerType>().default('CUSTOMER'),
    /** Staff whose scope names a restriction see the customers of it alone. */
    restriction: p.string().nullable(),
    mixins: p.json<JsonObject>(),
    /** `metadata.mixins` of the API: the address of the schema of each mixin. */
    mixinSchemas: p.json<JsonObject>(),
    /** May log in, as far as employees are concerned. */
    active: p.boolean(),
    onHold: p.boolean(),
    /** The login waits for the link in the opt-in mail. */
    mustConfirm: p.boolean().default(false),
    confirmedAt: p.datetime().nullable(),
    lastLogin: p.datetime().nullable(),
    /** Grows with each change; `metadata.version` of the API. */
    version: p.integer().version(),
    createdAt: p.datetime(),
    modifiedAt: p.datetime(),
  },
});

export class Customer extends schema.class {}
schema.setClass(Customer);

/** Whether nothing stands between the customer and a login but the password; in SQL it is `customers.may_log_in`. */
export function mayLogIn(customer: Standing): boolean {
  const { active, onHold, type, mustConfirm, confirmedAt } = customer;
  return active && !onHold && type === 'CUSTOMER' && (!mustConfirm || Boolean(confirmedAt));
}

type Standing = Pick<Customer, 'active' | 'onHold' | 'type' | 'mustConfirm' | 'confirmedAt'>;
