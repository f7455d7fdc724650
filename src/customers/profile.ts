import { AddressRow, addressBook } from '../addresses/address-book.js';
import type { JsonObject } from '../common/merge-patch.js';
import type { CustomerType, Gender } from './customer.entity.js';

/** A row of `customers` in JSON; times are ISO 8601. */
export interface CustomerRow {
  id: string;
  title: string | null;
  first_name: string | null;
  middle_name: string | null;
  last_name: string | null;
  contact_email: string | null;
  contact_phone: string | null;
  company: string | null;
  preferred_language: string;
  preferred_currency: string;
  preferred_site: string;
  company_registration_id: string | null;
  photo_url: string | null;
  gender: Gender | null;
  /** YYYY-MM-DD */
  date_of_birth: string | null;
  reference: string;
  type: CustomerType;
  restriction: string | null;
  mixins: JsonObject;
  mixin_schemas: JsonObject;
  active: boolean;
  on_hold: boolean;
  last_login: string | null;
  created_at: string;
  modified_at: string;
  version: number;
}

/** A customer as the profile shows it. */
export interface Profile {
  customer: CustomerRow;
  /** The login e-mails. */
  accounts: string[];
  /** Null where they were not asked for. */
  addresses: AddressRow[] | null;
}

/** SQL for the profile in JSON of a row `c` of customers. */
export function profile(withAddresses: boolean): string {
  return `json_build_object(
      'customer', c,
      'accounts', (select coalesce(json_agg(l.email), '[]')
        from accounts l where l.tenant = c.tenant and l.customer_id = c.id),
      'addresses', ${withAddresses ? addressBook('c.tenant', 'c.id') : 'null'})`;
}

/** SQL for the profile of the customer whose session `s` is, null where there is none. */
export function ownProfile(withAddresses: boolean): string {
  return `(select ${profile(withAddresses)} from customers c where c.tenant = s.tenant and c.id = s.customer_id)`;
}
