import { profileOf } from '../customers/profile.js';
import type { Profile } from '../customers/profile.js';
import { PROJECTION_VALUE, type SessionProjection } from '../sessions/access/session-check.sql.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { activeMemberships, isActive, ofCompany } from './companies.fragments.js';
import type { CompanyStatus } from './legal-entity.entity.js';
import type { ContactDetails } from './location.entity.js';

/*
 * The Glue API's view of companies. A company is a legal entity of type `COMPANY`. A business unit is any legal entity.
 * A company user is a contact assignment: its business unit is the legal entity of the assignment, and its company is
 * that of the business unit. Ids are the column `uuid`.
 */

export interface CompanyRow {
  id: string;
  /** Its id in the Emporix API. */
  legal_entity: string;
  name: string;
  active: boolean;
  status: CompanyStatus;
}

export interface UnitAddressRow {
  id: string;
  name: string | null;
  details: ContactDetails;
}

export interface BusinessUnitRow {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  external_url: string | null;
  bic: string | null;
  iban: string | null;
  /** The id of the first address with the tag `billing`. */
  billing_address: string | null;
  /** Null if they were not requested. */
  addresses: UnitAddressRow[] | null;
}

export interface CompanyUserRow {
  id: string;
  active: boolean;
  is_default: boolean;
  company_group: CompanyGroup;
  company: CompanyRow;
  unit: BusinessUnitRow;
  /** Null if the customer was not requested. */
  customer: Profile | null;
}

/** The parts of business units and company users that are loaded only on request. */
interface Parts {
  addresses?: boolean;
  customer?: boolean;
}

const companyJson = (tenant: string, legalEntity: string): string =>
  ofCompany(
    tenant,
    legalEntity,
    `json_build_object('id', company.uuid, 'legal_entity', company.id, 'name', company.name, 'active', company.active,
      'status', company.status)`,
  );

/** SQL that aggregates over the locations of a row `unit` of legal entities, in their order there. */
const ofLocations = (value: string, condition = 'true'): string =>
  `(select ${value} from jsonb_array_elements(unit.entities_addresses) with ordinality as reference (address, place)
      join locations on locations.tenant = unit.tenant and locations.id = reference.address ->> 'id'
    where ${condition})`;

const addressJson = `json_build_object('id', locations.uuid, 'name', locations.name, 'details', locations.contact_details)`;

/** SQL for a row `unit` of legal entities in JSON. */
const unitJson = ({ addresses }: Parts): string =>
  `json_build_object('id', unit.uuid, 'name', unit.name, 'email', unit.email, 'phone', unit.phone,
    'external_url', unit.external_url, 'bic', unit.bic, 'iban', unit.iban,
    'billing_address', ${ofLocations(
      '(array_agg(locations.uuid order by reference.place))[1]',
      `locations.contact_details -> 'tags' @> '["billing"]'`,
    )},
    'addresses', ${addresses ? ofLocations(`coalesce(json_agg(${addressJson} order by reference.place), '[]')`) : 'null'})`;

/** SQL for a row `m` of contact assignments with its row `unit` of legal entities in JSON. */
export const companyUserJson = ({ customer, ...parts }: Parts): string =>
  `json_build_object('id', m.uuid, 'active', m.active, 'is_default', m.is_default, 'company_group', m.company_group,
    'company', ${companyJson('m.tenant', 'm.legal_entity_id')}, 'unit', ${unitJson(parts)},
    'customer', ${customer ? profileOf({ addresses: false, mixins: false }, 'm.tenant', 'm.customer_id') : 'null'})`;

const usersWithUnit = `contact_assignments m join legal_entities unit on unit.tenant = m.tenant and unit.id = m.legal_entity_id`;

/** SQL for the ids of the business units of a company: of itself and of its parts, without other companies below it. */
export const unitsOf = (tenant: string, company: string): string =>
  `(with recursive parts as (
      select top.id from legal_entities top where top.tenant = ${tenant} and top.id = ${company}
      union
      select part.id from parts join legal_entities part on part.tenant = ${tenant} and part.parent_id = parts.id
      where part.type <> 'COMPANY')
    select parts.id from parts)`;

