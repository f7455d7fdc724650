import type { JsonObject } from '../common/merge-patch.js';
import type { Column } from '../customers/search/fields.js';
import type { Statement } from '../database/database.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import type { ContactType } from './contact-assignment.entity.js';
import type { AccountLimit, CustomerGroup, LegalEntityType, LegalInfo, Reference } from './legal-entity.entity.js';
import type { Listed } from './list.service.js';

/** What the rows of both tables say of themselves. Times are ISO 8601. */
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
}

/** A row of `contact_assignments` in JSON, with both whom it brings together. */
export interface ContactAssignmentRow {
  assignment: Versioned & { type: ContactType | null; is_primary: boolean; company_group: CompanyGroup };
  legalEntity: LegalEntityRow;
  customer: Record<'first_name' | 'last_name' | 'contact_email' | 'contact_phone', string | null> & { id: string };
}

const text = (sql: string): Column => ({ type: 'text', sql });
const required = (type: Column['type'], sql: string): Column => ({ type, sql, required: true });

const ofBoth = {
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

/** `$1` tenant, `$2` the customer who asks and sees the own ones alone, or null. */
export const legalEntities: Listed = {
  select: 'to_json(c)',
  from: 'legal_entities c',
  where: `c.tenant = $1 and ($2::text is null or exists (select 1 from contact_assignments m
    where m.tenant = c.tenant and m.legal_entity_id = c.id and m.customer_id = $2))`,
  columns: new Map<string, Column>([
    ...Object.entries(ofBoth),
    ['name', required('text', 'c.name')],
    ['type', required('text', 'c.type')],
    ['parentId', text('c.parent_id')],
    ['accountLimit.currency', text(`c.account_limit ->> 'currency'`)],
    ['accountLimit.value', { type: 'number', sql: `(c.account_limit ->> 'value')::numeric` }],
    ...legalInfo,
  ]),
};

/** `$1` tenant. */
export const contactAssignments: Listed = {
  select: `json_build_object('assignment', c, 'legalEntity', e, 'customer', json_build_object('id', p.id,
    'first_name', p.first_name, 'last_name', p.last_name, 'contact_email', p.contact_email,
    'contact_phone', p.contact_phone))`,
  from: `contact_assignments c
    join legal_entities e on e.tenant = c.tenant and e.id = c.legal_entity_id
    join customers p on p.tenant = c.tenant and p.id = c.customer_id`,
  where: 'c.tenant = $1',
  columns: new Map<string, Column>([
    ...Object.entries(ofBoth),
    ['legalEntity.id', required('text', 'c.legal_entity_id')],
    ['legalEntity.name', required('text', 'e.name')],
    ['customer.id', required('text', 'c.customer_id')],
    ['type', text('c.type')],
    ['primary', required('boolean', 'c.is_primary')],
    ['group', required('text', 'c.company_group')],
  ]),
};

/** One row of what can be listed; the last parameter is its id. */
export function oneOf(name: string, { select, from, where }: Listed, parameters: number): Statement {
  return { name, text: `select ${select} as row from ${from} where ${where} and c.id = $${parameters + 1}` };
}

/** Of two that are moved at once, each might become a part of the other. `$1` tenant. */
export const oneMovesAtOnce: Statement = {
  name: 'one_legal_entity_moves',
  text: 'select 1 from tenants where name = $1 for no key update',
};

/** `$1` tenant, `$2` a legal entity, `$3` another. A row: the one is the other, or a part of it. */
export const isBelow: Statement = {
  name: 'legal_entity_is_below',
  text: `with recursive above as (
      select id, parent_id from legal_entities where tenant = $1 and id = $2
      union select e.id, e.parent_id from above a join legal_entities e on e.tenant = $1 and e.id = a.parent_id
    ) select 1 from above where id = $3`,
};

/**
 * The company with a registration id, made if there is none. Its row is locked: nobody removes it before the customer
 * belongs to it, and of two who make it one waits and joins.
 * `$1` tenant, `$2` the id of a new one, `$3` its name, `$4` registration id, `$5` now.
 */
export const findOrMake: Statement = {
  name: 'find_or_make_company',
  text: `insert into legal_entities (tenant, id, name, legal_info, created_at, modified_at)
    values ($1, $2, $3, jsonb_build_object('legalName', $3::text, 'registrationId', $4::text), $5, $5)
    on conflict (tenant, registration_id) where type = 'COMPANY' do update set version = legal_entities.version
    returning id`,
};

/**
 * `$1` tenant, `$2` its id, `$3` company, `$4` customer, `$5` group, `$6` now, `$7` whether staff had no part in it.
 * Who belongs to it already stays as is.
 */
export const addMember: Statement = {
  name: 'add_member',
  text: `insert into contact_assignments (tenant, id, legal_entity_id, customer_id, company_group, created_at, modified_at,
      without_staff)
    values ($1, $2, $3, $4, $5, $6, $6, $7) on conflict on constraint contact_assignments_once do nothing`,
};
