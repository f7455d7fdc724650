import type { EntityManager } from '@mikro-orm/postgresql';
import type { SelectQueryBuilder, UpdateQueryBuilder, UpdateResult } from 'kysely';
import { logins } from '../credentials/credentials.fragments.js';
import { anyOf } from '../database/database.js';
import type { CustomerTables } from './customer.entity.js';
import type { NewCustomer } from './customers.service.js';

/** A query for customers of a tenant, also as a part of the queries of other modules. */
export function customersOf(
  em: EntityManager,
  tenant: string,
): SelectQueryBuilder<CustomerTables, 'customers', Record<never, never>> {
  return em.getKysely<CustomerTables>().selectFrom('customers').where('tenant', '=', tenant);
}

/** An update of a customer, also as a part of the queries of other modules. */
export function updateCustomer(
  em: EntityManager,
  tenant: string,
  id: string,
): UpdateQueryBuilder<CustomerTables, 'customers', 'customers', UpdateResult> {
  return em.getKysely<CustomerTables>().updateTable('customers').where('tenant', '=', tenant).where('id', '=', id);
}

/** An update of several customers, also as a part of the queries of other modules. */
export function updateCustomers(
  em: EntityManager,
  tenant: string,
  ids: string[],
): UpdateQueryBuilder<CustomerTables, 'customers', 'customers', UpdateResult> {
  const customers = em.getKysely<CustomerTables>().updateTable('customers');
  return customers.where('tenant', '=', tenant).where('id', '=', anyOf(ids));
}

/** SQL for the login e-mail of a row of `customersOf`; null if there is none. */
export const loginEmail = `(select min(l.email) from ${logins} l
    where l.tenant = customers.tenant and l.customer_id = customers.id)`;

/** The columns of a new customer and their SQL types, by property. */
const columns = {
  tenant: ['tenant', 'text'],
  id: ['id', 'text'],
  createdAt: ['created_at', 'timestamptz'],
  title: ['title', 'text'],
  firstName: ['first_name', 'text'],
  middleName: ['middle_name', 'text'],
  lastName: ['last_name', 'text'],
  contactEmail: ['contact_email', 'text'],
  contactPhone: ['contact_phone', 'text'],
  company: ['company', 'text'],
  preferredLanguage: ['preferred_language', 'text'],
  preferredCurrency: ['preferred_currency', 'text'],
  preferredSite: ['preferred_site', 'text'],
  companyRegistrationId: ['company_registration_id', 'text'],
  photoUrl: ['photo_url', 'text'],
  gender: ['gender', 'text'],
  dateOfBirth: ['date_of_birth', 'date'],
  reference: ['reference', 'text'],
  type: ['type', 'text'],
  restriction: ['restriction', 'text'],
  mixins: ['mixins', 'jsonb'],
  mixinSchemas: ['mixin_schemas', 'jsonb'],
  active: ['active', 'boolean'],
  onHold: ['on_hold', 'boolean'],
  mustConfirm: ['must_confirm', 'boolean'],
  confirmedAt: ['confirmed_at', 'timestamptz'],
  modifiedAt: ['modified_at', 'timestamptz'],
} satisfies Record<keyof NewCustomer, [string, string]>;

const entries = Object.entries(columns) as [keyof NewCustomer, [string, string]][];

/** The columns of a new customer for `batchRows`. */
export const newCustomerColumns: Record<string, string> = Object.fromEntries(Object.values(columns));

/** The values of a new customer, by column. */
export function newCustomerValues(customer: NewCustomer): Record<string, unknown> {
  return Object.fromEntries(entries.map(([name, [column]]) => [column, customer[name]]));
}

/**
 * SQL that inserts customers from the rows `request`, which have `newCustomerColumns`. It ends after the FROM clause; a
 * condition and RETURNING may follow.
 *
 * @param computed SQL that replaces the value of a column
 */
export function insertCustomers(computed: Partial<Record<keyof NewCustomer, string>>): string {
  return `insert into customers (${entries.map(([, [column]]) => column).join(', ')})
      select ${entries.map(([name, [column]]) => computed[name] ?? `request.${column}`).join(', ')}
      from request`;
}
