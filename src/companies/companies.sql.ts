import type { JsonObject } from '../common/merge-patch.js';
import { contacts } from '../customers/customers.fragments.js';
import type { Column } from '../customers/search/fields.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { type ContactPropagation, contactSources } from './companies.fragments.js';
import type { ContactType } from './contact-assignment.entity.js';
import type { AccountLimit, CustomerGroup, LegalEntityType, LegalInfo, Reference } from './legal-entity.entity.js';
import type { ListDefinition } from './list.service.js';
import type { ContactDetails, LocationType } from './location.entity.js';

/** The columns that all three tables have. Times are ISO 8601. */
export interface Versioned {
  id: string;
  mixins: JsonObject;
  mixin_schemas: JsonObject;
  version: number;
  created_at: string;
  modified_at: string;
}

/** A row of `legal_entities` in JSON. */
export interface LegalEntityRow extends Versioned {
  name: string;
  type: LegalEntityType;
  parent_id: string | null;
  legal_info: LegalInfo;
  account_limit: AccountLimit | null;
  customer_groups: CustomerGroup[];
  entities_addresses: Reference[];
  approval_group: Reference[];
  restrictions: string[] | null;
  /** The locations of `entities_addresses`, if they were requested. */
  locations?: LocationRow[];
}

/** A row of `locations` in JSON. */
export interface LocationRow extends Versioned {
  name: string | null;
  type: LocationType;
  contact_details: ContactDetails;
}

/** A row of `contact_assignments` in JSON, with its legal entity and its customer. */
export interface ContactAssignmentRow {
  assignment: Versioned & { type: ContactType | null; is_primary: boolean; company_group: CompanyGroup };
  legalEntity: LegalEntityRow;
  customer: Record<'first_name' | 'last_name' | 'contact_email' | 'contact_phone', string | null> & { id: string };
}

const text = (sql: string): Column => ({ type: 'text', sql });
const required = (type: Column['type'], sql: string): Column => ({ type, sql, required: true });

const commonColumns = {
  id: required('text', 'c.id'),
  'metadata.createdAt': required('date', 'c.created_at'),
  'metadata.modifiedAt': required('date', 'c.modified_at'),
  'metadata.version': required('number', 'c.version'),
} satisfies Record<string, Column>;

const legalInfo = [
  'legalName',
  'registrationDate',
  'taxRegistrationNumber',
  'registrationAgency',
  'countryOfRegistration',
  'registrationId',
].map((name): [string, Column] => [`legalInfo.${name}`, text(`c.legal_info ->> '${name}'`)]);

/** `$1` tenant, `$2` the customer who calls and sees only the customer's own legal entities, or null for all. */
export const legalEntities: ListDefinition = {
  select: 'to_json(c)',
  from: 'legal_entities c',
  where: `c.tenant = $1 and ($2::text is null or exists (select 1 from contact_assignments m
    where m.tenant = c.tenant and m.legal_entity_id = c.id and m.customer_id = $2))`,
  columns: new Map<string, Column>([
    ...Object.entries(commonColumns),
    ['name', required('text', 'c.name')],
    ['type', required('text', 'c.type')],
    ['parentId', text('c.parent_id')],
    ['accountLimit.currency', text(`c.account_limit ->> 'currency'`)],
    ['accountLimit.value', { type: 'number', sql: `(c.account_limit ->> 'value')::numeric` }],
    ...legalInfo,
  ]),
};

/** The same, with the locations that the legal entities refer to. */
export const legalEntitiesWithLocations: ListDefinition = {
  ...legalEntities,
  select: `to_jsonb(c) || jsonb_build_object('locations', array(select to_jsonb(l) from locations l
    where l.tenant = c.tenant and l.id = any(array(
      select address ->> 'id' from jsonb_array_elements(c.entities_addresses) as reference (address)))))`,
};

const contactDetail = (name: string): [string, Column] => [
  `contactDetails.${name}`,
  text(`c.contact_details ->> '${name}'`),
];

