import type { JsonObject } from '../common/merge-patch.js';

/** A row of `addresses` in JSON. */
export interface AddressRow {
  id: string;
  salutation: string | null;
  first_name: string | null;
  last_name: string | null;
  contact_name: string | null;
  company_name: string | null;
  street: string | null;
  street_number: string | null;
  street_appendix: string | null;
  extra_line1: string | null;
  extra_line2: string | null;
  extra_line3: string | null;
  extra_line4: string | null;
  zip_code: string | null;
  city: string | null;
  country: string | null;
  state: string | null;
  contact_phone: string | null;
  tags: string[];
  is_default: boolean;
  is_default_shipping: boolean;
  is_default_billing: boolean;
  mixins: JsonObject;
  mixin_schemas: JsonObject;
  version: number;
}

/** SQL for the address columns that a search for customers may compare, by `tenant` and `customer_id`. */
export const searchableAddresses = `(select tenant, customer_id, contact_name, company_name, street, street_number,
    zip_code, city, country, state, contact_phone from addresses)`;

/**
 * SQL for the country of a customer: of the default shipping address, else the billing address, else the default one.
 * Both parameters are SQL too.
 */
export function countryOf(tenant: string, customer: string): string {
  return `(select a.country from addresses a
    where a.tenant = ${tenant} and a.customer_id = ${customer} and a.country is not null
      and (a.is_default_shipping or a.is_default_billing or a.is_default)
    order by a.is_default_shipping desc, a.is_default_billing desc limit 1)`;
}

/** SQL for one address of a customer as JSON, or null if it does not exist. All parameters are SQL. */
export function addressIn(tenant: string, customer: string, id: string): string {
  return `(select row_to_json(a) from addresses a
    where a.tenant = ${tenant} and a.customer_id = ${customer} and a.id = ${id})`;
}

/** SQL for a whole address book as JSON, oldest first. `tenant` and `customer` are SQL too. */
export function addressBook(tenant: string, customer: string): string {
  return `(select coalesce(json_agg(a order by a.created_at, a.id), '[]')
    from addresses a where a.tenant = ${tenant} and a.customer_id = ${customer})`;
}
