import { AddressRow, addressBook } from '../addresses/address-book.js';
import type { JsonObject } from '../common/merge-patch.js';
import { companiesOf, memberships } from '../companies/companies.fragments.js';
import { linkedIdentities, lockedUntil, logins, pendingEmail } from '../credentials/credentials.fragments.js';
import type { SessionProjection } from '../sessions/access/session-check.sql.js';
import type { CustomerType, Gender, Standing } from './customer.entity.js';

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
  /** Null if they were not requested. */
  mixins: JsonObject | null;
  mixin_schemas: JsonObject;
  active: boolean;
  standing: Standing;
  standing_since: string;
  on_hold: boolean;
  must_confirm: boolean;
  confirmed_at: string | null;
  last_login: string | null;
  created_at: string;
  modified_at: string;
  version: number;
}

/** The data that the API returns as a customer's profile. */
export interface Profile extends CustomerRow {
  /** The login e-mails. */
  accounts: string[];
  /** `id`: the login e-mail, or the subject if there is none. `providerId`: the subject at the identity provider. */
  identities: { id: string; providerId: string }[];
  /** The end of the latest lock of the login; null if it is not locked, or if locks were not requested. */
  locked_until: string | null;
  /** The new login e-mail that awaits its confirmation; null if there is none, or if it was not requested. */
  pending_email: string | null;
  /** Null if they were not requested. */
  addresses: AddressRow[] | null;
  /** The legal entities that the customer is assigned to, as the API returns them, in the order of the assignments. */
  companies: { id: string; name: string; contactAssignmentId: string }[];
}

/** The parts of a profile that are loaded only on request, because they are large or rarely used. */
export interface ProfileParts {
  addresses: boolean;
  mixins: boolean;
  /** Whether the login is locked. */
  locks?: boolean;
  /** Whether a change of the login e-mail awaits its confirmation. */
  pendingEmail?: boolean;
}

/** The columns of `CustomerRow` that are always returned. */
const columns = [
  ...['id', 'title', 'first_name', 'middle_name', 'last_name', 'contact_email', 'contact_phone', 'company'],
  ...['preferred_language', 'preferred_currency', 'preferred_site', 'company_registration_id', 'photo_url', 'gender'],
  ...['date_of_birth', 'reference', 'type', 'restriction', 'mixin_schemas', 'active', 'on_hold', 'must_confirm'],
  ...['standing', 'standing_since'],
  ...['confirmed_at', 'last_login', 'created_at', 'modified_at', 'version'],
];

/**
 * SQL for the profile in JSON of a row `c` of customers. For empty results, subqueries with `array` cost less than
 * aggregates.
 */
export function profile({ addresses, mixins, locks, pendingEmail: pending }: ProfileParts): string {
  return `(select row_to_json(p) from (select ${columns.map((name) => `c.${name}`).join(', ')},
      ${mixins ? 'c.mixins' : 'null as mixins'},
      array(select l.email from ${logins} l where l.tenant = c.tenant and l.customer_id = c.id) as accounts,
      ${companiesOf('c.tenant', 'c.id')} as companies,
      ${linkedIdentities('c.tenant', 'c.id')} as identities,
      ${locks ? lockedUntil('c.tenant', 'c.id') : 'null'} as locked_until,
      ${pending ? pendingEmail('c.tenant', 'c.id') : 'null'} as pending_email,
      ${addresses ? addressBook('c.tenant', 'c.id') : 'null'} as addresses) p)`;
}

/** SQL for whether a row `c` of customers is assigned to one of the legal entities whose ids are in an SQL array. */
export function belongsToAny(legalEntities: string): string {
  return `exists (select 1 from ${memberships} m
    where m.tenant = c.tenant and m.customer_id = c.id and m.legal_entity_id = any(${legalEntities}))`;
}

/** SQL for the profile in JSON of a customer; tenant and id are SQL too. */
export function profileOf(parts: ProfileParts, tenant: string, id: string): string {
  return `(select ${profile(parts)} from customers c where c.tenant = ${tenant} and c.id = ${id})`;
}

const own = (parts: ProfileParts): SessionProjection => ({ expression: profileOf(parts, 's.tenant', 's.customer_id') });

const bare = { mixins: own({ addresses: false, mixins: true }), none: own({ addresses: false, mixins: false }) };
const withAddresses = { mixins: own({ addresses: true, mixins: true }), none: own({ addresses: true, mixins: false }) };

/** Loads the profile of the customer of session `s`; null if it has none. */
export function ownProfile({ addresses, mixins }: ProfileParts): SessionProjection {
  return (addresses ? withAddresses : bare)[mixins ? 'mixins' : 'none'];
}
