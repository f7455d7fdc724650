import type { EntityManager } from '@mikro-orm/postgresql';
import {
  type DeleteQueryBuilder,
  type DeleteResult,
  type Generated,
  type InsertQueryBuilder,
  type InsertResult,
  type SelectQueryBuilder,
  type Selectable,
  sql,
} from 'kysely';
import { requestRow } from '../database/database.js';

/*
 * SQL fragments about companies and their members, for the statements of any module. Their parameters are SQL too.
 */

/** SQL for rows of memberships: `legal_entity_id` and `company_group`, by `tenant` and `customer_id`. */
export const memberships = '(select tenant, customer_id, legal_entity_id, company_group from contact_assignments)';

const companyColumns = (row: string): string =>
  ['tenant', 'id', 'type', 'parent_id', 'uuid', 'name', 'active', 'status'].map((name) => `${row}.${name}`).join(', ');

/**
 * SQL for a value of the company of a legal entity: of itself if it is a company, otherwise of the nearest company
 * above it. A legal entity that is not part of a company is its own company.
 *
 * @param value SQL over the row `company`
 */
export const ofCompany = (tenant: string, legalEntity: string, value: string): string =>
  `(with recursive above as (
      select ${companyColumns('part')} from legal_entities part where part.tenant = ${tenant} and part.id = ${legalEntity}
      union
      select ${companyColumns('parent')} from above
        join legal_entities parent on parent.tenant = above.tenant and parent.id = above.parent_id
      where above.type <> 'COMPANY')
    select ${value} from above company where company.type = 'COMPANY' or company.parent_id is null)`;

/** At which other legal entities an assigned customer is visible: those above the assigned one, below it, or none. */
export type ContactPropagation = 'UPWARD' | 'DOWNWARD' | 'DISABLED';

/**
 * SQL for an array of the ids of the legal entities whose customers are visible at a legal entity: its own id, and those
 * from which contacts are propagated to it. The parameters `tenant` and `legalEntity` are SQL.
 */
export function contactSources(tenant: string, legalEntity: string, propagation: ContactPropagation): string {
  if (propagation === 'DISABLED') return `array[${legalEntity}]`;
  const isNext = propagation === 'UPWARD' ? 'next.parent_id = source.id' : 'next.id = source.parent_id';
  return `array(with recursive source as (
      select first.id, first.parent_id from legal_entities first
      where first.tenant = ${tenant} and first.id = ${legalEntity}
      union
      select next.id, next.parent_id from source
        join legal_entities next on next.tenant = ${tenant} and ${isNext})
    select source.id from source)`;
}

/** SQL that is true if a row of `contact_assignments` is active, in an active company. */
export const isActive = (assignment: string): string =>
  `(${assignment}.active and ${ofCompany(`${assignment}.tenant`, `${assignment}.legal_entity_id`, 'company.active')})`;

/** SQL for the memberships for which a customer may act, with the id of the company user in the Glue API. */
export const activeMemberships = `(select m.tenant, m.customer_id, m.legal_entity_id, m.company_group, m.uuid, m.is_default
  from contact_assignments m where ${isActive('m')})`;

/** SQL for the legal entity that a login selects: that of the only active membership, or of the default one. */
export const legalEntityAtLogin = (tenant: string, customer: string): string =>
  `(select case count(*) when 1 then min(own.legal_entity_id)
      else min(own.legal_entity_id) filter (where own.is_default) end
    from ${activeMemberships} own where own.tenant = ${tenant} and own.customer_id = ${customer})`;

/** SQL for the companies of a customer in JSON, in the order of the assignments. */
export const companiesOf = (tenant: string, customer: string): string =>
  `array(select json_build_object('id', legal_entities.id, 'name', legal_entities.name,
          'contactAssignmentId', contact_assignments.id)
        from contact_assignments join legal_entities on legal_entities.tenant = contact_assignments.tenant
          and legal_entities.id = contact_assignments.legal_entity_id
        where contact_assignments.tenant = ${tenant} and contact_assignments.customer_id = ${customer}
        order by contact_assignments.created_at, contact_assignments.id)`;