/** SQL for the company user that the customer of the session row `s` acts as, in JSON. */
const current = (parts: Parts = {}): string =>
  `(select ${companyUserJson(parts)} from ${usersWithUnit}
    where m.tenant = s.tenant and m.customer_id = s.customer_id and m.legal_entity_id = s.legal_entity_id
      and ${isActive('m')})`;

/** Loads the company user that the customer acts as, a `CompanyUserRow`; null if there is none. */
export const currentCompanyUser: SessionProjection = { expression: current() };

/** The same, with the addresses of the business unit. */
export const currentWithAddresses: SessionProjection = { expression: current({ addresses: true }) };

const own = (parts: Parts): SessionProjection => ({
  expression: `(select coalesce(json_agg(${companyUserJson(parts)} order by m.created_at, m.id), '[]') from ${usersWithUnit}
    where m.tenant = s.tenant and m.customer_id = s.customer_id and ${isActive('m')})`,
});

/** Loads the active company users of the customer in active companies, oldest first, as `CompanyUserRow[]`. */
export const ownCompanyUsers = own({});

/** The same, with the customer. */
export const ownCompanyUsersWithCustomer = own({ customer: true });

/** SQL for the ids of the business units of the company that the customer of the session row `s` acts for. */
const currentUnits = `(select unnest(array(${unitsOf(
  's.tenant',
  ofCompany('s.tenant', 's.legal_entity_id', 'company.id'),
)})) from ${activeMemberships} acting
    where acting.tenant = s.tenant and acting.customer_id = s.customer_id and acting.legal_entity_id = s.legal_entity_id)`;

/** A business unit, and its company. */
export interface UnitOfCompany {
  company: CompanyRow;
  unit: BusinessUnitRow;
}

const unitInCompany = (parts: Parts): SessionProjection => ({
  expression: `(select json_build_object('company', ${companyJson('unit.tenant', 'unit.id')}, 'unit', ${unitJson(parts)})
    from legal_entities unit
    where unit.tenant = s.tenant and unit.uuid = ${PROJECTION_VALUE}::uuid and unit.id in ${currentUnits})`,
});

/** Loads the business unit of the current company with the id of the request, which is a UUID: a `UnitOfCompany`, or null. */
export const businessUnit = unitInCompany({});

/** The same, with its addresses. */
export const businessUnitWithAddresses = unitInCompany({ addresses: true });

/** Loads the address of the current company with the id of the request, which is a UUID: a `UnitAddressRow`, or null. */
export const unitAddress: SessionProjection = {
  expression: `(select ${addressJson} from locations
    where locations.tenant = s.tenant and locations.uuid = ${PROJECTION_VALUE}::uuid
      and exists (select from legal_entities unit where unit.tenant = s.tenant and unit.id in ${currentUnits}
        and unit.entities_addresses @> jsonb_build_array(jsonb_build_object('id', locations.id))))`,
};

/** The company user that a customer wants to act as, as the columns of a session. */
export interface SelectedCompanyUser {
  legal_entity_id: string;
  company_group: CompanyGroup;
  company_user: string;
}

/**
 * Loads the company user of the customer with the id of the request, which is a UUID: a `SelectedCompanyUser`, or null
 * unless it is active, in an active and approved company.
 */
export const selectedCompanyUser: SessionProjection = {
  expression: `(select json_build_object('legal_entity_id', m.legal_entity_id, 'company_group', m.company_group,
      'company_user', m.uuid)
    from ${activeMemberships} m
    where m.tenant = s.tenant and m.customer_id = s.customer_id and m.uuid = ${PROJECTION_VALUE}::uuid
      and ${ofCompany('m.tenant', 'm.legal_entity_id', 'company.status')} = 'approved')`,
};