/** A field of a location that may have several values. */
const contactValues = (name: string, values: string): [string, Column] => [
  `contactDetails.${name}`,
  { ...text('r.value'), some: (condition) => `exists (select 1 from ${values} r (value) where ${condition})` },
];

const valuesIn = (key: string): string => `jsonb_array_elements_text(c.contact_details -> '${key}')`;

/** `$1` tenant. */
export const locations: ListDefinition = {
  select: 'to_json(c)',
  from: 'locations c',
  where: 'c.tenant = $1',
  columns: new Map<string, Column>([
    ...Object.entries(commonColumns),
    ['name', text('c.name')],
    ['type', required('text', 'c.type')],
    contactValues('email', valuesIn('emails')),
    contactValues('phone', valuesIn('phones')),
    contactValues('address', `(values (c.contact_details ->> 'addressLine1'), (c.contact_details ->> 'addressLine2'))`),
    contactValues('emails', valuesIn('emails')),
    contactValues('phones', valuesIn('phones')),
    contactValues('tags', valuesIn('tags')),
    ...['addressLine1', 'addressLine2', 'city', 'state', 'postcode', 'countryCode'].map(contactDetail),
  ]),
};

/** The JSON of a row `c` of contact assignments, with its legal entity `e` and its customer `p`. */
export const contactAssignmentJson = `json_build_object('assignment', c, 'legalEntity', e, 'customer', json_build_object('id', p.id,
    'first_name', p.first_name, 'last_name', p.last_name, 'contact_email', p.contact_email,
    'contact_phone', p.contact_phone))`;

/**
 * `$1` tenant, `$2` restrictions of the customers that the caller may access, or null for all, `$3` the legal entity at
 * which the assignments are visible, or null for all.
 */
export const contactAssignments = (propagation: ContactPropagation): ListDefinition => ({
  select: contactAssignmentJson,
  from: `contact_assignments c
    join legal_entities e on e.tenant = c.tenant and e.id = c.legal_entity_id
    join ${contacts} p on p.tenant = c.tenant and p.id = c.customer_id`,
  where: `c.tenant = $1 and ($2::text[] is null or p.restriction = any($2))
    and ($3::text is null or c.legal_entity_id = any(${contactSources('$1', '$3', propagation)}))`,
  columns: new Map<string, Column>([
    ...Object.entries(commonColumns),
    ['legalEntity.id', required('text', 'c.legal_entity_id')],
    ['legalEntity.name', required('text', 'e.name')],
    ['customer.id', required('text', 'c.customer_id')],
    ['type', text('c.type')],
    ['primary', required('boolean', 'c.is_primary')],
    ['group', required('text', 'c.company_group')],
  ]),
});

/** A row of `membership_requests` with its customer and legal entity. Times are ISO 8601. */
export interface MembershipRequestRow {
  request: { id: string; created_at: string };
  legalEntity: { id: string; name: string };
  customer: ContactAssignmentRow['customer'];
}

/**
 * Requests that await approval. `$1` tenant, `$2` restrictions of the customers that the caller may access, or null for
 * all, `$3` the company of the Admin who calls, or null.
 */
export const membershipRequests: ListDefinition = {
  select: `json_build_object('request', c, 'legalEntity', json_build_object('id', e.id, 'name', e.name),
    'customer', json_build_object('id', p.id, 'first_name', p.first_name, 'last_name', p.last_name,
      'contact_email', p.contact_email, 'contact_phone', p.contact_phone))`,
  from: `membership_requests c
    join legal_entities e on e.tenant = c.tenant and e.id = c.legal_entity_id
    join ${contacts} p on p.tenant = c.tenant and p.id = c.customer_id`,
  where: `c.tenant = $1 and c.awaits = 'approval' and ($2::text[] is null or p.restriction = any($2))
    and ($3::text is null or c.legal_entity_id = $3)`,
  columns: new Map<string, Column>([
    ['id', required('text', 'c.id')],
    ['createdAt', required('date', 'c.created_at')],
    ['legalEntity.id', required('text', 'c.legal_entity_id')],
    ['customer.id', required('text', 'c.customer_id')],
  ]),
};