interface CompanyTables {
  contact_assignments: Record<'tenant' | 'id' | 'legal_entity_id' | 'customer_id' | 'company_group', string> &
    Record<'created_at' | 'modified_at', Date> & { without_staff: boolean; version: Generated<number> };
  membership_requests: MembershipRequests;
}

type MembershipRequests = Record<'tenant' | 'id' | 'legal_entity_id' | 'customer_id' | 'awaits', string>;

/** A query for the customer's memberships. */
export function membershipsOf(
  em: EntityManager,
  tenant: string,
  customerId: string,
): SelectQueryBuilder<CompanyTables, 'contact_assignments', Record<never, never>> {
  const assignments = em.getKysely<CompanyTables>().selectFrom('contact_assignments');
  return assignments.where('tenant', '=', tenant).where('customer_id', '=', customerId);
}

/** A query for the memberships of a customer that are visible at a legal entity. */
export function membershipsVisibleAt(
  em: EntityManager,
  tenant: string,
  customerId: string,
  legalEntityId: string,
  propagation: ContactPropagation,
): ReturnType<typeof membershipsOf> {
  const request = requestRow({ tenant: ['text', tenant], legal_entity: ['text', legalEntityId] });
  const sources = sql.raw(contactSources('request.tenant', 'request.legal_entity', propagation));
  return membershipsOf(em, tenant, customerId).where(
    sql<boolean>`legal_entity_id = any((select ${sources} from ${request} request)::text[])`,
  );
}

/** The tables of the statement that confirms the owner of a login e-mail. */
interface ConfirmationTables extends CompanyTables {
  /** Customers whose address had never been confirmed. */
  unconfirmed: Record<'tenant' | 'id', string>;
  /** The result of `endMembershipRequests`. */
  ended_requests: MembershipRequests;
}

/** Removes the customers of the rows `unconfirmed` from the companies that they joined without an employee. */
export function leaveCompanies(
  em: EntityManager,
): DeleteQueryBuilder<ConfirmationTables, 'contact_assignments' | 'unconfirmed', DeleteResult> {
  return em
    .getKysely<ConfirmationTables>()
    .deleteFrom('contact_assignments')
    .using('unconfirmed')
    .whereRef('contact_assignments.tenant', '=', 'unconfirmed.tenant')
    .whereRef('contact_assignments.customer_id', '=', 'unconfirmed.id')
    .where('contact_assignments.without_staff', '=', true)
    .where('contact_assignments.version', '=', 1)
    .where('contact_assignments.company_group', '=', 'Requester');
}

/**
 * Ends the membership requests of a customer: all of them if the rows `unconfirmed` exist, and those that await an
 * invited customer.
 */
export function endMembershipRequests(
  em: EntityManager,
  tenant: string,
  customerId: string,
  invited: boolean,
): DeleteQueryBuilder<ConfirmationTables, 'membership_requests', Selectable<MembershipRequests>> {
  return em
    .getKysely<ConfirmationTables>()
    .deleteFrom('membership_requests')
    .where('tenant', '=', tenant)
    .where('customer_id', '=', customerId)
    .where(sql<boolean>`((${invited}::boolean and awaits = 'customer') or exists (select from unconfirmed))`)
    .returningAll();
}

/** Makes an invited customer a member of the company: accepts the rows `ended_requests` that await the customer. */
export function acceptInvitations(
  em: EntityManager,
  invited: boolean,
  now: Date,
): InsertQueryBuilder<ConfirmationTables, 'contact_assignments', InsertResult> {
  return em
    .getKysely<ConfirmationTables>()
    .insertInto('contact_assignments')
    .columns([
      ...(['tenant', 'id', 'legal_entity_id', 'customer_id', 'company_group'] as const),
      ...(['created_at', 'modified_at', 'without_staff'] as const),
    ])
    .expression((eb) =>
      eb
        .selectFrom('ended_requests')
        .select(['tenant', 'id', 'legal_entity_id', 'customer_id', sql<string>`'Requester'`.as('company_group')])
        .select([sql<Date>`${now}::timestamptz`.as('created_at'), sql<Date>`${now}::timestamptz`.as('modified_at')])
        .select(sql<boolean>`true`.as('without_staff'))
        .where(sql<boolean>`${invited}::boolean and awaits = 'customer'`),
    )
    .onConflict((conflict) => conflict.constraint('contact_assignments_once').doNothing());
}
